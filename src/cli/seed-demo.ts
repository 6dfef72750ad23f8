import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config.js';
import { systemClock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { demandEmpty, startDemoApp } from './demo-app.js';
import { createDemoClock } from './demo-clock.js';
import { showLogins } from './demo-logins.js';
import { seedCity } from './seed-city.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const USAGE = 'npm run seed:demo [-- --cases 300 --chats 60 --force]';
const DAYS_BEFORE = 61;

/** `npm run seed:demo`: fills this installation with a city that doesn't exist, and prints who can sign in. */
async function main(words: readonly string[]): Promise<void> {
  const { cases, chats, isForced } = parseWords(words);
  if (existsSync('.env')) process.loadEnvFile('.env');
  const until = systemClock.now();
  const clock = createDemoClock(new Date(until.getTime() - DAYS_BEFORE * 86_400_000));
  const app = await startDemoApp(loadConfig(process.env), root, clock);
  try {
    if (!isForced) await demandEmpty(app);
    const tell = (line: string) => console.log(`  ${line}`);
    const { staff } = await seedCity({ app, clock }, { cases, chats, until, tell });
    console.log(showLogins(staff));
    console.log('Start the service with npm start, then open /console.');
  } finally {
    await app.stop();
  }
}

/** @throws {AppError} `request.invalid` */
function parseWords(words: readonly string[]) {
  const left = [...words];
  const wanted = { cases: 300, chats: 60, isForced: false };
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--force') wanted.isForced = true;
    else if (word === '--cases') wanted.cases = wholeOf(left.shift());
    else if (word === '--chats') wanted.chats = wholeOf(left.shift());
    else throw new AppError('request.invalid', `Usage: ${USAGE}`);
  }
  return wanted;
}

function wholeOf(word: string | undefined): number {
  const count = Number(word);
  if (!Number.isInteger(count) || count < 0 || count > 5000)
    throw new AppError('request.invalid', `Usage: ${USAGE} (0 to 5000 each)`);
  return count;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
