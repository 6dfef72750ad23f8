import { type Constants, isTrue, NO_CONSTANTS, parseExpression } from '../aggregate/expression.js';
import { toWholeNumber } from '../bson/number.js';
import { ElementWalk, elementsOf, fieldsOf, isNumber, type RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { StoreError } from '../errors.js';
import type { Comparison, ElementTest, Filter, LeafFilter, Pattern, Test } from './filter.js';
import { type Path, parsePath } from './path.js';
import { patternOf } from './pattern.js';
import { isTruthy } from './truthy.js';

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  $eq: 'eq',
  $lt: 'lt',
  $lte: 'lte',
  $gt: 'gt',
  $gte: 'gte',
};

const MAX_NESTING = 50;

/**
 * Reads a filter document.
 *
 * @throws {StoreError} 2 BadValue for an operator outside the subset or misused, as the server does; 51091 for a
 *   regular expression outside it
 */
export function parseFilter(value: RawValue, constants: Constants = NO_CONSTANTS): Filter {
  return parseDocument(value, { constants, nesting: 0 });
}

interface Place {
  /** What `let` gives to `$expr`. */
  readonly constants: Constants;
  readonly nesting: number;
}

const deeper = (place: Place): Place => ({ ...place, nesting: place.nesting + 1 });

function parseDocument(value: RawValue, place: Place): Filter {
  if (place.nesting > MAX_NESTING) throw bad(`filter is nested deeper than ${MAX_NESTING} levels`);
  const filters: Filter[] = [];
  for (const [name, operand] of fieldsOf(value)) {
    if (name.startsWith('$')) {
      const filter = parseTopOperator(name, operand, place);
      if (filter) filters.push(filter);
    } else {
      filters.push(...parseField(parsePath(name), operand, place));
    }
  }
  return all(filters);
}

function parseTopOperator(name: string, operand: RawValue, place: Place): Filter | undefined {
  switch (name) {
    case '$and':
      return all(parseList(name, operand, place));
    case '$or':
      return { op: 'or', filters: parseList(name, operand, place) };
    case '$nor':
      return { op: 'not', filter: { op: 'or', filters: parseList(name, operand, place) } };
    case '$expr': {
      if (place.nesting > 0) throw bad("$expr inside other operators is not in the embedded store's subset");
      const expression = parseExpression(operand, place.constants);
      return { op: 'expression', holds: (document) => isTrue(expression(document)) };
    }
    case '$comment':
      return undefined;
    default:
      throw bad(`unknown top level operator: ${name} (not in the embedded store's subset)`);
  }
}

function parseList(name: string, operand: RawValue, place: Place): Filter[] {
  if (operand.type !== T.array) throw bad(`${name} must be an array`);
  const entries = elementsOf(operand);
  if (entries.length === 0) throw bad('$and/$or/$nor must be a nonempty array');
  return entries.map((entry) => {
    if (entry.type !== T.object) throw bad('$or/$and/$nor entries need to be full objects');
    return parseDocument(entry, deeper(place));
  });
}

/** A value is an operator document if its first field begins with `$` and isn't part of a DBRef. */
export function isOperatorDocument(value: RawValue): boolean {
  if (value.type !== T.object) return false;
  const walk = new ElementWalk(value.bytes, value.start);
  if (!walk.next()) return false;
  const { name } = walk;
  return name.startsWith('$') && name !== '$ref' && name !== '$id' && name !== '$db';
}

function parseField(path: Path, operand: RawValue, place: Place): Filter[] {
  if (isOperatorDocument(operand)) return parseOperators(path, operand, place);
  if (operand.type === T.regex) return [leaf(path, { kind: 'pattern', pattern: patternOf(operand, undefined) })];
  return [leaf(path, equality(operand))];
}

function equality(operand: RawValue): Test {
  if (operand.type === T.undefined) throw bad('cannot compare to undefined');
  return { kind: 'eq', value: operand };
}

function parseOperators(path: Path, operators: RawValue, place: Place): Filter[] {
  const filters: Filter[] = [];
  const fields = fieldsOf(operators);
  for (const [name, operand] of fields) {
    const comparison = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
    if (comparison) {
      filters.push(leaf(path, comparisonTest(name, comparison, operand)));
      continue;
    }
    switch (name) {
      case '$ne':
        if (operand.type === T.regex) throw bad("Can't have regex as arg to $ne.");
        filters.push(not(leaf(path, equality(operand))));
        break;
      case '$in':
        filters.push(leaf(path, inTest(name, operand)));
        break;
      case '$nin':
        filters.push(not(leaf(path, inTest(name, operand))));
        break;
      case '$exists':
        filters.push(isTruthy(operand) ? leaf(path, { kind: 'exists' }) : not(leaf(path, { kind: 'exists' })));
        break;
      case '$not':
        filters.push(parseNot(path, operand, place));
        break;
      case '$regex':
        filters.push(leaf(path, { kind: 'pattern', pattern: patternOf(operand, optionsIn(fields)) }));
        break;
      case '$options':
        if (!fields.some(([other]) => other === '$regex')) throw bad('$options needs a $regex');
        break;
      case '$size':
        filters.push(leaf(path, { kind: 'size', count: sizeOperand(operand) }));
        break;
      case '$elemMatch':
        filters.push(leaf(path, elemMatchTest(operand, place)));
        break;
      case '$all':
        filters.push(parseAll(path, operand, place));
        break;
      case '$comment':
        break;
      default:
        throw bad(`unknown operator: ${name}${name.startsWith('$') ? " (not in the embedded store's subset)" : ''}`);
    }
  }
  return filters;
}

function comparisonTest(name: string, kind: Comparison, operand: RawValue): Test {
  if (operand.type === T.undefined) throw bad('cannot compare to undefined');
  if (operand.type === T.regex && kind !== 'eq')
    throw bad(`Can't have RegEx as arg to predicate over field '${name}'.`);
  return { kind, value: operand };
}

function inTest(name: string, operand: RawValue): Test {
  if (operand.type !== T.array) throw bad(`${name} needs an array`);
  const values: RawValue[] = [];
  const patterns: Pattern[] = [];
  for (const entry of elementsOf(operand)) {
    if (entry.type === T.regex) patterns.push(patternOf(entry, undefined));
    else if (isOperatorDocument(entry)) throw bad(`cannot nest $ under ${name}`);
    else if (entry.type === T.undefined) throw bad('InMatchExpression equality cannot be undefined');
    else values.push(entry);
  }
  return { kind: 'in', values, patterns };
}

function parseNot(path: Path, operand: RawValue, place: Place): Filter {
  if (operand.type === T.regex) return not(leaf(path, { kind: 'pattern', pattern: patternOf(operand, undefined) }));
  if (operand.type !== T.object) throw bad('$not needs a regex or a document');
  if (!isOperatorDocument(operand)) {
    const [first] = fieldsOf(operand);
    throw bad(first ? `unknown operator: ${first[0]}` : '$not cannot be empty');
  }
  return not(all(parseOperators(path, operand, deeper(place))));
}

function optionsIn(fields: readonly [string, RawValue][]): string | undefined {
  const options = fields.find(([name]) => name === '$options')?.[1];
  if (!options) return undefined;
  if (options.type !== T.string) throw bad('$options has to be a string');
  return textOf(options);
}

function sizeOperand(operand: RawValue): number {
  const count = toWholeNumber(operand);
  if (count === undefined) {
    throw bad(isNumber(operand.type) ? 'Failed to parse $size. Expected an integer' : '$size needs a number');
  }
  if (count < 0) throw bad('$size may not be negative');
  return count;
}

function elemMatchTest(operand: RawValue, place: Place): Test {
  if (operand.type !== T.object) throw bad('$elemMatch needs an Object');
  if (isOperatorDocument(operand) && !isLogicalDocument(operand)) {
    return { kind: 'elemMatchValue', tests: testsOf(operand, deeper(place)) };
  }
  return { kind: 'elemMatchObject', filter: parseDocument(operand, deeper(place)) };
}

function isLogicalDocument(value: RawValue): boolean {
  return fieldsOf(value).some(([name]) => name === '$and' || name === '$or' || name === '$nor');
}

/** The tests an operator document makes of one array element. */
export function elementTests(operators: RawValue): ElementTest[] {
  return testsOf(operators, { constants: NO_CONSTANTS, nesting: 0 });
}

function testsOf(operators: RawValue, place: Place): ElementTest[] {
  return parseOperators(parsePath(''), operators, place).flatMap((filter) => toElementTests(filter));
}

function toElementTests(filter: Filter): ElementTest[] {
  if (filter.op === 'leaf') return [{ test: filter.test, negated: false }];
  if (filter.op === 'and') return filter.filters.flatMap(toElementTests);
  if (filter.op === 'not' && filter.filter.op === 'leaf') return [{ test: filter.filter.test, negated: true }];
  throw bad("$not over several operators inside $elemMatch is not in the embedded store's subset");
}

function parseAll(path: Path, operand: RawValue, place: Place): Filter {
  if (operand.type !== T.array) throw bad('$all needs an array');
  const entries = elementsOf(operand);
  if (entries.length === 0) return { op: 'never' };
  const elemMatches = entries.filter((entry) => entry.type === T.object && firstName(entry) === '$elemMatch');
  if (elemMatches.length > 0 && elemMatches.length < entries.length) throw bad('no $ expressions in $all');
  return all(
    entries.map((entry) => {
      if (elemMatches.length > 0) {
        const [inner] = elementsOf(entry);
        return leaf(path, elemMatchTest(inner ?? entry, deeper(place)));
      }
      if (entry.type === T.regex) return leaf(path, { kind: 'pattern', pattern: patternOf(entry, undefined) });
      if (isOperatorDocument(entry)) throw bad('no $ expressions in $all');
      return leaf(path, equality(entry));
    }),
  );
}

function firstName(value: RawValue): string | undefined {
  return fieldsOf(value)[0]?.[0];
}

function leaf(path: Path, test: Test): LeafFilter {
  return { op: 'leaf', path, test };
}

function not(filter: Filter): Filter {
  return { op: 'not', filter };
}

function all(filters: readonly Filter[]): Filter {
  const [only] = filters;
  return filters.length === 1 && only ? only : { op: 'and', filters };
}

function bad(message: string): StoreError {
  return new StoreError(2, message);
}
