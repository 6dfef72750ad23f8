import { createHash, randomInt } from 'node:crypto';
import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { conversationIdOf } from '../core/ids.js';
import type { InboundMessage } from '../messages/message.js';
import type { AlertSettingsStore } from './alert-settings.js';

const GOOD_FOR_MS = 15 * 60_000;
// without what is easily taken for another: it may be typed off a screen
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const CHARS = 12;
const SPOKEN = /^(?:\/start(?:@\w+)?\s+)?staf-([a-z0-9]{12})$/i;

interface StoredCode {
  /** SHA-256 of the code. */
  readonly _id: string;
  readonly staffId: string;
  readonly expiresAt: Date;
}

export interface TelegramLinks {
  /** A code for somebody to send to the bot once, within a quarter of an hour. An earlier one of theirs is void. */
  makeCode(staffId: string): Promise<{ readonly code: string; readonly expiresAt: Date }>;
  /**
   * Links the chat a code came from.
   * @returns who it was linked to; undefined when the code is none, used up or run out
   */
  take(code: string, address: InboundMessage['address']): Promise<string | undefined>;
}

export function createTelegramLinks(deps: {
  db: Db;
  keys: Keys;
  clock: Clock;
  settings: AlertSettingsStore;
}): TelegramLinks {
  const { clock, keys, settings } = deps;
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
      const found = await codes.findOneAndDelete({ _id: hashOf(code) });
      if (!found || found.expiresAt <= clock.now()) return undefined;
      const telegramId = conversationIdOf(keys.addressKey, address.channel, address.account, address.chatId);
      await settings.linkTelegram(found.staffId, address, telegramId);
      return found.staffId;
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
