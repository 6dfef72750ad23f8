import type { App } from '../app.js';
import type { Turn } from '../conversations/turn.js';
import { conversationIdOf } from '../core/ids.js';
import type { Attachment, ChannelType } from '../messages/message.js';
import type { DemoClock } from './demo-clock.js';
import { DEMO_ACCOUNT } from './demo-lanes.js';
import type { Chance } from './demo-random.js';

const WEBCHAT_ACCOUNT = 'main';
const MAX_ANSWERS = 10;
const MAX_LOOKS = 50;
const LOOK_FIRST_MS = 10;
const LOOK_LAST_MS = 100;
/** Seconds between two messages of one person. */
const PAUSE = [15, 70] as const;

export interface DemoCitizenDeps {
  readonly app: Pick<App, 'conversations' | 'keys'>;
  readonly clock: DemoClock;
  readonly chance: Chance;
}

/** Somebody of the demo city in a chat of theirs, typing as the service's questions want it. */
export interface DemoCitizen {
  readonly conversationId: string;
  say(text: string, attachments?: readonly Attachment[]): Promise<void>;
  /**
   * Reports something and answers what is asked until it is filed.
   * @returns the case's number; undefined when the conversation came to rest without one
   */
  report(text: string, where: { place: string; since: string; anonim: boolean }): Promise<string | undefined>;
}

export function createDemoCitizen(
  { app, clock, chance }: DemoCitizenDeps,
  who: { readonly channel: ChannelType; readonly id: string; readonly name: string },
): DemoCitizen {
  const account = who.channel === 'webchat' ? WEBCHAT_ACCOUNT : DEMO_ACCOUNT;
  const address = { channel: who.channel, account, chatId: who.id };
  const conversationId = conversationIdOf(app.keys.addressKey, who.channel, account, who.id);
  let count = 0;
  let newest: Turn | undefined;

  const say: DemoCitizen['say'] = async (text, attachments = []) => {
    clock.goTo(new Date(clock.now().getTime() + chance.between(...PAUSE) * 1000));
    count += 1;
    await app.conversations.receive({
      // an earlier run of the demo has had the lower numbers
      externalId: `demo-${clock.now().getTime()}-${count}`,
      address,
      sentAt: clock.now(),
      text,
      attachments,
      displayName: who.name,
    });
    await read();
  };

  /** Nobody answers what they haven't read: on pushed channels the answer comes after the acknowledgement. */
  async function read(): Promise<void> {
    for (let looks = who.channel === 'webchat' ? 0 : 1; looks < MAX_LOOKS; looks++) {
      const waitMs = looks === 0 ? 0 : Math.min(LOOK_FIRST_MS * 2 ** (looks - 1), LOOK_LAST_MS);
      if (waitMs > 0) await new Promise<void>((resolve) => void clock.after(waitMs, resolve));
      newest = await app.conversations.turns.tip(conversationId);
      if (!newest?.applyAt && !newest?.sendAt) return;
    }
  }

  function step(): string | undefined {
    const top = newest?.after.stack.at(-1);
    return top && `${top.flow}.${top.step}`;
  }

  return {
    conversationId,
    say,
    async report(text, { place, since, anonim }) {
      const before = newest?.after.lastCase;
      await say(text);
      let wantsAnonim = anonim;
      for (let tries = 0; tries < MAX_ANSWERS; tries++) {
        const at = step();
        const filed = newest?.after.lastCase;
        if (filed !== before) return filed;
        if (at === undefined && tries > 0) return undefined;
        if (at === 'intake.summary' && wantsAnonim) {
          wantsAnonim = false;
          await say('anonim');
          continue;
        }
        const answer = ANSWERS[at ?? '']?.({ place, since, text });
        if (answer === undefined) return undefined;
        await say(answer);
      }
      return undefined;
    },
  };
}

/** What is answered to each question on the way to a report. */
const ANSWERS: Readonly<Record<string, (of: { place: string; since: string; text: string }) => string>> = {
  'entry.is_report': () => 'ya',
  'entry.opening': ({ text }) => text,
  'entry.asks': () => '1',
  'entry.answer': () => 'belum',
  'intake.describe': ({ text }) => text,
  'intake.category': () => '1',
  'intake.place': ({ place }) => place,
  'intake.time': ({ since }) => since,
  'intake.contact': () => 'lewati',
  'intake.naming': () => 'anonim',
  'intake.summary': () => 'kirim',
};
