import * as argon2 from '@node-rs/argon2';
import { AppError } from '../core/errors.js';
import { COMMON_PASSWORDS } from './common-passwords.js';

/** RFC 9106, second recommended option, on one thread. Old hashes carry their own costs. */
const COSTS = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 1 };
/** Each takes 64 MB and one of libuv's four threads, which files and compression need too. */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 100;

export const MIN_PASSWORD_CHARS = 12;
export const MAX_PASSWORD_CHARS = 200;

/** Argon2id, off the event loop, a few at a time. */
export interface Passwords {
  /** @throws {AppError} `request.rate_limited` when far too many wait already */
  hash(password: string): Promise<string>;
  /**
   * Whether a password is the one that was hashed. Without a hash (no such account, no password yet) it takes just as
   * long and is false, so that time doesn't tell who has an account.
   *
   * @throws {AppError} `request.rate_limited` when far too many wait already
   */
  check(hashed: string | undefined, password: string): Promise<boolean>;
}

/** @param work the two functions that take the time */
export function createPasswords(
  costs: typeof COSTS = COSTS,
  work: Pick<typeof argon2, 'hash' | 'verify'> = argon2,
): Passwords {
  const inTurn = createTurns();
  const hashOne = (password: string) => inTurn(() => work.hash(password.normalize('NFC'), costs));
  let nobodys: Promise<string> | undefined;
  return {
    hash: hashOne,
    async check(hashed, password) {
      // made at the first check whoever it is for, so that the first stranger doesn't wait longer than others
      nobodys ??= hashOne('nobody has this password');
      const nobody = await nobodys;
      const against = hashed ?? nobody;
      const isRight = await inTurn(() => work.verify(against, password.normalize('NFC')));
      return isRight && hashed !== undefined;
    },
  };
}

function createTurns(): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (waiting.length >= MAX_WAITING)
      throw new AppError('request.rate_limited', 'Too many sign in at once', { retryAfterSeconds: 5 });
    if (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // the place is handed on, so that nobody can step in between
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/**
 * Holds a new password to what guessers try first: length counts, kinds of characters don't (NIST SP 800-63B).
 *
 * @param own login and name, which must not be most of it
 * @throws {AppError} `request.invalid`, with a {@link PasswordFault} as `details.why`
 */
export function demandGoodPassword(password: string, own: readonly string[]): void {
  const chars = [...password.normalize('NFC')].length;
  if (chars < MIN_PASSWORD_CHARS) refuse('too_short', `must have at least ${MIN_PASSWORD_CHARS} characters`);
  if (chars > MAX_PASSWORD_CHARS) refuse('too_long', `must have at most ${MAX_PASSWORD_CHARS} characters`);
  const plain = password.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (COMMON_PASSWORDS.has(plain)) refuse('common', 'is one that everybody tries first');
  if (isPattern(plain)) refuse('pattern', 'is a repetition or a row of keys');
  const words = own.flatMap((each) => each.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter(({ length }) => length >= 3);
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), plain);
  if (rest.length < plain.length && rest.length < MIN_PASSWORD_CHARS / 2)
    refuse('own_name', 'is little more than your own name');
}

/** What is wrong with a new password, for a page to say in its reader's language. */
export type PasswordFault = 'too_short' | 'too_long' | 'common' | 'pattern' | 'own_name';

function refuse(why: PasswordFault, words: string): never {
  throw new AppError('request.invalid', `password: ${words}`, { field: 'password', why });
}

const ROWS = ['01234567890123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm'];

function isPattern(plain: string): boolean {
  if (plain.length === 0 || /^(.{1,4})\1+.?$/su.test(plain)) return true;
  return ROWS.some((row) => row.includes(plain) || [...row].reverse().join('').includes(plain));
}
