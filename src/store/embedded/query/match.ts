import { comparePayloads } from '../bson/compare.js';
import { toNumber } from '../bson/number.js';
import { ElementWalk, isNumber, RawValue, textOf } from '../bson/raw.js';
import { T, typeRank } from '../bson/types.js';
import { RAW_UNDEFINED } from '../bson/writer.js';
import type { ElementTest, Filter, Pattern, Test } from './filter.js';
import type { Path } from './path.js';

/** What a path that leads nowhere yields; it compares like undefined. */
const MISSING = RAW_UNDEFINED;

/** Whether the document at `at` matches. */
export function matches(filter: Filter, bytes: Buffer, at = 0): boolean {
  switch (filter.op) {
    case 'leaf':
      return matchesPath(filter.path, 0, filter.test, bytes, at);
    case 'and':
      for (const each of filter.filters) if (!matches(each, bytes, at)) return false;
      return true;
    case 'or':
      for (const each of filter.filters) if (matches(each, bytes, at)) return true;
      return false;
    case 'not':
      return !matches(filter.filter, bytes, at);
    case 'expression':
      return filter.holds(at === 0 ? bytes : bytes.subarray(at));
    case 'never':
      return false;
  }
}

function matchesPath(path: Path, depth: number, test: Test, bytes: Buffer, at: number): boolean {
  const name = path.names[depth];
  if (!name) return false;
  const walk = new ElementWalk(bytes, at);
  while (walk.next()) {
    if (!walk.nameIs(name)) continue;
    if (depth + 1 === path.names.length) return matchesLeaf(test, walk.value);
    if (walk.type === T.object) return matchesPath(path, depth + 1, test, bytes, walk.start);
    if (walk.type === T.array) return matchesInArray(path, depth + 1, test, bytes, walk.start);
    break;
  }
  return passes(test, MISSING);
}

/** Arrays on the way are looked into once without a name, and by position where the path has one. */
function matchesInArray(path: Path, depth: number, test: Test, bytes: Buffer, at: number): boolean {
  const position = path.positions[depth] ?? -1;
  const walk = new ElementWalk(bytes, at);
  for (let index = 0; walk.next(); index++) {
    if (walk.type === T.object && matchesPath(path, depth, test, bytes, walk.start)) return true;
    if (index !== position) continue;
    if (depth + 1 === path.names.length) {
      if (passes(test, walk.value)) return true;
    } else if (walk.type === T.object) {
      if (matchesPath(path, depth + 1, test, bytes, walk.start)) return true;
    } else if (walk.type === T.array && matchesInArray(path, depth + 1, test, bytes, walk.start)) {
      return true;
    }
  }
  return false;
}

/** At the end of a path an array counts as each of its elements and as itself. */
function matchesLeaf(test: Test, value: RawValue): boolean {
  if (value.type === T.array && looksIntoArrays(test)) {
    const walk = new ElementWalk(value.bytes, value.start);
    while (walk.next()) if (passes(test, walk.value)) return true;
  }
  return passes(test, value);
}

function looksIntoArrays(test: Test): boolean {
  return test.kind !== 'size' && test.kind !== 'elemMatchObject' && test.kind !== 'elemMatchValue';
}

/** Whether one value passes, arrays not looked into. */
export function passes(test: Test, value: RawValue): boolean {
  switch (test.kind) {
    case 'eq':
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return compares(test.kind, value, test.value);
    case 'in':
      for (const each of test.values) if (compares('eq', value, each)) return true;
      for (const each of test.patterns) if (fits(each, value)) return true;
      return false;
    case 'exists':
      return value !== MISSING;
    case 'pattern':
      return fits(test.pattern, value);
    case 'size':
      return value.type === T.array && countOf(value) === test.count;
    case 'elemMatchObject':
      return value.type === T.array && someElementMatches(test.filter, value);
    case 'elemMatchValue':
      return value.type === T.array && someElementPasses(test.tests, value);
  }
}

function compares(how: 'eq' | 'lt' | 'lte' | 'gt' | 'gte', value: RawValue, operand: RawValue): boolean {
  const inclusive = how !== 'lt' && how !== 'gt';
  const rank = typeRank(value.type);
  const operandRank = typeRank(operand.type);
  if (rank !== operandRank) {
    if (isNothing(value) && isNothing(operand)) return inclusive;
    // the ends of the order compare with everything, all other types only with their own
    if (operand.type === T.maxKey) return how === 'lt' || how === 'lte';
    if (operand.type === T.minKey) return how === 'gt' || how === 'gte';
    return false;
  }
  if (isNumber(value.type)) {
    const nans = (isNaNValue(value) ? 1 : 0) + (isNaNValue(operand) ? 1 : 0);
    if (nans > 0) return nans === 2 && inclusive;
  }
  const order = comparePayloads(
    value.type,
    value.bytes,
    value.start,
    value.end,
    operand.type,
    operand.bytes,
    operand.start,
    operand.end,
  );
  if (order === 0) return inclusive;
  return order < 0 ? how === 'lt' || how === 'lte' : how === 'gt' || how === 'gte';
}

function isNothing(value: RawValue): boolean {
  return value.type === T.null || value.type === T.undefined;
}

function isNaNValue(value: RawValue): boolean {
  return (value.type === T.double || value.type === T.decimal) && Number.isNaN(toNumber(value));
}

function fits(pattern: Pattern, value: RawValue): boolean {
  if (value.type === T.string || value.type === T.symbol) return pattern.regex.test(textOf(value));
  if (value.type !== T.regex || !pattern.value) return false;
  return compares('eq', value, pattern.value);
}

function countOf(array: RawValue): number {
  const walk = new ElementWalk(array.bytes, array.start);
  let count = 0;
  while (walk.next()) count++;
  return count;
}

function someElementMatches(filter: Filter, array: RawValue): boolean {
  return firstMatchingElement(filter, undefined, array) >= 0;
}

function someElementPasses(tests: readonly ElementTest[], array: RawValue): boolean {
  return firstMatchingElement(undefined, tests, array) >= 0;
}

/** Position of the first array element an `$elemMatch` accepts, or -1. */
export function firstMatchingElement(
  filter: Filter | undefined,
  tests: readonly ElementTest[] | undefined,
  array: RawValue,
): number {
  const walk = new ElementWalk(array.bytes, array.start);
  for (let index = 0; walk.next(); index++) {
    if (filter && (walk.type === T.object || walk.type === T.array) && matches(filter, walk.bytes, walk.start)) {
      return index;
    }
    if (tests?.every(({ test, negated }) => passes(test, walk.value) !== negated)) return index;
  }
  return -1;
}

/** Whether a bare value passes all tests: what `$pull` with operators asks of each element. */
export function elementPasses(tests: readonly ElementTest[], value: RawValue): boolean {
  return tests.every(({ test, negated }) => matchesLeaf(test, value) !== negated);
}

/** All values a path leads to, each array element apart; used by distinct. */
export function valuesAt(path: Path, bytes: Buffer, at = 0): RawValue[] {
  const found: RawValue[] = [];
  collect(path, 0, new RawValue(T.object, bytes, at, at), found);
  return found;
}

function collect(path: Path, depth: number, value: RawValue, found: RawValue[]): void {
  const name = path.names[depth];
  if (!name) {
    if (value.type !== T.array) {
      found.push(value);
      return;
    }
    const walk = new ElementWalk(value.bytes, value.start);
    while (walk.next()) found.push(walk.value);
    return;
  }
  const walk = new ElementWalk(value.bytes, value.start);
  if (value.type === T.object) {
    while (walk.next()) {
      if (!walk.nameIs(name)) continue;
      collect(path, depth + 1, walk.value, found);
      return;
    }
  } else if (value.type === T.array) {
    const position = path.positions[depth] ?? -1;
    for (let index = 0; walk.next(); index++) {
      if (walk.type === T.object) collect(path, depth, walk.value, found);
      if (index === position) collect(path, depth + 1, walk.value, found);
    }
  }
}
