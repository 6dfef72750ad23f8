import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT } from '../../../src/channels/whatsapp-web/whatsapp-web.js';
import { loadConfig } from '../../../src/config.js';
import type { Turn } from '../../../src/conversations/turn.js';
import { conversationIdOf } from '../../../src/core/ids.js';
import { createLog } from '../../../src/core/log.js';
import { createPushLanes } from '../../../src/push-lanes.js';
import { createShiftedClock, type ShiftedClock, startTestApp, type TestApp } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { createScriptedPhone, type ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';

/** The whole service on WhatsApp Web, whose browser process does what the test says. Its first life has begun. */
export interface WebRig {
  readonly phone: ScriptedPhone;
  readonly test: TestApp;
  readonly clock: ShiftedClock;
  /** What was shown at the terminal. */
  readonly told: readonly string[];
  logged(): string;
  conversationOf(chat: string): string;
  turnsOf(chat: string): Promise<Turn[]>;
  /** What the page was asked to send there, whether or not it did. */
  heardBy(chat: string): readonly string[];
  close(): Promise<void>;
}

export async function startWebRig(more: Readonly<Record<string, string>> = {}): Promise<WebRig> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-web-'));
  const clock = createShiftedClock();
  const phone = createScriptedPhone(clock.now);
  const config = loadConfig({
    DATA_DIR: dataDir,
    HTTP_PORT: '0',
    WHATSAPP_WEB: '1',
    WHATSAPP_WEB_PER_MINUTE: '120',
    // any program will do for a browser that is never started
    CHROMIUM_PATH: process.execPath,
    ...more,
  });
  const lines: string[] = [];
  const told: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const root = new URL('../../..', import.meta.url).pathname;
  const browser = { startChild: phone.startChild };
  const tell = (text: string) => void told.push(text);
  const pushLanes = createPushLanes({ config, clock, log, root, tell, browser });
  const test = await startTestApp({ config, log, clock, pushLanes });
  const conversationOf = (chat: string) => conversationIdOf(test.app.keys.addressKey, 'whatsapp_web', ACCOUNT, chat);
  await until('the browser process is started', () => phone.lives() === 1);
  return {
    phone,
    test,
    clock,
    told,
    logged: () => lines.join(''),
    conversationOf,
    turnsOf: (chat) => test.app.conversations.turns.after(conversationOf(chat), 0, 200),
    heardBy: (chat) => phone.callsOf('send').flatMap(({ chatId, text }) => (chatId === chat ? [text] : [])),
    async close() {
      await test.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
