import { ElementWalk, elementsOf, fieldsOf, RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { BsonWriter, RAW_NULL, rawArray } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { parseDateToString } from './date-to-string.js';

/** Computes a value from a document; undefined where there is none. */
export type Expression = (document: Buffer) => RawValue | undefined;

/**
 * Reads an aggregation expression of the subset: field paths, `$$ROOT`, literals, objects, arrays, `$literal` and
 * `$dateToString`.
 *
 * @throws {StoreError} 168 for any other operator, 17276 for other variables
 */
export function parseExpression(value: RawValue): Expression {
  if (value.type === T.string) {
    const text = textOf(value);
    return text.startsWith('$') ? parsePathExpression(text) : () => value;
  }
  if (value.type === T.array) {
    const items = elementsOf(value).map(parseExpression);
    return (document) => rawArray(items.map((item) => item(document) ?? RAW_NULL));
  }
  if (value.type === T.object) return parseObject(value);
  return () => value;
}

function parseObject(value: RawValue): Expression {
  const fields = fieldsOf(value);
  const [first] = fields;
  if (first?.[0].startsWith('$')) {
    if (fields.length > 1) {
      throw new StoreError(15983, 'An object representing an expression must have exactly one field');
    }
    return parseOperator(first[0], first[1]);
  }
  const parts = fields.map(([name, part]) => {
    if (name.includes('.')) throw new StoreError(16405, 'FieldPath field names may not contain dots in an expression');
    return { name, expression: parseExpression(part) };
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

function parseOperator(name: string, operand: RawValue): Expression {
  if (name === '$literal') return () => operand;
  if (name === '$dateToString') return parseDateToString(operand, parseExpression);
  throw new StoreError(168, `Unrecognized expression '${name}' (not in the embedded store's subset)`);
}

function parsePathExpression(text: string): Expression {
  if (!text.startsWith('$$')) return fieldPath(text.slice(1));
  const [variable = '', ...rest] = text.slice(2).split('.');
  if (variable !== 'ROOT' && variable !== 'CURRENT') {
    throw new StoreError(17276, `Use of undefined variable: ${variable} (the embedded store has $$ROOT only)`);
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
