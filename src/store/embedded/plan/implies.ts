import { compareValues } from '../bson/compare.js';
import { T, typeRank } from '../bson/types.js';
import type { Filter, Test } from '../query/filter.js';
import { passes } from '../query/match.js';
import type { Predicate } from './planner.js';

/** Whether a predicate can only be met by documents that have its path. */
export function requiresPresence({ leaf, absent }: Predicate): boolean {
  if (absent) return false;
  const { test } = leaf;
  switch (test.kind) {
    case 'eq':
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return test.value.type !== T.null && test.value.type !== T.minKey && test.value.type !== T.maxKey;
    case 'in':
      return test.values.every((value) => value.type !== T.null);
    default:
      return true;
  }
}

/** Whether every document that meets the predicates meets the filter of a partial index too; in doubt no. */
export function impliesPartial(predicates: readonly Predicate[], partial: Filter): boolean {
  if (partial.op === 'and') return partial.filters.every((each) => impliesPartial(predicates, each));
  if (partial.op === 'or') return partial.filters.some((each) => impliesPartial(predicates, each));
  if (partial.op !== 'leaf') return false;
  const { path, test } = partial;
  return predicates.some((predicate) => {
    if (predicate.path !== path.text || predicate.absent) return false;
    return test.kind === 'exists' ? requiresPresence(predicate) : impliesTest(predicate.leaf.test, test);
  });
}

function impliesTest(given: Test, wanted: Test): boolean {
  if (given.kind === 'eq') return given.value.type !== T.array && passes(wanted, given.value);
  if (given.kind === 'in') {
    return (
      given.patterns.length === 0 && given.values.every((value) => value.type !== T.array && passes(wanted, value))
    );
  }
  if (given.kind === 'gt' || given.kind === 'gte') {
    if (wanted.kind !== 'gt' && wanted.kind !== 'gte') return false;
    if (typeRank(given.value.type) !== typeRank(wanted.value.type)) return false;
    const order = compareValues(given.value, wanted.value);
    return order > 0 || (order === 0 && (given.kind === 'gt' || wanted.kind === 'gte'));
  }
  if (given.kind === 'lt' || given.kind === 'lte') {
    if (wanted.kind !== 'lt' && wanted.kind !== 'lte') return false;
    if (typeRank(given.value.type) !== typeRank(wanted.value.type)) return false;
    const order = compareValues(given.value, wanted.value);
    return order < 0 || (order === 0 && (given.kind === 'lt' || wanted.kind === 'lte'));
  }
  return false;
}
