import { ElementWalk, findField, type RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import type { Filter, LeafFilter, Test } from './filter.js';
import { firstMatchingElement, matches, passes } from './match.js';

/**
 * Which element of an array made the filter match: what `$` stands for in an update. Undefined where no array was
 * involved. Where several conditions went through arrays, the last one counts, as on the server.
 */
export function matchedPosition(filter: Filter, bytes: Buffer): number | undefined {
  switch (filter.op) {
    case 'and': {
      let position: number | undefined;
      for (const each of filter.filters) position = matchedPosition(each, bytes) ?? position;
      return position;
    }
    case 'or': {
      const first = filter.filters.find((each) => matches(each, bytes));
      return first && matchedPosition(first, bytes);
    }
    case 'leaf':
      return positionOfLeaf(filter, bytes);
    default:
      return undefined;
  }
}

function positionOfLeaf({ path, test }: LeafFilter, bytes: Buffer): number | undefined {
  let at = 0;
  for (const [depth, name] of path.names.entries()) {
    const value = findField(bytes, at, name);
    if (!value) return undefined;
    if (value.type === T.array) return positionIn(value, depth + 1, { path, test, bytes });
    if (value.type !== T.object) return undefined;
    at = value.start;
  }
  return undefined;
}

function positionIn(
  array: RawValue,
  depth: number,
  { path, test, bytes }: { path: LeafFilter['path']; test: Test; bytes: Buffer },
): number | undefined {
  if (depth === path.names.length) {
    if (test.kind === 'elemMatchObject') return found(firstMatchingElement(test.filter, undefined, array));
    if (test.kind === 'elemMatchValue') return found(firstMatchingElement(undefined, test.tests, array));
    const walk = new ElementWalk(bytes, array.start);
    for (let index = 0; walk.next(); index++) if (passes(test, walk.value)) return index;
    return undefined;
  }
  const rest = {
    text: path.names.slice(depth).join('.'),
    names: path.names.slice(depth),
    positions: path.positions.slice(depth),
  };
  const walk = new ElementWalk(bytes, array.start);
  for (let index = 0; walk.next(); index++) {
    if (walk.type === T.object && matches({ op: 'leaf', path: rest, test }, bytes, walk.start)) return index;
  }
  return undefined;
}

const found = (position: number) => (position >= 0 ? position : undefined);
