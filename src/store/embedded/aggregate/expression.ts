import { compareValues } from '../bson/compare.js';
import { ElementWalk, elementsOf, fieldsOf, RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { BsonWriter, document as buildDocument, RAW_NULL, RAW_UNDEFINED, rawArray, rawBool } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { isTruthy } from '../query/truthy.js';
import { parseDateToString } from './date-to-string.js';

/** Computes a value from a document; undefined where there is none. */
export type Expression = (document: Buffer) => RawValue | undefined;

/** The constants a command gives in `let`, by name. */
export type Constants = ReadonlyMap<string, RawValue>;

export const NO_CONSTANTS: Constants = new Map();

/**
 * Reads an aggregation expression of the subset: field paths, `$$ROOT`, constants of `let`, literals, objects, arrays,
 * comparisons, `$and`, `$or`, `$not`, `$literal`, `$setField` and `$dateToString`.
 *
 * @throws {StoreError} 168 for any other operator, 17276 for other variables
 */
export function parseExpression(value: RawValue, constants: Constants): Expression {
  if (value.type === T.string) {
    const text = textOf(value);
    return text.startsWith('$') ? parsePathExpression(text, constants) : () => value;
  }
  if (value.type === T.array) {
    const items = elementsOf(value).map((item) => parseExpression(item, constants));
    return (document) => rawArray(items.map((item) => item(document) ?? RAW_NULL));
  }
  if (value.type === T.object) return parseObject(value, constants);
  return () => value;
}

function parseObject(value: RawValue, constants: Constants): Expression {
  const fields = fieldsOf(value);
  const [first] = fields;
  if (first?.[0].startsWith('$')) {
    if (fields.length > 1) {
      throw new StoreError(15983, 'An object representing an expression must have exactly one field');
    }
    return parseOperator(first[0], first[1], constants);
  }
  const parts = fields.map(([name, part]) => {
    if (name.includes('.')) throw new StoreError(16405, 'FieldPath field names may not contain dots in an expression');
    return { name, expression: parseExpression(part, constants) };
  });
  return (document) => {
    const writer = new BsonWriter();
    writer.beginDocument();
    for (const { name, expression } of parts) {
      const result = expression(document);
      if (result) writer.value(name, result);
    }
    const bytes = writer.end().view();
    return new RawValue(T.object, bytes, 0, bytes.length);
  };
}

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  $eq: (order) => order === 0,
  $ne: (order) => order !== 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
};

function parseOperator(name: string, operand: RawValue, constants: Constants): Expression {
  const fits = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
  if (fits) {
    const [left, right] = operands(name, operand, constants, 2);
    // in expressions nothing is a value of its own, below null
    return (document) => rawBool(fits(compareValues(left?.(document) ?? NOTHING, right?.(document) ?? NOTHING)));
  }
  switch (name) {
    case '$literal':
      return () => operand;
    case '$and': {
      const parts = operands(name, operand, constants);
      return (document) => rawBool(parts.every((part) => isTrue(part(document))));
    }
    case '$or': {
      const parts = operands(name, operand, constants);
      return (document) => rawBool(parts.some((part) => isTrue(part(document))));
    }
    case '$not': {
      const [part] = operands(name, operand, constants, 1);
      return (document) => rawBool(!isTrue(part?.(document)));
    }
    case '$setField':
      return parseSetField(operand, constants);
    case '$dateToString':
      return parseDateToString(operand, (value) => parseExpression(value, constants));
    default:
      throw new StoreError(168, `Unrecognized expression '${name}' (not in the embedded store's subset)`);
  }
}

// Missing and undefined rank below null alike
const NOTHING = RAW_UNDEFINED;

function operands(name: string, operand: RawValue, constants: Constants, count?: number): Expression[] {
  const list = operand.type === T.array ? elementsOf(operand) : [operand];
  if (count !== undefined && list.length !== count) {
    throw new StoreError(16020, `Expression ${name} takes exactly ${count} arguments. ${list.length} were passed in.`);
  }
  return list.map((each) => parseExpression(each, constants));
}

export function isTrue(value: RawValue | undefined): boolean {
  return value !== undefined && isTruthy(value);
}

/** `$setField`: a document with one field set, whose name may hold dots and dollars. */
function parseSetField(operand: RawValue, constants: Constants): Expression {
  const fields = new Map(operand.type === T.object ? fieldsOf(operand) : []);
  const [field, input, value] = [fields.get('field'), fields.get('input'), fields.get('value')];
  if (!field || !input || !value || fields.size > 3) {
    throw new StoreError(4161102, '$setField requires field, input and value, and nothing else');
  }
  const name = parseExpression(field, NO_CONSTANTS)(EMPTY);
  if (name?.type !== T.string) throw new StoreError(4161107, '$setField requires a constant string as its field');
  const target = parseExpression(input, constants);
  const fresh = parseExpression(value, constants);
  return (document) => {
    const into = target(document);
    if (into?.type !== T.object) return into && isTruthy(into) ? setFieldFailed() : RAW_NULL;
    return withField(into, textOf(name), fresh(document));
  };
}

const EMPTY = buildDocument(() => undefined);

function setFieldFailed(): never {
  throw new StoreError(4161105, '$setField requires its input to be an object, null or missing');
}

function withField(object: RawValue, name: string, value: RawValue | undefined): RawValue {
  const bytes = buildDocument((writer) => {
    let placed = false;
    for (const [own, current] of fieldsOf(object)) {
      if (own !== name) writer.value(own, current);
      else if (value) writer.value(own, value);
      placed ||= own === name;
    }
    if (!placed && value) writer.value(name, value);
  });
  return new RawValue(T.object, bytes, 0, bytes.length);
}

function parsePathExpression(text: string, constants: Constants): Expression {
  if (!text.startsWith('$$')) return fieldPath(text.slice(1));
  const [variable = '', ...rest] = text.slice(2).split('.');
  const constant = constants.get(variable);
  if (constant) {
    const parts = rest.map((name) => Buffer.from(name));
    return () => resolve(constant, parts, 0);
  }
  if (variable !== 'ROOT' && variable !== 'CURRENT') {
    throw new StoreError(17276, `Use of undefined variable: ${variable}`);
  }
  if (rest.length > 0) return fieldPath(rest.join('.'));
  return (document) => new RawValue(T.object, document, 0, document.length);
}

function fieldPath(text: string): Expression {
  const names = text.split('.');
  if (names.includes('')) throw new StoreError(40352, 'FieldPath cannot be constructed with empty string');
  if (names.some((name) => name.startsWith('$'))) {
    throw new StoreError(16410, `FieldPath field names may not start with '$': ${text}`);
  }
  const parts = names.map((name) => Buffer.from(name));
  return (document) => resolve(new RawValue(T.object, document, 0, document.length), parts, 0);
}

/** Through an array a path leads to the array of what it leads to in each element; positions don't count. */
function resolve(value: RawValue, parts: readonly Buffer[], depth: number): RawValue | undefined {
  const name = parts[depth];
  if (!name) return value;
  const walk = new ElementWalk(value.bytes, value.start);
  if (value.type === T.object) {
    while (walk.next()) if (walk.nameIs(name)) return resolve(walk.value, parts, depth + 1);
    return undefined;
  }
  if (value.type !== T.array) return undefined;
  const found: RawValue[] = [];
  while (walk.next()) {
    const inner = resolveInElement(walk.value, parts, depth);
    if (inner) found.push(inner);
  }
  return rawArray(found);
}

function resolveInElement(element: RawValue, parts: readonly Buffer[], depth: number): RawValue | undefined {
  return element.type === T.object || element.type === T.array ? resolve(element, parts, depth) : undefined;
}
