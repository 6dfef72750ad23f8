import { compareValues } from '../bson/compare.js';
import { addNumbers, toWholeNumber } from '../bson/number.js';
import { elementsOf, fieldsOf, isNumber, RawValue } from '../bson/raw.js';
import { T, typeName } from '../bson/types.js';
import { StoreError } from '../errors.js';
import type { ElementTest, Filter } from '../query/filter.js';
import { elementPasses, matches } from '../query/match.js';
import { elementTests, isOperatorDocument, parseFilter } from '../query/parse-filter.js';
import { ArrayNode, closeNode, type Node, typeOf } from './tree.js';

/** What one operator does at the end of its path. */
export interface Change {
  /** Whether the path is made where it leads nowhere. */
  readonly creates: boolean;
  /** True for `$setOnInsert`. */
  readonly onlyOnInsert: boolean;
  /**
   * @param current what is there, undefined for nothing
   * @param at the path, for messages
   * @returns what is to be there: undefined to remove it, `current` to leave it
   */
  apply(current: Node | undefined, at: string): Node | undefined;
}

const change = (apply: Change['apply'], options: Partial<Change> = {}): Change => ({
  creates: true,
  onlyOnInsert: false,
  ...options,
  apply,
});

/** @throws {StoreError} 9 for an operator outside the subset; 2, 9 or 14 for operands it can't take */
export function parseOperator(operator: string, path: string, operand: RawValue): Change {
  switch (operator) {
    case '$set':
      return change(() => operand);
    case '$setOnInsert':
      return change(() => operand, { onlyOnInsert: true });
    case '$unset':
      return change(() => undefined, { creates: false });
    case '$inc':
      return parseInc(path, operand);
    case '$min':
      return change((current) => (current && compareValues(closeNode(current), operand) <= 0 ? current : operand));
    case '$max':
      return change((current) => (current && compareValues(closeNode(current), operand) >= 0 ? current : operand));
    case '$push':
      return parsePush(operand);
    case '$addToSet':
      return parseAddToSet(operand);
    case '$pull':
      return parsePull(operand);
    default:
      throw new StoreError(
        9,
        `Unknown modifier: ${operator}. The embedded store knows $set, $unset, $setOnInsert, $inc, $min, $max, $push, $pull and $addToSet`,
      );
  }
}

function parseInc(path: string, operand: RawValue): Change {
  if (!isNumber(operand.type)) {
    throw new StoreError(14, `Cannot increment with non-numeric argument: {${path}: ${typeName(operand.type)}}`);
  }
  return change((current, at) => {
    if (current === undefined) return operand;
    if (!(current instanceof RawValue) || !isNumber(current.type)) {
      throw new StoreError(
        14,
        `Cannot apply $inc to a value of non-numeric type. The field '${at}' is of type ${typeName(typeOf(current))}`,
      );
    }
    const sum = addNumbers(current, operand);
    if (!sum) throw new StoreError(2, `Failed to apply $inc operations to current value of '${at}': long overflow`);
    return sum;
  });
}

/** The items of `$each`, or the operand as the only item. */
function parseEach(operator: string, operand: RawValue, modifiers: readonly string[]) {
  const fields = operand.type === T.object ? fieldsOf(operand) : [];
  if (fields[0]?.[0] !== '$each') return { items: [operand], slice: undefined };
  let items: RawValue[] = [];
  let slice: number | undefined;
  for (const [name, value] of fields) {
    if (name === '$each') {
      if (value.type !== T.array) {
        throw new StoreError(
          operator === '$push' ? 2 : 14,
          `The argument to $each in ${operator} must be an array but it was of type ${typeName(value.type)}`,
        );
      }
      items = elementsOf(value);
    } else if (name === '$slice' && modifiers.includes(name)) {
      slice = toWholeNumber(value);
      if (slice === undefined) throw new StoreError(2, 'The value for $slice must be an integer value');
    } else {
      throw new StoreError(2, `Unrecognized clause in ${operator}: ${name} (not in the embedded store's subset)`);
    }
  }
  return { items, slice };
}

function parsePush(operand: RawValue): Change {
  const { items, slice } = parseEach('$push', operand, ['$slice']);
  return change((current, at) => {
    const array = current === undefined ? new ArrayNode() : current;
    if (!(array instanceof ArrayNode)) {
      throw new StoreError(2, `The field '${at}' must be an array but is of type ${typeName(typeOf(array))}`);
    }
    array.nodes.push(...items);
    if (slice === undefined) return array;
    const kept = slice >= 0 ? array.nodes.slice(0, slice) : array.nodes.slice(slice);
    return new ArrayNode(kept);
  });
}

function parseAddToSet(operand: RawValue): Change {
  const { items } = parseEach('$addToSet', operand, []);
  return change((current, at) => {
    const array = current === undefined ? new ArrayNode() : current;
    if (!(array instanceof ArrayNode)) {
      throw new StoreError(
        2,
        `Cannot apply $addToSet to non-array field. Field named '${at}' has non-array type ${typeName(typeOf(array))}`,
      );
    }
    for (const item of items) {
      if (!array.nodes.some((node) => compareValues(closeNode(node), item) === 0)) array.nodes.push(item);
    }
    return array;
  });
}

function parsePull(operand: RawValue): Change {
  const fits = pullCondition(operand);
  return change(
    (current, at) => {
      if (!(current instanceof ArrayNode)) {
        if (current === undefined) return undefined;
        throw new StoreError(2, `Cannot apply $pull to a non-array value at '${at}'`);
      }
      const kept = current.nodes.filter((node) => !fits(closeNode(node)));
      return kept.length === current.nodes.length ? current : new ArrayNode(kept);
    },
    { creates: false },
  );
}

function pullCondition(operand: RawValue): (value: RawValue) => boolean {
  if (isOperatorDocument(operand)) {
    const tests: ElementTest[] = elementTests(operand);
    return (value) => elementPasses(tests, value);
  }
  if (operand.type === T.object) {
    const filter: Filter = parseFilter(operand);
    return (value) => value.type === T.object && matches(filter, value.bytes, value.start);
  }
  if (operand.type === T.regex) throw new StoreError(2, "$pull with a regex is not in the embedded store's subset");
  return (value) => compareValues(value, operand) === 0;
}
