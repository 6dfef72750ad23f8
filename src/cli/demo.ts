import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp } from '../app.js';
import { loadConfig } from '../config.js';
import { systemClock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { createLog } from '../core/log.js';
import { startDemoApp } from './demo-app.js';
import { createDemoClock } from './demo-clock.js';
import { createCrowd } from './demo-crowd.js';
import { createDemoLanes } from './demo-lanes.js';
import { showLogins } from './demo-logins.js';
import { createChance } from './demo-random.js';
import { seedCity } from './seed-city.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const USAGE = 'npm run demo [-- --rate 6 --cases 300 --chats 60 --port 8080]   (rate: people a minute, 0 to 60)';
const DAYS_BEFORE = 61;
const TYPING_MS = [2000, 9000] as const;

/**
 * `npm run demo`: a whole service with a city in it, on data of its own that are gone at the end, and people who chat.
 * Nothing of it reaches a platform or the data of this installation.
 */
async function main(words: readonly string[]): Promise<void> {
  const { rate, cases, chats, port } = parseWords(words);
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-demo-'));
  const config = loadConfig({ DATA_DIR: dataDir, HTTP_PORT: String(port), TENANT_NAME: 'Kota Sinarjaya (demo)' });
  try {
    const until = systemClock.now();
    const clock = createDemoClock(new Date(until.getTime() - DAYS_BEFORE * 86_400_000));
    console.log('Sixty days of a city are being played; some twenty seconds on a quiet machine.');
    const past = await startDemoApp(config, root, clock);
    const tell = (line: string) => console.log(`  ${line}`);
    const { staff } = await seedCity({ app: past, clock }, { cases, chats, until, tell }).finally(past.stop);

    const log = createLog('error');
    const app = await startApp({ config, log, clock: systemClock, root, pushLanes: createDemoLanes });
    const url = `http://127.0.0.1:${app.port}`;
    const chance = createChance(until.getTime());
    const onError = (error: unknown) => console.error(error instanceof Error ? error.message : error);
    const crowd = createCrowd({ url, clock: systemClock, chance, typingMs: TYPING_MS, onError });
    if (rate > 0) crowd.start(rate);
    console.log(showLogins(staff));
    console.log(
      `Console   ${url}/console\nWeb chat  ${url}/chat\nAbout ${rate} people a minute write. Ctrl+C ends it, and its data with it.`,
    );
    await ended();
    await crowd.stop();
    await app.stop();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** @throws {AppError} `request.invalid` */
function parseWords(words: readonly string[]) {
  const wanted = { rate: 6, cases: 300, chats: 60, port: 8080 };
  const limits = { rate: 60, cases: 5000, chats: 5000, port: 65_535 };
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const name = (Object.keys(wanted) as (keyof typeof wanted)[]).find((each) => `--${each}` === word);
    const value = Number(left.shift());
    if (!name || !Number.isInteger(value) || value < 0 || value > limits[name])
      throw new AppError('request.invalid', `Usage: ${USAGE}`);
    wanted[name] = value;
  }
  return wanted;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
