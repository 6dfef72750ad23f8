import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { isDuplicateKey } from '../store/connect.js';
import type { Audit } from './audit.js';

const ONCE_IN_MS = 10 * 60 * 1000;
const MAX_REMEMBERED = 20_000;
/** How long another process may take to put on record what it has taken on. */
const LOOKS = 10;
const LOOK_EVERY_MS = 50;

/** Notes that somebody opened something: once in ten minutes, so that scrolling doesn't drown what matters. */
export type NoteRead = (
  by: string,
  what: 'case.read' | 'conversation.read' | 'file.read',
  subject: string,
) => Promise<void>;

interface StoredRead {
  /** Of who, what and which. */
  readonly _id: string;
  readonly at: Date;
  /** It is in the audit log. */
  readonly isNoted: boolean;
  readonly expiresAt: Date;
}

/**
 * Of all processes the one whose write is first puts it on record; by `_id`. Whoever comes second waits until it is
 * there, and puts it there themselves if the first has died meanwhile: twice is better than never.
 *
 * @returns resolves once it is on record: nothing is shown before
 */
export function createNoteRead(deps: { db: Db; audit: Pick<Audit, 'append'>; clock: Clock }): NoteRead {
  const { audit, clock } = deps;
  const reads = deps.db.collection<StoredRead>('audit_reads');
  const noted = new Map<string, number>();
  const noting = new Map<string, Promise<void>>();

  /** @returns false when somebody else did, less than ten minutes ago */
  const take = async (_id: string, now: Date): Promise<boolean> => {
    const filter = { _id, at: { $lte: new Date(now.getTime() - ONCE_IN_MS) } };
    const fields = { at: now, isNoted: false, expiresAt: new Date(now.getTime() + 2 * ONCE_IN_MS) };
    try {
      await reads.updateOne(filter, { $set: fields }, { upsert: true });
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return false;
    }
  };

  /** @returns since when it is */
  const onRecordSince = async (_id: string): Promise<Date | undefined> => {
    for (let looks = 0; looks < LOOKS; looks++) {
      const stored = await reads.findOne({ _id });
      if (stored?.isNoted) return stored.at;
      await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve));
    }
    return undefined;
  };

  const note = async (_id: string, facts: { by: string; what: string; subject: string }): Promise<void> => {
    const now = clock.now();
    const before = (await take(_id, now)) ? undefined : await onRecordSince(_id);
    if (!before) {
      await audit.append(facts);
      await reads.updateOne({ _id }, { $set: { isNoted: true } });
    }
    if (noted.size >= MAX_REMEMBERED) noted.clear();
    noted.set(_id, (before ?? now).getTime());
  };

  return async (by, what, subject) => {
    const _id = createHash('sha256')
      .update(JSON.stringify([by, what, subject]))
      .digest('base64url');
    const before = noted.get(_id);
    if (before !== undefined && clock.now().getTime() - before < ONCE_IN_MS) return;
    const under = noting.get(_id) ?? note(_id, { by, what, subject }).finally(() => noting.delete(_id));
    noting.set(_id, under);
    await under;
  };
}
