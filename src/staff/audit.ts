import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { createKeyedQueue } from '../core/keyed-queue.js';
import { isDuplicateKey } from '../store/connect.js';

const MAX_TRIES = 50;
const NOTHING_BEFORE = '0'.repeat(64);
const PAGE = 1000;

/** Something a person did that others must be able to hold them to. Never words of a citizen, names or numbers. */
export interface AuditFacts {
  /** Who: a staff id, or `cli:<name>`. */
  readonly by: string;
  /** What: `case.read`, `case.revealed`, `data.exported` ... */
  readonly what: string;
  /** To which: a case number, a conversation id, a staff id. */
  readonly subject?: string;
  /** Ids, codes and numbers that belong to it. */
  readonly details?: Readonly<Record<string, string | number>>;
}

/** One entry of the chain: its hash covers its own facts and the hash before it. */
export interface AuditEntry extends AuditFacts {
  /** 1, 2, 3 ... without gaps. */
  readonly _id: number;
  readonly at: Date;
  readonly before: string;
  readonly hash: string;
}

/** What looking through the chain found. */
export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly hash: string }
  /** `at` is the first entry that doesn't follow from the one before it. */
  | { readonly ok: false; readonly at: number; readonly why: 'missing' | 'altered' | 'not_as_anchored' };

/** An entry's place in the chain as it was noted outside the database. */
export interface AuditAnchor {
  readonly seq: number;
  readonly hash: string;
}

export interface Audit {
  /** Appends one entry. Any number of processes may: the sequence number lets one of them be next. */
  append(facts: AuditFacts): Promise<AuditEntry>;
  /** The newest entry; undefined when there is none. */
  last(): Promise<AuditEntry | undefined>;
  /** Goes through the whole chain. @param anchors what was noted elsewhere, so that a chain made anew shows too */
  verify(anchors?: readonly AuditAnchor[]): Promise<AuditVerdict>;
}

export function createAudit(db: Db, clock: Clock): Audit {
  const entries = db.collection<AuditEntry>('audit');
  const last = async () => (await entries.findOne({}, { sort: { _id: -1 } })) ?? undefined;

  const inOrder = createKeyedQueue();

  const append = async (facts: AuditFacts): Promise<AuditEntry> => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const before = await last();
      const entry = entryOf(facts, (before?._id ?? 0) + 1, clock.now(), before?.hash ?? NOTHING_BEFORE);
      try {
        await entries.insertOne(entry);
        return entry;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
    throw new Error('the audit log is too busy to be appended to');
  };

  return {
    last,
    append: (facts) => inOrder('audit', () => append(facts)),
    async verify(anchors = []) {
      const anchored = new Map(anchors.map(({ seq, hash }) => [seq, hash]));
      let seq = 0;
      let hash = NOTHING_BEFORE;
      for (;;) {
        const page = await entries.find({ _id: { $gt: seq } }, { sort: { _id: 1 }, limit: PAGE }).toArray();
        for (const entry of page) {
          if (entry._id !== seq + 1) return { ok: false, at: seq + 1, why: 'missing' };
          if (entry.before !== hash || entry.hash !== hashOf(entry))
            return { ok: false, at: entry._id, why: 'altered' };
          const noted = anchored.get(entry._id);
          if (noted !== undefined && noted !== entry.hash) return { ok: false, at: entry._id, why: 'not_as_anchored' };
          ({ _id: seq, hash } = entry);
        }
        if (page.length < PAGE) break;
      }
      // the end can be cut off without breaking the chain, but not without the anchor knowing
      const beyond = [...anchored.keys()].filter((each) => each > seq).sort((a, b) => a - b)[0];
      if (beyond !== undefined) return { ok: false, at: seq + 1, why: 'missing' };
      return { ok: true, entries: seq, hash };
    },
  };
}

function entryOf({ by, what, subject, details }: AuditFacts, seq: number, at: Date, before: string): AuditEntry {
  const entry = {
    _id: seq,
    at,
    by,
    what,
    ...(subject === undefined ? {} : { subject }),
    ...(details === undefined ? {} : { details }),
    before,
  };
  return { ...entry, hash: hashOf(entry) };
}

/** Over a fixed order of the fields, whatever order a database returns them in. */
function hashOf({ _id, at, by, what, subject = '', details = {}, before }: Omit<AuditEntry, 'hash'>): string {
  const sorted = Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([_id, at.toISOString(), by, what, subject, sorted, before]);
  return createHash('sha256').update(text).digest('hex');
}
