import { compareValues } from '../bson/compare.js';
import { findField, RawValue, sameBytes } from '../bson/raw.js';
import { typeName } from '../bson/types.js';
import { BsonWriter, document, RAW_NULL } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import type { Filter } from '../query/filter.js';
import { matches } from '../query/match.js';
import { positionOf } from '../query/path.js';
import type { Change } from './operators.js';
import { filterName, type Update } from './parse-update.js';
import { ArrayNode, closeDocument, closeNode, type Node, ObjectNode, openChild, openDocument, typeOf } from './tree.js';
import { applyUpdatePipeline } from './update-pipeline.js';

const ID = Buffer.from('_id');
/** The server's bound on how far behind the end of an array a position may be set. */
const MAX_PADDING = 1_500_000;

/** What an update needs to know besides the document. */
export interface UpdateContext {
  /** Position of the array element the filter matched, for `$`. */
  readonly matchedPosition: number | undefined;
  readonly inserting: boolean;
}

/**
 * The document after the update; the same buffer when nothing changed.
 *
 * @throws {StoreError} 28 for a path through a scalar, 66 for a changed `_id`, 2 and 14 from the operators
 */
export function applyUpdate(update: Update, before: Buffer, context: UpdateContext): Buffer {
  const after = updated(update, before, context);
  if (after.equals(before)) return before;
  if (!context.inserting) requireSameId(before, after);
  return after;
}

function updated(update: Update, before: Buffer, context: UpdateContext): Buffer {
  switch (update.kind) {
    case 'replace':
      return replaced(before, update.document);
    case 'pipeline':
      return applyUpdatePipeline(update.stages, before);
    case 'modify':
      return modified(update, before, context);
  }
}

function replaced(before: Buffer, replacement: Buffer): Buffer {
  const id = findField(before, 0, ID);
  const own = findField(replacement, 0, ID);
  if (!id) return replacement;
  if (own && compareValues(id, own) !== 0) {
    throw new StoreError(66, "After applying the update, the (immutable) field '_id' was found to have been altered");
  }
  const writer = new BsonWriter(replacement.length + 32);
  writer.beginDocument().value('_id', own ?? id);
  const node = openDocument(replacement);
  for (const [position, child] of node.nodes.entries()) {
    const name = node.names[position] ?? '';
    if (name !== '_id' && child instanceof RawValue) writer.value(name, child);
  }
  return writer.end().view();
}

function modified(update: Update & { kind: 'modify' }, before: Buffer, context: UpdateContext): Buffer {
  const root = openDocument(before);
  for (const { parts, change } of update.changes) {
    if (change.onlyOnInsert && !context.inserting) continue;
    descend({ parts, change, filters: update.arrayFilters, context }, root, 0);
  }
  return closeDocument(root, before.length);
}

function requireSameId(before: Buffer, after: Buffer): void {
  const old = findField(before, 0, ID);
  const fresh = findField(after, 0, ID);
  if (old && (!fresh || !sameBytes(old, fresh))) {
    throw new StoreError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
  }
}

interface Step {
  readonly parts: readonly string[];
  readonly change: Change;
  readonly filters: ReadonlyMap<string, Filter>;
  readonly context: UpdateContext;
}

function descend(step: Step, parent: ObjectNode | ArrayNode, depth: number): void {
  const part = step.parts[depth] ?? '';
  const filter = filterName(part);
  if (part === '$') {
    const position = step.context.matchedPosition;
    if (position === undefined) {
      throw new StoreError(2, 'The positional operator did not find the match needed from the query.');
    }
    visit(step, parent, depth, String(position));
  } else if (filter !== undefined) {
    visitElements(step, parent, depth, filter);
  } else {
    visit(step, parent, depth, part);
  }
}

function visitElements(step: Step, parent: ObjectNode | ArrayNode, depth: number, name: string): void {
  if (!(parent instanceof ArrayNode)) {
    throw notAnArray(step, depth, typeName(typeOf(parent)));
  }
  const filter = name === '' ? undefined : step.filters.get(name);
  for (const [position, node] of [...parent.nodes].entries()) {
    if (
      filter &&
      !matches(
        filter,
        document((writer) => writer.value(name, closeNode(node))),
      )
    )
      continue;
    visit(step, parent, depth, String(position));
  }
}

/** Goes to the child of that name, or changes it where the path ends. */
function visit(step: Step, parent: ObjectNode | ArrayNode, depth: number, name: string): void {
  const position = parent instanceof ObjectNode ? parent.indexOf(name) : positionOf(name);
  if (parent instanceof ArrayNode && position < 0) {
    if (!step.change.creates) return;
    throw notViable(step, depth, name);
  }
  const exists = position >= 0 && position < parent.nodes.length;
  if (depth === step.parts.length - 1) {
    changeAt(step, parent, name, position, exists);
    return;
  }
  const next = step.parts[depth + 1] ?? '';
  if (!exists) {
    if (filterName(next) !== undefined) throw notAnArray(step, depth + 1, 'missing');
    if (!step.change.creates) return;
    const child = new ObjectNode();
    descend(step, child, depth + 1);
    if (child.nodes.length > 0) put(parent, name, position, child);
    return;
  }
  const child = openChild(parent, position);
  if (!(child instanceof RawValue)) descend(step, child, depth + 1);
  else if (filterName(next) !== undefined) throw notAnArray(step, depth + 1, typeName(child.type));
  else if (step.change.creates) throw notViable(step, depth + 1, next);
}

function notAnArray(step: Step, depth: number, what: string): StoreError {
  const at = step.parts.slice(0, depth).join('.');
  return new StoreError(2, `Cannot apply array updates to non-array element ${at}: ${what}`);
}

function changeAt(
  { parts, change }: Step,
  parent: ObjectNode | ArrayNode,
  name: string,
  position: number,
  exists: boolean,
): void {
  if (!exists && !change.creates) return;
  const current = exists ? openChild(parent, position) : undefined;
  const result = change.apply(current, parts.join('.'));
  if (result !== undefined) {
    if (result !== current) put(parent, name, position, result);
  } else if (parent instanceof ObjectNode) {
    parent.removeAt(position);
  } else {
    // an array keeps its length: $unset leaves null behind
    parent.nodes[position] = RAW_NULL;
  }
}

function put(parent: ObjectNode | ArrayNode, name: string, position: number, node: Node): void {
  if (parent instanceof ObjectNode) {
    if (position >= 0) parent.nodes[position] = node;
    else parent.add(name, node);
    return;
  }
  if (position - parent.nodes.length > MAX_PADDING) {
    throw new StoreError(
      2,
      `cannot use the part (${name}) to traverse: more than ${MAX_PADDING} elements beyond the end`,
    );
  }
  while (parent.nodes.length < position) parent.nodes.push(RAW_NULL);
  parent.nodes[position] = node;
}

function notViable(step: Step, depth: number, name: string): StoreError {
  const at = step.parts.slice(0, depth).join('.');
  return new StoreError(28, `Cannot create field '${name}' in element {${at}}`);
}

/** An empty document to start an upsert from, or one with the equalities of the filter. */
export function upsertBase(filter: Filter, replacing: boolean): Buffer {
  const root = new ObjectNode();
  const taken = new Set<string>();
  for (const { path, value } of equalities(filter)) {
    if (replacing && path !== '_id') continue;
    for (const other of taken) {
      if (other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`)) {
        throw new StoreError(54, `cannot infer query fields to set, path '${path}' is matched twice`);
      }
    }
    taken.add(path);
    const change: Change = { creates: true, onlyOnInsert: false, apply: () => value };
    const step = {
      parts: path.split('.'),
      change,
      filters: new Map(),
      context: { matchedPosition: undefined, inserting: true },
    };
    descend(step, root, 0);
  }
  return closeDocument(root, 64);
}

function equalities(filter: Filter): { path: string; value: RawValue }[] {
  if (filter.op === 'and' || (filter.op === 'or' && filter.filters.length === 1))
    return filter.filters.flatMap(equalities);
  if (filter.op !== 'leaf' || filter.test.kind !== 'eq') return [];
  return [{ path: filter.path.text, value: filter.test.value }];
}
