import { ElementWalk, RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { BsonWriter, RAW_NULL } from '../bson/writer.js';

/**
 * A document being changed. Values stay raw until a path goes through them, so that what an update does not touch is
 * copied as bytes.
 */
export type Node = RawValue | ObjectNode | ArrayNode;

export class ObjectNode {
  readonly names: string[] = [];
  readonly nodes: Node[] = [];

  indexOf(name: string): number {
    return this.names.indexOf(name);
  }

  add(name: string, node: Node): void {
    this.names.push(name);
    this.nodes.push(node);
  }

  removeAt(position: number): void {
    this.names.splice(position, 1);
    this.nodes.splice(position, 1);
  }
}

export class ArrayNode {
  constructor(readonly nodes: Node[] = []) {}
}

/** The document at the start of `bytes`, opened one level. */
export function openDocument(bytes: Buffer, at = 0): ObjectNode {
  const node = new ObjectNode();
  const walk = new ElementWalk(bytes, at);
  while (walk.next()) node.add(walk.name, walk.value);
  return node;
}

function openArray(value: RawValue): ArrayNode {
  const node = new ArrayNode();
  const walk = new ElementWalk(value.bytes, value.start);
  while (walk.next()) node.nodes.push(walk.value);
  return node;
}

/** The child at a position, opened if it is an object or array, which its parent then holds opened. */
export function openChild(parent: ObjectNode | ArrayNode, position: number): Node {
  const child = parent.nodes[position] ?? RAW_NULL;
  if (!(child instanceof RawValue)) return child;
  const opened =
    child.type === T.object
      ? openDocument(child.bytes, child.start)
      : child.type === T.array
        ? openArray(child)
        : child;
  parent.nodes[position] = opened;
  return opened;
}

function writeNode(writer: BsonWriter, name: string, node: Node): void {
  if (node instanceof RawValue) {
    writer.value(name, node);
  } else if (node instanceof ObjectNode) {
    writer.beginObject(name);
    for (const [position, child] of node.nodes.entries()) writeNode(writer, node.names[position] ?? '', child);
    writer.end();
  } else {
    writer.beginArray(name);
    for (const [position, child] of node.nodes.entries()) writeNode(writer, String(position), child);
    writer.end();
  }
}

/** @param sizeHint bytes expected */
export function closeDocument(root: ObjectNode, sizeHint: number): Buffer {
  const writer = new BsonWriter(sizeHint + 64);
  writer.beginDocument();
  for (const [position, child] of root.nodes.entries()) writeNode(writer, root.names[position] ?? '', child);
  return writer.end().view();
}

/** The node as a value again. */
export function closeNode(node: Node): RawValue {
  if (node instanceof RawValue) return node;
  const writer = new BsonWriter();
  writer.beginDocument();
  writeNode(writer, '', node);
  const bytes = writer.end().view();
  // behind the length, the type byte and the empty name
  return new RawValue(node instanceof ObjectNode ? T.object : T.array, bytes, 6, bytes.length - 1);
}

export function typeOf(node: Node): number {
  if (node instanceof RawValue) return node.type;
  return node instanceof ObjectNode ? T.object : T.array;
}
