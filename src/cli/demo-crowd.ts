import type { Clock } from '../core/clock.js';
import { demoPhoto } from './demo-photo.js';
import type { Chance } from './demo-random.js';
import { DISTRICTS, QUESTIONS, REPORTS, reportText, SINCE, STREETS } from './demo-reports.js';
import { createWebChat, type WebChat } from './demo-webchat.js';
import { WAITING } from './demo-words.js';

const MAX_ANSWERS = 12;
/** Open at a time; more would only wait for each other. */
const MAX_AT_ONCE = 20;
const WAITS_FOR_STAFF_MS = 10 * 60_000;
const LOOKS_EVERY_MS = 5000;

/** What somebody comes for. */
export const ERRANDS = ['report', 'report_photo', 'staff', 'question', 'status'] as const;
export type Errand = (typeof ERRANDS)[number];

export interface CrowdDeps {
  /** Of the running service. */
  readonly url: string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Milliseconds somebody takes to read and type, at least and at most. */
  readonly typingMs: readonly [number, number];
  /** Told of what went wrong; a crowd goes on. */
  readonly onError: (error: unknown) => void;
}

/** Simulated people who use the web chat of a running service, over HTTP like anybody's browser. */
export interface Crowd {
  /** One person comes, does their errand and leaves. @returns the number of the case that was filed, if one was */
  visit(errand: Errand): Promise<string | undefined>;
  /** Lets so many people a minute come, until it is stopped. */
  start(perMinute: number): void;
  /** Nobody comes any more, and who is there leaves at their next message. */
  stop(): Promise<void>;
}

export function createCrowd({ url, clock, chance, typingMs, onError }: CrowdDeps): Crowd {
  const here = new Set<Promise<unknown>>();
  let isStopped = false;
  let cancel: () => void = () => undefined;
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

  const say = async (chat: WebChat, text: string, fileIds: readonly string[] = []): Promise<void> => {
    if (isStopped) throw new Left();
    await wait(chance.between(...typingMs));
    await chat.say(text, fileIds);
  };

  async function report(chat: WebChat, withPhoto: boolean): Promise<string | undefined> {
    const place = `${chance.pick(STREETS)} RT 0${chance.between(1, 9)} ${chance.pick(DISTRICTS)}`;
    const since = chance.pick(SINCE);
    const text = misspelt(reportText(chance.pick(REPORTS), chance.is(0.5) ? { place, since } : undefined), chance);
    await say(chat, text);
    let sendsPhoto = withPhoto;
    for (let tries = 0; tries < MAX_ANSWERS && !chat.receipt(); tries++) {
      const at = chat.step() ?? '';
      if (at === 'intake.summary' && sendsPhoto) {
        sendsPhoto = false;
        await say(chat, '', [await chat.upload(await demoPhoto(chance))]);
        continue;
      }
      const answer = answerTo(at, { place, since, text });
      if (answer === undefined) return undefined;
      await say(chat, answer);
    }
    return chat.receipt()?.number;
  }

  async function askForStaff(chat: WebChat): Promise<undefined> {
    await say(chat, chance.pick(['petugas', 'mau ngomong sama orang', 'petugas dong']));
    if (chat.step()?.startsWith('staff.')) await say(chat, 'tinggalkan pesan');
    await say(chat, chance.pick(WAITING));
    for (let waitedMs = 0; waitedMs < WAITS_FOR_STAFF_MS && !isStopped; waitedMs += LOOKS_EVERY_MS) {
      await wait(LOOKS_EVERY_MS);
      if (await chat.hasStaffReply()) {
        await say(
          chat,
          chance.pick(['baik, terima kasih', 'oh begitu, siap', 'kira-kira kapan ya pak?', 'oke saya tunggu']),
        );
      }
    }
    return undefined;
  }

  async function visit(errand: Errand): Promise<string | undefined> {
    const chat = await createWebChat(url);
    if (errand === 'staff') return askForStaff(chat);
    if (errand === 'report' || errand === 'report_photo') return report(chat, errand === 'report_photo');
    await say(chat, errand === 'status' ? 'status' : reportText(chance.pick(QUESTIONS), { place: 'kota', since: '' }));
    await say(chat, 'makasih ya');
    return undefined;
  }

  function come(errand: Errand): void {
    const visiting = visit(errand)
      .catch((error: unknown) => {
        if (!(error instanceof Left)) onError(error);
      })
      .finally(() => here.delete(visiting));
    here.add(visiting);
  }

  return {
    visit,
    start(perMinute) {
      const next = () => {
        if (isStopped) return;
        if (here.size < MAX_AT_ONCE) come(chance.is(0.15) ? 'staff' : chance.pick(ERRANDS));
        cancel = clock.after((60_000 / perMinute) * (0.5 + chance.number()), next);
      };
      next();
    },
    async stop() {
      isStopped = true;
      cancel();
      await Promise.all(here);
    },
  };
}

/** Somebody went away in the middle, because the demo ended. */
class Left extends Error {}

/** By the step that asks, as a person would by its words. */
function answerTo(step: string, of: { place: string; since: string; text: string }): string | undefined {
  const answers: Readonly<Record<string, string>> = {
    'entry.is_report': 'ya',
    'entry.opening': of.text,
    'entry.asks': '1',
    'entry.answer': 'belum',
    'intake.describe': of.text,
    'intake.category': '1',
    'intake.place': of.place,
    'intake.time': of.since,
    'intake.photos': 'selesai',
    'intake.summary': 'kirim',
  };
  return answers[step];
}

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/\byang\b/g, 'yg'],
  [/\btidak\b/g, 'gak'],
  [/\bsudah\b/g, 'udh'],
  [/\bbelum\b/g, 'blm'],
  [/\bdengan\b/g, 'dgn'],
  [/\bkarena\b/g, 'krn'],
  [/\bsampai\b/g, 'smp'],
  [/\btolong\b/gi, 'tlg'],
];

/** As people type on a phone: shortened, in small letters, two letters exchanged here and there. */
export function misspelt(text: string, chance: Chance): string {
  let typed = chance.is(0.6) ? text.toLowerCase() : text;
  for (const [word, short] of SHORT) if (chance.is(0.5)) typed = typed.replace(word, short);
  if (chance.is(0.5)) {
    const words = typed.split(' ');
    const at = chance.between(0, words.length - 1);
    const word = words[at] ?? '';
    if (/^[a-z]{6,}$/.test(word)) words[at] = `${word.slice(0, 2)}${word[3]}${word[2]}${word.slice(4)}`;
    typed = words.join(' ');
  }
  return typed;
}
