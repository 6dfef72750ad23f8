import { elementsOf, fieldsOf, type RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { RAW_NULL, rawInt64 } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { isTruthy } from '../query/truthy.js';
import { closeDocument, closeNode, type Node, ObjectNode, openChild, openDocument } from '../update/tree.js';
import { mapping, type Stage } from './stage.js';

interface Unwind {
  readonly parts: readonly string[];
  readonly indexName: string | undefined;
  readonly keepsEmpty: boolean;
}

/** `$unwind`: one document for each element of an array. */
export function parseUnwind(value: RawValue): Stage {
  const unwind = parseSpec(value);
  return mapping((document, emit) => {
    const array = valueAt(document, unwind.parts);
    if (array?.type === T.array) {
      const elements = elementsOf(array);
      for (const [position, element] of elements.entries()) {
        if (!emit(replaced(document, unwind, element, BigInt(position)))) return false;
      }
      return elements.length === 0 && unwind.keepsEmpty ? emit(replaced(document, unwind, undefined, undefined)) : true;
    }
    const isNothing = !array || array.type === T.null || array.type === T.undefined;
    if (isNothing && !unwind.keepsEmpty) return true;
    return emit(replaced(document, unwind, array, undefined));
  });
}

function parseSpec(value: RawValue): Unwind {
  let path: string | undefined;
  let indexName: string | undefined;
  let keepsEmpty = false;
  if (value.type === T.string) {
    path = textOf(value);
  } else if (value.type === T.object) {
    for (const [name, operand] of fieldsOf(value)) {
      if (name === 'path' && operand.type === T.string) path = textOf(operand);
      else if (name === 'includeArrayIndex' && operand.type === T.string) indexName = textOf(operand);
      else if (name === 'preserveNullAndEmptyArrays' && operand.type === T.bool) keepsEmpty = isTruthy(operand);
      else throw new StoreError(28811, `unrecognized or malformed option to $unwind stage: ${name}`);
    }
  }
  if (path === undefined) throw new StoreError(28812, 'no path specified to $unwind stage');
  if (!path.startsWith('$')) {
    throw new StoreError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  }
  const parts = path.slice(1).split('.');
  if (parts.includes('')) throw new StoreError(40352, 'FieldPath cannot be constructed with empty string');
  if (indexName?.startsWith('$')) {
    throw new StoreError(28822, 'includeArrayIndex option to $unwind stage should not be prefixed with a $');
  }
  return { parts, indexName, keepsEmpty };
}

/** Through documents only. */
function valueAt(document: Buffer, parts: readonly string[]): RawValue | undefined {
  let node: Node = openDocument(document);
  for (const part of parts) {
    if (!(node instanceof ObjectNode)) return undefined;
    const position = node.indexOf(part);
    if (position < 0) return undefined;
    node = openChild(node, position);
  }
  return closeNode(node);
}

function replaced(
  document: Buffer,
  { parts, indexName }: Unwind,
  element: RawValue | undefined,
  position: bigint | undefined,
): Buffer {
  const root = openDocument(document);
  let parent: ObjectNode | undefined = root;
  for (const part of parts.slice(0, -1)) {
    const at: number = parent?.indexOf(part) ?? -1;
    const child: Node | undefined = parent && at >= 0 ? openChild(parent, at) : undefined;
    parent = child instanceof ObjectNode ? child : undefined;
  }
  const last = parts.at(-1) ?? '';
  const at = parent?.indexOf(last) ?? -1;
  if (parent && at >= 0) {
    if (element) parent.nodes[at] = element;
    else parent.removeAt(at);
  }
  if (indexName) {
    const value = position === undefined ? RAW_NULL : rawInt64(position);
    const existing = root.indexOf(indexName);
    if (existing >= 0) root.nodes[existing] = value;
    else root.add(indexName, value);
  }
  return closeDocument(root, document.length);
}
