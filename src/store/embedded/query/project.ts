import { ElementWalk, fieldsOf, isNumber, type RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { BsonWriter } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { isTruthy } from './truthy.js';

/** Turns a stored document into what the client asked to see of it. */
export type Projection = (document: Buffer) => Buffer;

/** Names to keep or drop; a name that leads to a map goes deeper. */
type Tree = Map<string, Tree | true>;

/**
 * Inclusion and exclusion of fields by dotted paths.
 *
 * @throws {StoreError} 31253/31254 for a mixture of both, 31249 for paths that collide, 2 for expressions and
 *   operators, which are outside the subset
 */
export function parseProjection(value: RawValue | undefined): Projection | undefined {
  if (!value) return undefined;
  if (value.type !== T.object) throw new StoreError(14, 'Expected field projection to be of type object');
  const fields = flatten(value, '');
  if (fields.length === 0) return undefined;
  const named = fields.filter(({ path }) => path !== '_id');
  const id = fields.find(({ path }) => path === '_id');
  const including = (named[0] ?? id)?.include ?? true;
  const tree: Tree = new Map();
  for (const { path, include } of named) {
    if (include !== including) {
      const [code, verb, kind] = including ? [31254, 'exclusion', 'inclusion'] : [31253, 'inclusion', 'exclusion'];
      throw new StoreError(code as number, `Cannot do ${verb} on field ${path} in ${kind} projection`);
    }
    addPath(tree, path);
  }
  const showsId = id ? id.include : true;
  if (showsId === including) tree.set('_id', true);
  return (document) => {
    const writer = new BsonWriter(document.length);
    project(writer, document, 0, tree, including);
    return writer.view();
  };
}

interface Field {
  readonly path: string;
  readonly include: boolean;
}

function flatten(value: RawValue, prefix: string): Field[] {
  return fieldsOf(value).flatMap(([name, operand]): Field[] => {
    const path = prefix + name;
    if (name.startsWith('$')) throw unsupported(path);
    if (name === '' || name.split('.').includes('')) {
      throw new StoreError(40352, 'FieldPath cannot be constructed with empty string');
    }
    if (name.split('.').some((part) => part.startsWith('$'))) throw unsupported(path);
    if (operand.type === T.object) return flatten(operand, `${path}.`);
    if (operand.type !== T.bool && !isNumber(operand.type)) throw unsupported(path);
    return [{ path, include: isTruthy(operand) }];
  });
}

function unsupported(path: string): StoreError {
  return new StoreError(
    2,
    `projection of '${path}' is not supported by the embedded store: only inclusion and exclusion of fields are`,
  );
}

function addPath(tree: Tree, path: string): void {
  const parts = path.split('.');
  let node = tree;
  for (const [depth, part] of parts.entries()) {
    const next = node.get(part);
    const last = depth === parts.length - 1;
    if (next === true || (last && next)) {
      throw new StoreError(31249, `Path collision at ${path}`);
    }
    if (last) {
      node.set(part, true);
    } else {
      const deeper: Tree = next ?? new Map();
      node.set(part, deeper);
      node = deeper;
    }
  }
}

function project(writer: BsonWriter, bytes: Buffer, at: number, tree: Tree, including: boolean): void {
  writer.beginDocument();
  const walk = new ElementWalk(bytes, at);
  while (walk.next()) {
    const rule = tree.get(walk.name);
    if (rule === true ? including : rule === undefined && !including) {
      writer.element(bytes, walk.type, walk.nameStart, walk.end);
    } else if (rule instanceof Map) {
      projectInside(writer, walk.name, walk.value, rule, including);
    }
  }
  writer.end();
}

function projectInside(writer: BsonWriter, name: string, value: RawValue, tree: Tree, including: boolean): void {
  if (value.type === T.object) {
    writer.head(T.object, name);
    project(writer, value.bytes, value.start, tree, including);
  } else if (value.type === T.array) {
    writer.beginArray(name);
    let position = 0;
    const walk = new ElementWalk(value.bytes, value.start);
    while (walk.next()) {
      if (walk.type !== T.object && walk.type !== T.array && including) continue;
      projectInside(writer, String(position++), walk.value, tree, including);
    }
    writer.end();
  } else if (!including) {
    writer.value(name, value);
  }
}
