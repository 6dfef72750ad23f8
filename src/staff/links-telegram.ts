import { createHash, randomInt } from 'node:crypto';
import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { conversationIdOf } from '../core/ids.js';
import type { InboundMessage } from '../messages/message.js';
import { createTries } from '../store/tries.js';
import type { AlertSettingsStore } from './alert-settings.js';

const GOOD_FOR_MS = 15 * 60_000;
// without what is easily taken for another: it may be typed off a screen
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const CHARS = 12;
/**
 * A code has 59 bits, below the 64 from which OWASP ASVS 6.6.3 lets tries go uncounted. So many wrong ones a quarter of
 * an hour, of one chat and of all chats of a bot together.
 */
const TRIES = { chat: 5, bot: 200 } as const;
const TRIES_WINDOW_MS = 15 * 60_000;
const SPOKEN = /^(?:\/start(?:@\w+)?\s+)?staf-([a-z0-9]{12})$/i;

interface StoredCode {
  /** SHA-256 of the code. */
  readonly _id: string;
  readonly staffId: string;
  readonly expiresAt: Date;
}

/** `throttled` once, then `ignored`: whoever guesses gets nothing more to read, and a right code looks wrong. */
export type TakenCode =
  | { readonly type: 'linked'; readonly staffId: string }
  | { readonly type: 'refused' | 'throttled' | 'ignored' };

export interface TelegramLinks {
  /** A code for somebody to send to the bot once, within a quarter of an hour. An earlier one of theirs is void. */
  makeCode(staffId: string): Promise<{ readonly code: string; readonly expiresAt: Date }>;
  /** Links the chat a code came from; `refused` when the code is none, used up or run out. */
  take(code: string, address: InboundMessage['address']): Promise<TakenCode>;
}

export function createTelegramLinks(deps: {
  db: Db;
  keys: Keys;
  clock: Clock;
  settings: AlertSettingsStore;
}): TelegramLinks {
  const { clock, keys, settings } = deps;
  const tries = createTries({ ...deps, windowMs: TRIES_WINDOW_MS });
  const codes = deps.db.collection<StoredCode>('alert_codes');
  return {
    async makeCode(staffId) {
      const code = Array.from({ length: CHARS }, () => LETTERS[randomInt(LETTERS.length)]).join('');
      const expiresAt = new Date(clock.now().getTime() + GOOD_FOR_MS);
      await codes.deleteMany({ staffId });
      await codes.insertOne({ _id: hashOf(code), staffId, expiresAt });
      return { code: `staf-${code}`, expiresAt };
    },
    async take(code, address) {
      const telegramId = conversationIdOf(keys.addressKey, address.channel, address.account, address.chatId);
      const ids = [`staff_code:by:${telegramId}`, `staff_code:to:${address.account}`] as const;
      const [ofChat = 0, ofBot = 0] = await Promise.all(ids.map(tries.count));
      if (ofChat > TRIES.chat || ofBot > TRIES.bot)
        return { type: ofChat === TRIES.chat + 1 ? 'throttled' : 'ignored' };
      const found = await codes.findOneAndDelete({ _id: hashOf(code) });
      if (!found || found.expiresAt <= clock.now()) return { type: 'refused' };
      await Promise.all(ids.map(tries.takeBack));
      await settings.linkTelegram(found.staffId, address, telegramId);
      return { type: 'linked', staffId: found.staffId };
    },
  };
}

/** The code in a message that is one of staff's and no citizen's; whether it is good is another matter. */
export function readStaffCode({ address, startPayload, text }: InboundMessage): string | undefined {
  if (address.channel !== 'telegram') return undefined;
  return SPOKEN.exec((startPayload ?? text).trim())?.[1]?.toLowerCase();
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64url');
}
