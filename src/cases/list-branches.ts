import type { Keys } from '../core/crypto.js';
import { type Circle, isGiven, RAHASIA_CIRCLE, type Reader, type ReadScope } from './circle.js';
import { type Cursor, type ListOrder, ORDERS } from './list-cursor.js';
import { tokensFor } from './search-words.js';
import type { SlaStage } from './sla-clock.js';
import { type CaseStatus, ENDED_STATUSES } from './status.js';

/** What a list is narrowed to; all that is given must hold. */
export interface CaseFilter {
  readonly unit?: string;
  /** Any of these. */
  readonly status?: readonly CaseStatus[];
  readonly category?: string;
  readonly staffId?: string;
  /** Nobody works on it. */
  readonly unassigned?: boolean;
  readonly stage?: SlaStage;
  readonly dueBefore?: Date;
  /** Words of the report, all of them, in any inflection; or a case number. The newest come first then. */
  readonly text?: string;
  /** By default `due`, which has only what is owed. */
  readonly order?: ListOrder;
}

/** One query of those that make a list: a range of one index, read in its order. */
export interface Branch {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly sort: Readonly<Record<string, 1 | -1>>;
  readonly index: Readonly<Record<string, 1 | -1>>;
}

export interface Asked {
  readonly reader: Reader;
  readonly scope: ReadScope;
  readonly filter: CaseFilter;
  readonly order: ListOrder;
  readonly cursor: Cursor | undefined;
  readonly keys: Keys;
  readonly unitsOf: (unit: string) => readonly string[];
  readonly now: Date;
}

/** Nothing can be found: it isn't their unit, or they have none. */
export function isNowhere({ unit, staffId }: CaseFilter, { units }: ReadScope, reader: Reader): boolean {
  if (staffId === reader.staffId || units === undefined) return false;
  return units.length === 0 || (unit !== undefined && !units.includes(unit));
}

/**
 * The queries that make a list together. An index gives an order only behind fields of one value, so each circle, unit
 * and status that may be read is a query of its own, and the pages are merged: none reads what it leaves out, however
 * many restricted cases lie between.
 */
export function branchesFor(asked: Asked): Branch[] {
  const { field, direction } = ORDERS[asked.order];
  const also = alsoOf(asked);
  return prefixesOf(asked).flatMap((prefix) =>
    placesOf(asked, field, direction).map(({ filter, sort }) => ({
      filter: { ...also, ...prefix, ...filter },
      sort,
      // the key of an index is ascending throughout, and read backwards for the newest
      index: {
        ...Object.fromEntries(Object.keys(prefix).map((name) => [name, 1 as const])),
        [field]: 1,
        _id: 1,
      } as const,
    })),
  );
}

/** Each combination of fixed values in the order of an index: see the indexes of `cases` in store/schemas.ts. */
function prefixesOf({ scope, filter, order, keys, unitsOf }: Asked): Record<string, unknown>[] {
  const circles = scope.circles;
  if (filter.text !== undefined) {
    const askedTokens = (circle: Circle) => tokensFor(keys, circle, filter.text ?? '');
    // the tokens of a circle are its own
    return circles.map(askedTokens).flatMap(($all) => ($all.length > 0 ? [{ tokens: { $all } }] : []));
  }
  if (order === 'review') return circles.map((circle) => ({ circle }));
  if (filter.staffId !== undefined) return [{ staffId: filter.staffId }];
  const { category, status: statuses } = filter;
  const units = filter.unit === undefined ? scope.units : unitsOf(filter.unit);
  const places: Record<string, unknown>[] = units
    ? circles.flatMap((circle) => units.map((unit) => ({ unit, circle })))
    : circles.map((circle) => ({ circle }));
  // of what goes on there is never much, while what has ended grows for ever
  const goesOn = statuses?.every((status) => !ENDED_STATUSES.has(status)) ?? false;
  if (category !== undefined && (order === 'due' || !goesOn)) {
    if (order === 'due' || !units) return circles.map((circle) => ({ category, circle }));
    return places.map((place) => ({ ...place, category }));
  }
  if (order === 'due' || !statuses) return places;
  return places.flatMap((place) => statuses.map((status) => ({ ...place, status })));
}

/** Whatever else must hold, looked at in each case found. A prefix names some of it again, to the same end. */
function alsoOf({ reader, scope, filter, order, unitsOf, now }: Asked): Record<string, unknown> {
  // whoever was given a case may read it, whatever its circle
  const isOwn = filter.staffId === reader.staffId;
  const units = filter.unit === undefined ? (isOwn ? undefined : scope.units) : unitsOf(filter.unit);
  const { status, category, staffId, unassigned, stage } = filter;
  return {
    ...(isOwn && isGiven(reader, RAHASIA_CIRCLE) ? {} : { circle: { $in: scope.circles } }),
    ...(units ? { unit: { $in: units } } : {}),
    ...(status ? { status: { $in: status } } : {}),
    ...(category === undefined ? {} : { category }),
    ...(staffId === undefined ? {} : { staffId }),
    ...(unassigned ? { staffId: { $exists: false } } : {}),
    ...(stage === 'due_soon' ? { dueSoonAt: { $lte: now } } : {}),
    ...(stage === 'on_track' ? { dueSoonAt: { $gt: now } } : {}),
    ...(order === 'due' ? {} : dueBounds(filter, now)),
  };
}

function dueBounds({ stage, dueBefore }: CaseFilter, now: Date): { dueAt?: Record<string, Date> } {
  const ends = [...(stage === 'breached' ? [now] : []), ...(dueBefore ? [dueBefore] : [])];
  const end = ends.sort((a, b) => a.getTime() - b.getTime())[0];
  const bounds = { ...(end ? { $lt: end } : {}), ...(stage && stage !== 'breached' ? { $gte: now } : {}) };
  return Object.keys(bounds).length > 0 ? { dueAt: bounds } : {};
}

/** Where in the order to look: all of it, or behind the cursor (of the same instant, then of later ones). */
function placesOf(
  { filter, order, cursor, now }: Asked,
  field: string,
  direction: 1 | -1,
): Pick<Branch, 'filter' | 'sort'>[] {
  const bounds = { $exists: true, ...(order === 'due' ? dueBounds(filter, now).dueAt : {}) };
  const sort = { [field]: direction, _id: direction };
  if (!cursor) return [{ filter: { [field]: bounds }, sort }];
  const behind = direction === 1 ? '$gt' : '$lt';
  return [
    {
      filter: { [field]: { ...bounds, $eq: cursor.at }, _id: { [behind]: cursor.number } },
      sort: { _id: direction },
    },
    { filter: { [field]: { ...bounds, [behind]: cursor.at } }, sort },
  ];
}
