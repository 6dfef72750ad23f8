import { StoreError } from '../errors.js';
import type { Index } from '../index/index-spec.js';
import { isMultikey } from '../index/index-spec.js';
import type { Filter, LeafFilter } from '../query/filter.js';
import type { Collection } from '../storage/catalog.js';
import { descending, type Interval, intersect, intervalsOf, keyOf, WHOLE_FIELD } from './bounds.js';
import { impliesPartial, requiresPresence } from './implies.js';
import type { KeyRange, Plan, SortField } from './plan.js';

/** The score of a unique index whose fields are all given. */
const COMPLETE = 1000;
/** Of an `$in`, or of several multiplied. */
const MAX_RANGES = 100_000;

/** One thing the filter says about a path, with its place among the index's fields left open. */
export interface Predicate {
  readonly path: string;
  readonly leaf: LeafFilter;
  /** True for the negation of `$exists: true`. */
  readonly absent: boolean;
}

/**
 * Chooses how to find a filter's candidates: the index that bounds most, counting equality above ranges, and the order
 * asked for between them. Without any bound or order it is the collection, in insertion order.
 *
 * @param hint the index to use whatever it costs
 * @throws {StoreError} 291 for a hinted partial index the filter does not imply
 */
export function choosePlan(
  collection: Collection,
  filter: Filter,
  sort: readonly SortField[],
  hint?: Index | 'natural',
): Plan {
  if (hint === 'natural') return { kind: 'collection', reverse: false };
  const predicates = predicatesOf(filter);
  if (hint) {
    if (hint.partial && !impliesPartial(predicates, hint.partial)) {
      throw new StoreError(291, `the hinted index ${hint.name} does not hold every document the query asks for`);
    }
    return planIndex(hint, predicates, sort)?.plan ?? wholeIndex(hint, sort);
  }
  let best: Candidate | undefined;
  for (const index of collection.indexes) {
    if (!index.ready || !usable(index, predicates)) continue;
    const candidate = planIndex(index, predicates, sort);
    // nothing bounds more than a complete unique key
    if (candidate && candidate.score >= COMPLETE) return candidate.plan;
    if (candidate && (!best || candidate.score > best.score)) best = candidate;
  }
  if (best && best.bounded > 0) return best.plan;
  return planUnion(collection, filter) ?? best?.plan ?? { kind: 'collection', reverse: false };
}

/** Everything a filter says that holds for each of its matches. */
function predicatesOf(filter: Filter, prefix = ''): Predicate[] {
  switch (filter.op) {
    case 'and':
      return filter.filters.flatMap((each) => predicatesOf(each, prefix));
    case 'leaf': {
      const path = prefix + filter.path.text;
      if (filter.test.kind !== 'elemMatchObject') return [{ path, leaf: filter, absent: false }];
      return [{ path, leaf: filter, absent: false }, ...predicatesOf(filter.test.filter, `${path}.`)];
    }
    case 'not':
      // only outside $elemMatch: inside, the path may be absent from one element and present in another
      if (prefix !== '' || filter.filter.op !== 'leaf' || filter.filter.test.kind !== 'exists') return [];
      return [{ path: filter.filter.path.text, leaf: filter.filter, absent: true }];
    default:
      return [];
  }
}

function usable(index: Index, predicates: readonly Predicate[]): boolean {
  if (index.partial) return impliesPartial(predicates, index.partial);
  if (!index.sparse) return true;
  // a sparse index holds what has one of its fields
  return index.fields.some(({ path }) =>
    predicates.some((predicate) => predicate.path === path.text && requiresPresence(predicate)),
  );
}

interface Candidate {
  readonly plan: Plan;
  readonly score: number;
  readonly bounded: number;
}

function planIndex(index: Index, predicates: readonly Predicate[], sort: readonly SortField[]): Candidate | undefined {
  const fields: (readonly Interval[])[] = [];
  let points = 0;
  let singles = 0;
  let ranged = false;
  let product = 1;
  for (const [position, field] of index.fields.entries()) {
    if (sharesArrayWithBounded(index, position)) break;
    const bounds = fieldBounds(index, position, predicates);
    if (!bounds || bounds === WHOLE_FIELD) break;
    product *= Math.max(bounds.length, 1);
    if (product > MAX_RANGES) break;
    fields.push(field.descending ? descending(bounds) : bounds);
    if (!bounds.every((each) => each.point)) {
      ranged = true;
      break;
    }
    if (bounds.length === 1 && singles === points) singles++;
    points++;
  }
  const order = sortFrom(index, singles, sort);
  if (fields.length === 0 && !order) return undefined;
  const complete = index.unique && points === index.fields.length;
  const score = points * 4 + (ranged ? 2 : 0) + (order ? 3 : 0) + (complete ? COMPLETE : 0);
  const plan: Plan = {
    kind: 'index',
    index,
    ranges: toRanges(index, fields),
    reverse: order?.reverse ?? false,
    sorted: order !== undefined,
    // over arrays one document can own several of the keys
    exact: complete && !isMultikey(index),
    boundedFields: fields.length,
  };
  return { plan, score, bounded: fields.length };
}

function wholeIndex(index: Index, sort: readonly SortField[]): Plan {
  const order = sortFrom(index, 0, sort);
  const reverse = order?.reverse ?? false;
  return {
    kind: 'index',
    index,
    ranges: toRanges(index, []),
    reverse,
    sorted: order !== undefined,
    exact: false,
    boundedFields: 0,
  };
}

/**
 * Two fields inside one array are one entry an element, while a filter may be met by two elements; so only the first
 * of them may be bounded.
 */
function sharesArrayWithBounded(index: Index, position: number): boolean {
  const bits = index.multikey[position] ?? 0;
  if (bits === 0) return false;
  const { path } = index.fields[position] ?? {};
  return index.fields.slice(0, position).some((other, at) => {
    const both = bits & (index.multikey[at] ?? 0);
    if (both === 0 || !path) return false;
    const depth = 32 - Math.clz32(both);
    return other.path.names.slice(0, depth).every((name, part) => path.names[part]?.equals(name));
  });
}

function fieldBounds(
  index: Index,
  position: number,
  predicates: readonly Predicate[],
): readonly Interval[] | undefined {
  const path = index.fields[position]?.path.text;
  const multikey = (index.multikey[position] ?? 0) !== 0;
  let bounds: readonly Interval[] | undefined;
  for (const predicate of predicates) {
    if (predicate.path !== path) continue;
    const own = intervalsOf(predicate.leaf.test, predicate.absent);
    if (!own) continue;
    if (!bounds || bounds === WHOLE_FIELD) bounds = own;
    else if (!multikey) bounds = intersect(bounds, own);
    // one element may meet one bound and another the other: keep the narrower only
    else if (width(own) < width(bounds)) bounds = own;
  }
  return bounds;
}

function width(intervals: readonly Interval[]): number {
  return intervals.every((each) => each.point) ? intervals.length : Number.MAX_SAFE_INTEGER;
}

/**
 * Whether reading the index in some direction gives the order asked for, when its first `singles` fields have one value.
 * A field that has been an array gives no order: a document lies at several places.
 */
function sortFrom(index: Index, singles: number, sort: readonly SortField[]): { reverse: boolean } | undefined {
  if (sort.length === 0) return undefined;
  const fixed = new Set(index.fields.slice(0, singles).map((field) => field.path.text));
  let position = singles;
  let reverse: boolean | undefined;
  for (const wanted of sort) {
    if (fixed.has(wanted.text) && !isMultikey(index)) continue;
    const field = index.fields[position];
    if (!field || field.path.text !== wanted.text || (index.multikey[position] ?? 0) !== 0) return undefined;
    const turned = field.descending !== wanted.descending;
    if (reverse !== undefined && turned !== reverse) return undefined;
    reverse = turned;
    position++;
  }
  return { reverse: reverse ?? false };
}

function toRanges(index: Index, fields: readonly (readonly Interval[])[]): KeyRange[] {
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32BE(index.id);
  let prefixes: Buffer[] = [head];
  for (const [position, intervals] of fields.entries()) {
    if (position === fields.length - 1)
      return prefixes.flatMap((prefix) => intervals.map((each) => within(prefix, each)));
    prefixes = prefixes.flatMap((prefix) => intervals.map(({ low }) => Buffer.concat([prefix, low.bytes])));
  }
  return WHOLE_FIELD.map((each) => within(head, each));
}

function within(prefix: Buffer, { low, high }: Interval): KeyRange {
  return { low: Buffer.concat([prefix, keyOf(low)]), high: Buffer.concat([prefix, keyOf(high)]) };
}

/** An `$or` each of whose branches has an index is the union of them; the order is lost. */
function planUnion(collection: Collection, filter: Filter): Plan | undefined {
  const or =
    filter.op === 'or' ? filter : filter.op === 'and' ? filter.filters.find((each) => each.op === 'or') : undefined;
  if (or?.op !== 'or') return undefined;
  const rest = filter.op === 'and' ? filter.filters.filter((each) => each !== or) : [];
  const plans: Plan[] = [];
  for (const branch of or.filters) {
    const plan = choosePlan(collection, { op: 'and', filters: [branch, ...rest] }, []);
    if (plan.kind === 'collection') return undefined;
    plans.push(plan);
  }
  return { kind: 'union', plans };
}
