import type { ConversationRow } from '../conversations/rows.js';
import { AppError } from '../core/errors.js';
import type { InboxQuery } from './api/inbox.js';
import type { Sight } from './circles.js';

export type InboxView = InboxQuery['view'];
type OrderField = 'queuedAt' | 'lastAt';

/** One query of those that make a page: a range of one index, read in its order. */
export interface InboxBranch {
  readonly filter: Readonly<Record<string, unknown>>;
}

/** Who waits longest comes first; elsewhere, what was said last. */
export function orderOf(view: InboxView): { readonly field: OrderField; readonly direction: 1 | -1 } {
  return view === 'queue' ? { field: 'queuedAt', direction: 1 } : { field: 'lastAt', direction: -1 };
}

/** The last row of a page: the next begins behind it. */
export interface InboxCursor {
  readonly at: Date;
  readonly id: string;
}

export function cursorOf(row: ConversationRow, view: InboxView): string {
  return `${orderOf(view).field}.${(row[orderOf(view).field] ?? new Date(0)).getTime()}.${row._id}`;
}

const CURSOR = /^(queuedAt|lastAt)\.(\d{1,16})\.([a-z2-7]{1,40})$/;

/** @throws {AppError} `request.invalid` unless it is a cursor of this order */
export function parseCursor(text: string, view: InboxView): InboxCursor {
  const [, field, at, id] = CURSOR.exec(text) ?? [];
  if (field !== orderOf(view).field || id === undefined)
    throw new AppError('request.invalid', 'The cursor is of another list', { field: 'cursor' });
  return { at: new Date(Number(at)), id };
}

export type InboxFilter = Pick<InboxQuery, 'channel' | 'unit' | 'unread'>;

/**
 * The queries that make a view together, so that none reads more than a page of what it leaves out: one a unit,
 * because an index gives an order only behind fields of one value.
 */
export function branchesFor(sight: Sight, view: InboxView, filter: InboxFilter): InboxBranch[] {
  const also = alsoOf(sight, filter);
  const units = unitsFor(sight, filter);
  const own = { staffId: sight.actor.staffId, mode: 'staff' };
  const ofUnits = (units ?? []).map((unit) => ({ unit, mode: { $ne: 'queued' } }));
  const queued = { mode: 'queued', ...queueUnits(units, filter) };
  switch (view) {
    case 'mine':
      return [{ filter: { ...also, ...(filter.unit ? { unit: filter.unit } : {}), ...own } }];
    case 'queue':
      return [{ filter: { ...also, ...queued } }];
    case 'unit':
      // whoever works for every unit has them all as theirs
      if (!units) return [{ filter: also }];
      return ofUnits.map((each) => ({ filter: { ...also, ...each } }));
    case 'all': {
      if (!units) return [{ filter: also }];
      const nobodys = filter.unit ? [] : [{ caseless: true, unit: { $exists: false }, mode: { $ne: 'queued' } }];
      const mine = filter.unit ? [] : [own];
      return [...mine, ...ofUnits, ...nobodys, queued].map((each) => ({ filter: { ...also, ...each } }));
    }
  }
}

/** What somebody holds and would not see otherwise: one that is of their unit too is among those of the unit. */
export function ownBesides({ actor, units, hidden }: Sight): InboxBranch[] {
  if (!units) return [];
  const others = [{ unit: { $in: units } }, { caseless: true, unit: { $exists: false } }];
  return [{ filter: { ...alsoOf({ actor, units, hidden }, {}), staffId: actor.staffId, mode: 'staff', $nor: others } }];
}

/** Whatever else must hold, looked at in each chat found. */
function alsoOf({ hidden }: Sight, { channel, unread }: InboxFilter): Record<string, unknown> {
  return {
    ...(hidden.length > 0 ? { circles: { $nin: hidden } } : {}),
    ...(channel ? { channel } : {}),
    ...(unread ? { unread: { $gt: 0 } } : {}),
  };
}

/** The units whose chats are asked for; undefined: of every unit. */
function unitsFor({ units }: Sight, { unit }: InboxFilter): readonly string[] | undefined {
  if (unit === undefined) return units;
  return !units || units.includes(unit) ? [unit] : [];
}

/** Whoever may see a queue sees what waits for them, and what waits for anybody. */
function queueUnits(units: readonly string[] | undefined, { unit }: InboxFilter): Record<string, unknown> {
  if (!units) return {};
  return { queueUnit: { $in: unit ? units : [null, ...units] } };
}

/** The part of a branch behind the cursor. */
export function behind(view: InboxView, cursor: InboxCursor | undefined): Record<string, unknown>[] {
  const { field, direction } = orderOf(view);
  if (!cursor) return [{ [field]: { $gt: new Date(0) } }];
  const beyond = direction === 1 ? '$gt' : '$lt';
  return [{ [field]: cursor.at, _id: { [beyond]: cursor.id } }, { [field]: { [beyond]: cursor.at } }];
}

/** Rows of several queries as one list in the order of a view; a row found twice is one. Pure. */
export function mergeRows(pages: readonly (readonly ConversationRow[])[], view: InboxView): ConversationRow[] {
  const { field, direction } = orderOf(view);
  const rows = [...new Map(pages.flat().map((row) => [row._id, row])).values()];
  const atOf = (row: ConversationRow) => row[field]?.getTime() ?? 0;
  return rows.sort((a, b) => direction * (atOf(a) - atOf(b) || (a._id < b._id ? -1 : 1)));
}
