import { copyOfDocument, elementsOf, fieldsOf, isNumber, RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { document as buildDocument, rawBool } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { parseProjection } from '../query/project.js';
import { isTruthy } from '../query/truthy.js';
import { ArrayNode, closeDocument, ObjectNode, openChild, openDocument } from '../update/tree.js';
import { type Constants, type Expression, parseExpression } from './expression.js';
import { mapping, type Stage } from './stage.js';

interface Computed {
  readonly parts: readonly string[];
  readonly expression: Expression;
}

/** `$addFields`: computed fields beside or in place of those there are. */
export function parseAddFields(value: RawValue, constants: Constants): Stage {
  if (value.type !== T.object) throw new StoreError(40272, '$addFields specification stage must be an object');
  const computed = fieldsOf(value).flatMap(([name, operand]) => computedFields(name, operand, constants));
  if (computed.length === 0) throw new StoreError(40177, '$addFields must have at least one field');
  return mapping((document, emit) => emit(withFields(document, document, computed)));
}

/**
 * `$project`: fields kept or dropped as in a find, and computed ones behind those kept.
 *
 * @throws {StoreError} 31253, 31254 for a mixture of keeping and dropping, and what expressions throw
 */
export function parseProject(value: RawValue, constants: Constants): Stage {
  if (value.type !== T.object) throw new StoreError(15969, '$project specification must be an object');
  const plain: [string, RawValue][] = [];
  const computed: Computed[] = [];
  for (const [name, operand] of fieldsOf(value)) {
    if (isComputed(operand)) computed.push(...computedFields(name, operand, constants));
    else plain.push([name, operand]);
  }
  if (plain.length + computed.length === 0) {
    throw new StoreError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  }
  const keep = keeper(plain, computed.length > 0);
  return mapping((document, emit) => {
    const kept = keep(document);
    return emit(computed.length > 0 ? withFields(kept, document, computed) : kept);
  });
}

/** Strings, expressions and literals are computed; numbers, booleans and plain nested documents choose fields. */
function isComputed(operand: RawValue): boolean {
  if (operand.type === T.object)
    return fieldsOf(operand).some(([name, inner]) => name.startsWith('$') || isComputed(inner));
  return operand.type !== T.bool && !isNumber(operand.type);
}

function keeper(plain: readonly [string, RawValue][], computes: boolean): (document: Buffer) => Buffer {
  const onlyId = plain.every(([name]) => name === '_id');
  const id = plain.find(([name]) => name === '_id')?.[1];
  // computing fields keeps only what is named, and `_id`
  if (computes && onlyId) return id && !isTruthy(id) ? () => NO_FIELDS : projectionOf([['_id', rawBool(true)]]);
  if (computes && plain.some(([name, operand]) => name !== '_id' && operand.type !== T.object && !isTruthy(operand))) {
    throw new StoreError(31252, 'Cannot add computed fields during an exclusion projection');
  }
  return projectionOf(plain);
}

const NO_FIELDS = buildDocument(() => undefined);

function projectionOf(plain: readonly (readonly [string, RawValue])[]): (document: Buffer) => Buffer {
  const spec = buildDocument((writer) => {
    for (const [name, operand] of plain) writer.value(name, operand);
  });
  return parseProjection(new RawValue(T.object, spec, 0, spec.length)) ?? ((document) => document);
}

function computedFields(name: string, operand: RawValue, constants: Constants): Computed[] {
  const parts = name.split('.');
  if (parts.includes('')) throw new StoreError(40352, 'FieldPath cannot be constructed with empty string');
  if (parts.some((part) => part.startsWith('$'))) {
    throw new StoreError(16410, `FieldPath field names may not start with '$': ${name}`);
  }
  return [{ parts, expression: parseExpression(operand, constants) }];
}

function withFields(target: Buffer, source: Buffer, computed: readonly Computed[]): Buffer {
  const root = openDocument(target);
  for (const { parts, expression } of computed) setField(root, parts, 0, expression(source));
  return closeDocument(root, target.length);
}

/** `$unset` as a stage: fields dropped. */
export function parseUnset(value: RawValue): Stage {
  const names = value.type === T.array ? elementsOf(value) : [value];
  const plain = names.map((name): [string, RawValue] => {
    if (name.type !== T.string)
      throw new StoreError(31002, '$unset specification must be a string or an array of strings');
    return [textOf(name), rawBool(false)];
  });
  if (plain.length === 0) throw new StoreError(31119, '$unset specification must have at least one field');
  const keep = projectionOf(plain);
  return mapping((document, emit) => emit(keep(document)));
}

/** `$replaceWith` and `$replaceRoot`: each document becomes the one an expression gives. */
export function parseReplaceRoot(name: string, value: RawValue, constants: Constants): Stage {
  const fields = value.type === T.object ? fieldsOf(value) : [];
  const [only] = fields;
  if (name === '$replaceRoot' && (fields.length !== 1 || only?.[0] !== 'newRoot')) {
    throw new StoreError(40231, 'no newRoot specified for the $replaceRoot stage');
  }
  const root = parseExpression(name === '$replaceRoot' && only ? only[1] : value, constants);
  return mapping((document, emit) => {
    const result = root(document);
    if (result?.type !== T.object) {
      throw new StoreError(40228, "'newRoot' expression must evaluate to an object");
    }
    return emit(copyOfDocument(result));
  });
}

/** Sets a field inside documents and, through arrays, inside each element; what is no document becomes one. */
function setField(node: ObjectNode, parts: readonly string[], depth: number, value: RawValue | undefined): void {
  const name = parts[depth] ?? '';
  const position = node.indexOf(name);
  if (depth === parts.length - 1) {
    if (value === undefined) {
      if (position >= 0) node.removeAt(position);
    } else if (position >= 0) node.nodes[position] = value;
    else node.add(name, value);
    return;
  }
  const child = position >= 0 ? openChild(node, position) : undefined;
  const next = setInside(child, parts, depth + 1, value);
  if (position >= 0) node.nodes[position] = next;
  else node.add(name, next);
}

function setInside(
  child: ReturnType<typeof openChild> | undefined,
  parts: readonly string[],
  depth: number,
  value: RawValue | undefined,
): ObjectNode | ArrayNode {
  if (child instanceof ArrayNode) {
    for (let at = 0; at < child.nodes.length; at++) {
      child.nodes[at] = setInside(openChild(child, at), parts, depth, value);
    }
    return child;
  }
  const node = child instanceof ObjectNode ? child : new ObjectNode();
  setField(node, parts, depth, value);
  return node;
}
