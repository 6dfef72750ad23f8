import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp } from '../app.js';
import { findChromium } from '../channels/whatsapp-web/find-chromium.js';
import { pauseBeforeMs } from '../channels/whatsapp-web/send.js';
import { ACCOUNT } from '../channels/whatsapp-web/whatsapp-web.js';
import { loadConfig } from '../config.js';
import { systemClock } from '../core/clock.js';
import { conversationIdOf } from '../core/ids.js';
import { createLog } from '../core/log.js';
import { createPushLanes } from '../push-lanes.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const PAGE_SCRIPT = join(ROOT, 'test', 'fakes', 'whatsapp-page', 'standin.js');
const VERSION = 'standin';
const PER_MINUTE = 120;
const PATIENCE_MS = 120_000;
/** Slower than the pace, so that nobody waits for another's answer. */
const EVERY_MS = 1500;
/** Who tells, at the end, what the page has measured. */
const REPORTER = '628990000000@c.us';

/**
 * Somebody new greets every second and a half, in the stand-in page of a real browser under the unmodified library; the
 * page itself measures until the answer is handed to it.
 *
 * @returns the 95th percentile in ms, less the pause before each message; -1 where there is no Chromium or no page
 */
export async function measureStandin(count: number): Promise<number> {
  const chromiumPath = findChromium(process.env['CHROMIUM_PATH']);
  const script = await readFile(PAGE_SCRIPT, 'utf8').catch(() => undefined);
  if (chromiumPath === undefined || script === undefined) return -1;
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-bench-'));
  const dir = join(dataDir, 'page');
  await mkdir(dir);
  await writeFile(join(dir, `${VERSION}.html`), pageOf(script, count));
  const env = { DATA_DIR: dataDir, HTTP_PORT: '0', WHATSAPP_WEB: '1', CHROMIUM_PATH: chromiumPath };
  const config = loadConfig({ ...env, WHATSAPP_WEB_PER_MINUTE: String(PER_MINUTE) });
  const log = createLog('error');
  const clock = systemClock;
  const browser = { localPage: { dir, version: VERSION }, random: () => 0 };
  const pushLanes = createPushLanes({ config, clock, log, root: ROOT, tell: () => undefined, browser });
  const app = await startApp({ config, log, clock, root: ROOT, pushLanes });
  try {
    const id = conversationIdOf(app.keys.addressKey, 'whatsapp_web', ACCOUNT, REPORTER);
    const endMs = performance.now() + PATIENCE_MS;
    while (performance.now() < endMs) {
      const [first] = await app.conversations.transcript(id, 0);
      const found = /^P95 (\d+)/.exec(first?.text ?? '')?.[1];
      if (found !== undefined) return Number(found) - Math.round(pauseBeforeMs(PER_MINUTE, 0));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error('the stand-in page did not report in time');
  } finally {
    await app.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The stand-in, and what it is to do by itself: pair, let people greet, and tell the 95th percentile as one more. */
function pageOf(script: string, count: number): string {
  const chats = Array.from({ length: count }, (_, index) => `62811${String(1_000_000 + index)}@c.us`);
  const state = JSON.stringify({ me: '628110000000@c.us', known: [...chats, REPORTER], history: [], perPage: 20 });
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Stand-in</title>
<script>window.__STATE = ${state};</script><script>${script}</script><script>(${drive.toString()})(${JSON.stringify(
    chats,
  )}, ${EVERY_MS}, ${JSON.stringify(REPORTER)});</script>`;
}

interface Standin {
  readonly sent: { readonly chat: string }[];
  pair(): void;
  receive(message: object): void;
}

/** Runs in the page. */
async function drive(chats: readonly string[], everyMs: number, reporter: string): Promise<void> {
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const { standin } = globalThis as unknown as { standin: Standin };
  const say = (chat: string, body: string) =>
    standin.receive({ chat, id: `BENCH${chat}`, body, t: Math.floor(Date.now() / 1000) });
  await pause(3000);
  standin.pair();
  await pause(3000);
  const times: number[] = [];
  for (const chat of chats) {
    const startedAtMs = performance.now();
    say(chat, 'halo');
    while (!standin.sent.some((each) => each.chat === chat) && performance.now() - startedAtMs < 10_000) await pause(2);
    times.push(performance.now() - startedAtMs);
    await pause(Math.max(0, everyMs - (performance.now() - startedAtMs)));
  }
  times.sort((a, b) => a - b);
  say(reporter, `P95 ${Math.round(times[Math.floor(times.length * 0.95)] ?? 0)} ms`);
}
