import { createHash } from 'node:crypto';
import { Binary, type Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { type Keys, open, seal } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { isDuplicateKey } from '../store/connect.js';

const KEEP_MS = 24 * 60 * 60 * 1000;
/** Longer than any request runs: who has not answered by then has died. */
const RUNNING_MS = 60_000;

/** What was answered to a write. */
export interface Answer {
  readonly status: number;
  /** JSON; left out for an answer without a body. */
  readonly body?: unknown;
}

/** A write that its sender may send again, and what it is. */
export interface Write {
  /** Who sends it: one person's keys are no one else's. */
  readonly staffId: string;
  /** Method, path and query. */
  readonly route: string;
  /** The `Idempotency-Key`. */
  readonly key: string;
  readonly body: unknown;
}

interface StoredAnswer {
  readonly _id: string;
  readonly bodyHash: string;
  /** Until when whoever runs it is believed to be at it; absent once it is answered. */
  readonly runningUntil?: Date;
  readonly status?: number;
  /** Sealed: an answer may hold a link or a token. */
  readonly body?: Binary;
  readonly expiresAt: Date;
}

/** Answers kept for a day, so that a write sent again is done once and answered the same. */
export interface Answers {
  /**
   * Does a write unless it was done before. What fails is not kept: it may be sent again.
   *
   * @throws {AppError} `request.key_reused` when the key was used for another body, `request.conflict` while the same
   * write is still under way, and whatever `work` throws
   */
  once(write: Write, work: () => Promise<Answer>): Promise<Answer & { readonly isRepeated: boolean }>;
}

export function createAnswers(db: Db, keys: Keys, clock: Clock): Answers {
  const answers = db.collection<StoredAnswer>('answers');

  /** Makes this process the one that does it; otherwise the answer that there is. */
  async function begin(_id: string, bodyHash: string): Promise<Answer | undefined> {
    const now = clock.now();
    const running = {
      bodyHash,
      runningUntil: new Date(now.getTime() + RUNNING_MS),
      expiresAt: new Date(now.getTime() + KEEP_MS),
    };
    try {
      await answers.insertOne({ _id, ...running });
      return undefined;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const found = await answers.findOne({ _id });
    if (found && found.bodyHash !== bodyHash)
      throw new AppError('request.key_reused', 'This Idempotency-Key was used for something else');
    if (found?.status !== undefined)
      return { status: found.status, ...(found.body ? { body: open(keys, _id, found.body.buffer) } : {}) };
    if (found?.runningUntil && found.runningUntil <= now) {
      const { matchedCount } = await answers.updateOne(
        { _id, runningUntil: found.runningUntil },
        { $set: { runningUntil: running.runningUntil } },
      );
      if (matchedCount === 1) return undefined;
    }
    throw new AppError('request.conflict', 'The same request is still under way', { retryAfterSeconds: 1 });
  }

  return {
    async once({ staffId, route, key, body }, work) {
      const _id = sha256(JSON.stringify([staffId, route, key]));
      const before = await begin(_id, sha256(JSON.stringify(body) ?? ''));
      if (before) return { ...before, isRepeated: true };
      try {
        const answer = await work();
        const sealed = answer.body === undefined ? {} : { body: new Binary(seal(keys, _id, answer.body)) };
        await answers.updateOne({ _id }, { $set: { status: answer.status, ...sealed }, $unset: { runningUntil: 1 } });
        return { ...answer, isRepeated: false };
      } catch (error) {
        await answers.deleteOne({ _id, runningUntil: { $exists: true } });
        throw error;
      }
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
