import type { Db, Filter } from 'mongodb';
import type { AuditEntry } from './audit.js';

const PAGE = 100;
const MAX_QUERY_MS = 5000;

export interface AuditFilter {
  readonly by?: string | undefined;
  readonly what?: string | undefined;
  readonly subject?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Only entries before this one. */
  readonly before?: number | undefined;
}

/** Newest first, a hundred at a time, by index on who, what or subject. @returns `next` to go on from, if there is more */
export type ListAudit = (filter: AuditFilter) => Promise<{ readonly entries: AuditEntry[]; readonly next?: number }>;

export function createListAudit(db: Db): ListAudit {
  const audit = db.collection<AuditEntry>('audit');
  return async ({ by, what, subject, from, to, before }) => {
    const at = { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) };
    const filter: Filter<AuditEntry> = {
      ...(by === undefined ? {} : { by }),
      ...(what === undefined ? {} : { what }),
      ...(subject === undefined ? {} : { subject }),
      ...(from || to ? { at } : {}),
      ...(before === undefined ? {} : { _id: { $lt: before } }),
    };
    const found = await audit.find(filter, { sort: { _id: -1 }, limit: PAGE + 1, maxTimeMS: MAX_QUERY_MS }).toArray();
    const entries = found.slice(0, PAGE);
    const next = found.length > PAGE ? entries.at(-1)?._id : undefined;
    return { entries, ...(next === undefined ? {} : { next }) };
  };
}
