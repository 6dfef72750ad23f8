import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';
import { type Keys, mac } from '../core/crypto.js';
import { base32 } from '../core/ids.js';

/** Long enough to take up one's phone, short enough that a screen left open gives nothing away. */
export const LINK_KEEP_MS = 60 * 60 * 1000;

const NONCE_BYTES = 10;
/** 130 bits. */
const TOKEN_CHARS = 26;
const TOKEN = /^[a-z2-7]{26}$/;
/** What a channel without deep links sends instead: a word and the token. */
const SPOKEN = /^(?:hubungkan|sambungkan|link)\s+([a-z2-7]{26})$/i;
const MARK = /\{\{link:([a-z2-7]{16})\}\}/g;

/**
 * Stands in a stored text where a one-time token is to be read. The token itself is derived from it with a key that is
 * not in the database, and never stored: whoever reads the database can't make one.
 */
export function newLinkMark(): string {
  return `{{link:${base32(randomBytes(NONCE_BYTES))}}}`;
}

/** The marks of a text, as they stand in it. */
export function linkMarksIn(text: string): readonly string[] {
  return text.match(MARK) ?? [];
}

/** A text as its reader gets it: with the tokens in place of their marks. */
export function revealLinks(keys: Keys, text: string): string {
  return text.replace(MARK, (mark) => linkTokenOf(keys, mark));
}

/** The token that a mark stands for. */
export function linkTokenOf(keys: Keys, mark: string): string {
  return base32(mac(keys.receiptKey, 'link token', mark)).slice(0, TOKEN_CHARS);
}

/** The token in what a deep link carried or a citizen wrote; undefined when it is anything else. */
export function readLinkToken({ startPayload, text }: { startPayload?: string; text: string }): string | undefined {
  const said = startPayload ?? SPOKEN.exec(text.trim())?.[1]?.toLowerCase() ?? '';
  return TOKEN.test(said) ? said : undefined;
}

/** One offer to hear of a case in a chat elsewhere. The token is kept as HMAC only. */
interface LinkToken {
  readonly _id: string;
  readonly caseNumber: string;
  /** Removed by the database some time after it. */
  readonly expiresAt: Date;
  /** The conversation that took the offer: it may take it again, as a redelivery does. */
  readonly usedBy?: string;
}

/** Links a case to another chat of the same person, once, for an hour, whatever the two channels are. */
export interface LinkTokens {
  /** Makes the token of a mark good. The same mark again changes nothing. */
  offer(mark: string, caseNumber: string, at: Date): Promise<void>;
  /** The case a conversation may take with a token; undefined when it is unknown, too old or taken by another. */
  find(token: string, conversationId: string, at: Date): Promise<string | undefined>;
  /** Takes it. Of two conversations at once one gets the case. @returns as `find` */
  use(token: string, conversationId: string, at: Date): Promise<string | undefined>;
}

export function createLinkTokens({ db, keys }: { db: Db; keys: Keys }): LinkTokens {
  const tokens = db.collection<LinkToken>('link_tokens');
  const idOf = (token: string) => mac(keys.receiptKey, 'link token kept', token).toString('base64url');
  const open = (token: string, conversationId: string, at: Date) => ({
    _id: idOf(token),
    expiresAt: { $gt: at },
    $or: [{ usedBy: { $exists: false } }, { usedBy: conversationId }],
  });

  return {
    async offer(mark, caseNumber, at) {
      const expiresAt = new Date(at.getTime() + LINK_KEEP_MS);
      // upsert, not insert: what offers it may run again after a crash
      await tokens.updateOne(
        { _id: idOf(linkTokenOf(keys, mark)) },
        { $setOnInsert: { caseNumber, expiresAt } },
        { upsert: true },
      );
    },
    find: async (token, conversationId, at) => (await tokens.findOne(open(token, conversationId, at)))?.caseNumber,
    use: async (token, conversationId, at) =>
      (
        await tokens.findOneAndUpdate(
          open(token, conversationId, at),
          { $set: { usedBy: conversationId } },
          { returnDocument: 'after' },
        )
      )?.caseNumber,
  };
}
