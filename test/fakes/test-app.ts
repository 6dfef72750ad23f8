import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, type AppDeps, startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { type Clock, systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import type { Received } from '../../src/messages/chat-entry.js';
import type { InboundMessage } from '../../src/messages/message.js';
import { findRunningStore } from '../../src/store/embedded/start.js';

const ROOT = new URL('../..', import.meta.url).pathname;

/** Real time, moved on by as much as a test says. */
export interface ShiftedClock extends Clock {
  shift(ms: number): void;
}

export function createShiftedClock(): ShiftedClock {
  let byMs = 0;
  return {
    ...systemClock,
    now: () => new Date(systemClock.now().getTime() + byMs),
    shift(ms) {
      byMs += ms;
    },
  };
}

/** The whole service in this process, on a data folder of its own (or the database that MONGODB_URI names). */
export interface TestApp {
  readonly app: App;
  readonly dataDir: string;
  readonly url: string;
  /** A second process's worth of service on the same store. */
  join(more?: Partial<AppDeps>): Promise<App>;
  close(): Promise<void>;
}

export async function startTestApp(more: Partial<AppDeps> = {}): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-test-'));
  const deps: AppDeps = {
    config: loadConfig({ DATA_DIR: dataDir, HTTP_PORT: '0' }),
    log: createLog('silent'),
    clock: systemClock,
    root: ROOT,
    ...more,
  };
  const app = await startApp(deps);
  const joined: App[] = [];
  return {
    app,
    dataDir,
    url: `http://127.0.0.1:${app.port}`,
    async join(other = {}) {
      const storeUri = await findRunningStore(join(dataDir, 'store'));
      const second = await startApp({ ...deps, ...(storeUri ? { storeUri } : {}), ...other });
      joined.push(second);
      return second;
    },
    async close() {
      for (const each of joined) await each.stop();
      await app.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A citizen on the web chat of an app in this process. */
export interface TestCitizen {
  readonly chatId: string;
  /** Says something; the same key again is the same message. */
  say(text: string, more?: Partial<InboundMessage>): Promise<Received>;
  /** The texts that came back for it. */
  hear(text: string, more?: Partial<InboundMessage>): Promise<string[]>;
}

let citizens = 0;

export function createCitizen(
  app: Pick<App, 'conversations'>,
  chatId = `warga${++citizens}`,
  clock: Pick<Clock, 'now'> = systemClock,
): TestCitizen {
  let count = 0;
  const say: TestCitizen['say'] = (text, more = {}) => {
    count += 1;
    return app.conversations.receive({
      externalId: `message-${count}`,
      address: { channel: 'webchat', account: 'main', chatId },
      sentAt: clock.now(),
      text,
      attachments: [],
      ...more,
    });
  };
  return {
    chatId,
    say,
    hear: async (text, more) =>
      (await say(text, more)).entries.flatMap((each) => (each.from === 'citizen' ? [] : each.text)),
  };
}
