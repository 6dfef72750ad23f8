import type { App } from '../../src/app.js';
import { AppError } from '../../src/core/errors.js';
import { conversationIdOf } from '../../src/core/ids.js';
import { moveCase } from '../cases/case-life.js';
import { createPushLane, PUSH_ACCOUNT } from '../fakes/push-channel.js';
import { type PushPlatform, type SentToCitizen, startPushPlatform, type Update } from '../fakes/push-platform.js';
import { createShiftedClock, type ShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';
import type { Command, Staff } from './commands.js';

/** Tuesday, 10.00 WIB: somebody is there to take chats over. */
const OPEN = Date.parse('2026-12-01T03:00:00Z');
const MINUTE_MS = 60_000;

/** Two processes of the service on one store, and the platform that both serve. */
export interface World {
  readonly clock: ShiftedClock;
  readonly apps: readonly App[];
  readonly platform: PushPlatform;
  close(): Promise<void>;
}

/** A conversation that was gone through, with what the world outside saw of it. */
export interface Played {
  readonly commands: readonly Command[];
  readonly conversationId: string;
  /** Every update that was acknowledged. */
  readonly taken: readonly string[];
  /** Those of them that were written one after another, in that order. */
  readonly inOrder: readonly string[];
  /** Errors that no caller can expect. */
  readonly surprises: readonly string[];
  /** What the platform took, in order. */
  heard(): readonly SentToCitizen[];
}

export async function startWorld(): Promise<World> {
  const clock = createShiftedClock();
  clock.shift(OPEN - clock.now().getTime());
  const platform = await startPushPlatform();
  const pushLanes = ({ receive }: { receive: Parameters<typeof createPushLane>[1] }) => [
    createPushLane(platform.url, receive),
  ];
  const test: TestApp = await startTestApp({ clock, pushLanes });
  const other = await test.join();
  return {
    clock,
    apps: [test.app, other],
    platform,
    async close() {
      await test.close();
      await platform.close();
    },
  };
}

let chats = 0;

/** Does to a new conversation what the commands say, one after another. */
export async function play(world: World, commands: readonly Command[]): Promise<Played> {
  const { apps, platform, clock } = world;
  chats += 1;
  const chatId = `model-${chats}`;
  const [first] = apps;
  if (!first) throw new Error('nobody is there');
  const conversationId = conversationIdOf(first.keys.addressKey, 'telegram', PUSH_ACCOUNT, chatId);
  const sent: Update[] = [];
  const taken: string[] = [];
  const inOrder: string[] = [];
  const surprises: string[] = [];
  let turn = 0;

  // by turns, so that each process has an old picture of every chat
  const nextApp = (): App => apps[turn++ % apps.length] ?? first;
  const heard = () => platform.sends.filter((each) => each.chatId === chatId && each.taken);

  const deliver = async (update: Update) => {
    // as a platform does: again until it is acknowledged
    await until('an update is acknowledged', async () => {
      const status = await platform.deliver(`http://127.0.0.1:${nextApp().port}/fake/webhook`, update);
      return status === 200;
    });
  };
  const write = async (text: string, more: Partial<Update> = {}, isAlone = true) => {
    const update = { id: `${chatId}:${sent.length + 1}`, chatId, text, sentAt: clock.now().toISOString(), ...more };
    sent.push(update);
    await deliver(update);
    taken.push(update.id);
    if (isAlone) inOrder.push(update.id);
  };
  /** A refusal that says why is an answer; anything else is not. */
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AppError)) surprises.push(String(error));
    }
  };
  let keys = 0;
  const staff = (deed: 'claim' | 'say' | 'release' | 'requeue', by: Staff) => {
    keys += 1;
    const { staff: turns } = nextApp().conversations;
    const key = `${deed}-${keys}`;
    return attempt(() =>
      deed === 'say'
        ? turns.say(conversationId, by, key, 'Baik, kami cek dulu ya.')
        : turns[deed](conversationId, by, key),
    );
  };

  const doIt = async (command: Command): Promise<void> => {
    switch (command.do) {
      case 'write':
        return write(command.text);
      case 'burst':
        await Promise.all(command.texts.map((text) => write(text, {}, false)));
        return;
      case 'again': {
        const update = sent.at(-1 - command.back);
        return update && deliver(update);
      }
      case 'tap': {
        const offered = (await first.conversations.transcript(conversationId, 0)).filter(
          ({ options }) => options?.length,
        );
        const asked = offered.at(-1 - command.back);
        const option = asked?.options?.[command.option % (asked.options.length || 1)];
        if (!asked?.step || !option) return;
        return write('', { choice: { step: asked.step, seq: asked.seq, option: option.id } });
      }
      case 'claim':
      case 'say':
      case 'release':
      case 'requeue':
        return staff(command.do, command.by);
      case 'race':
        await Promise.all([staff('claim', 'sari'), staff('claim', 'dewi')]);
        return;
      case 'claimWhile':
        await Promise.all([staff('claim', command.by), write(command.text)]);
        return;
      case 'move': {
        const [followed] = await first.reporters.ofConversation(conversationId, 1);
        if (followed) await attempt(() => moveCase(nextApp(), followed.caseNumber, [command.to]));
        return;
      }
      case 'wait':
        clock.shift(command.minutes * MINUTE_MS);
        return;
      case 'fault':
        return platform.script(command.script, chatId);
    }
  };

  for (const command of commands) await doIt(command);
  return { commands, conversationId, taken, inOrder, surprises, heard };
}

/** Until nothing is owed to anybody any more. */
export async function settle({ apps }: World, played: readonly Played[]): Promise<void> {
  const [app] = apps;
  if (!app) return;
  const ids = played.map(({ conversationId }) => conversationId);
  const turns = app.connection.collection('turns');
  const owes = { conversationId: { $in: ids }, $or: [{ sendAt: { $exists: true } }, { applyAt: { $exists: true } }] };
  await until(
    'nothing is owed',
    async () => {
      for (const each of apps) await each.conversations.sweepEffects();
      return (await turns.countDocuments(owes)) === 0;
    },
    120_000,
  );
  for (const each of apps) await each.conversations.rows.drain();
}
