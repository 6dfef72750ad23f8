import { type Constants, NO_CONSTANTS } from '../aggregate/expression.js';
import { asObject, elementsOf, fieldsOf, type RawValue } from '../bson/raw.js';
import { T, typeName } from '../bson/types.js';
import { StoreError } from '../errors.js';
import type { Filter } from '../query/filter.js';
import { parseFilter } from '../query/parse-filter.js';
import { positionOf } from '../query/path.js';
import { type Change, parseOperator } from './operators.js';
import { parseUpdatePipeline, type UpdatePipeline } from './update-pipeline.js';

export interface PathChange {
  readonly parts: readonly string[];
  readonly change: Change;
}

/** A parsed update: a whole new document, or changes at paths in the order they are applied. */
export type Update =
  | { readonly kind: 'replace'; readonly document: Buffer }
  | { readonly kind: 'pipeline'; readonly stages: UpdatePipeline }
  | {
      readonly kind: 'modify';
      readonly changes: readonly PathChange[];
      /** Filters of `$[name]`, over documents that hold the array element under that name. */
      readonly arrayFilters: ReadonlyMap<string, Filter>;
    };

const IDENTIFIER = /^[a-z][a-zA-Z0-9]*$/;

/**
 * @throws {StoreError} 9 for unknown modifiers and mixtures; 40 for paths that conflict; 56 for empty names
 */
export function parseUpdate(
  value: RawValue,
  arrayFilters: RawValue | undefined,
  constants: Constants = NO_CONSTANTS,
): Update {
  if (value.type === T.array) {
    if (arrayFilters) throw new StoreError(9, 'arrayFilters may not be specified for pipeline-style updates');
    return { kind: 'pipeline', stages: parseUpdatePipeline(value, constants) };
  }
  if (value.type !== T.object) throw new StoreError(9, 'Update argument must be either an object or an array');
  const fields = fieldsOf(value);
  if (!fields[0]?.[0].startsWith('$')) {
    if (arrayFilters && elementsOf(arrayFilters).length > 0) {
      throw new StoreError(9, 'arrayFilters may not be specified for replacement-style updates');
    }
    const dollar = fields.find(([name]) => name.startsWith('$'));
    if (dollar) {
      throw new StoreError(52, `The dollar ($) prefixed field '${dollar[0]}' in '${dollar[0]}' is not allowed`);
    }
    return { kind: 'replace', document: Buffer.from(value.bytes.subarray(value.start, value.end)) };
  }
  const filters = parseArrayFilters(arrayFilters);
  const changes = fields.flatMap(([operator, operand]) => parseModifier(operator, operand));
  changes.sort((a, b) => compareParts(a.parts, b.parts));
  requireNoConflict(changes);
  requireFiltersUsed(changes, filters);
  return { kind: 'modify', changes, arrayFilters: filters };
}

function parseModifier(operator: string, operand: RawValue): PathChange[] {
  if (!operator.startsWith('$')) {
    throw new StoreError(9, `Unknown modifier: ${operator}. Expected a valid update modifier`);
  }
  if (operand.type !== T.object) {
    throw new StoreError(
      9,
      `Modifiers operate on fields but we found type ${typeName(operand.type)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ...}`,
    );
  }
  const fields = fieldsOf(operand);
  if (fields.length === 0) parseOperator(operator, '', operand);
  return fields.map(([path, value]) => {
    const parts = path.split('.');
    if (parts.includes('')) {
      throw new StoreError(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
    }
    for (const [at, part] of parts.entries()) requirePart(part, at, path);
    return { parts, change: parseOperator(operator, path, value) };
  });
}

function requirePart(part: string, at: number, path: string): void {
  if (!part.startsWith('$') || part === '$' || /^\$\[.*\]$/.test(part)) {
    if (at === 0 && part.startsWith('$')) {
      throw new StoreError(2, `Cannot have array filter or positional operator at the start of path '${path}'`);
    }
    return;
  }
  throw new StoreError(52, `The dollar ($) prefixed field '${part}' in '${path}' is not allowed in an update path.`);
}

/** By components; array positions by number. */
function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const left = a[at] ?? '';
    const right = b[at] ?? '';
    if (left === right) continue;
    const leftPosition = positionOf(left);
    const rightPosition = positionOf(right);
    if (leftPosition >= 0 && rightPosition >= 0) return leftPosition - rightPosition;
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return a.length - b.length;
}

function requireNoConflict(changes: readonly PathChange[]): void {
  const taken = new Map<string, string>();
  for (const { parts } of changes) {
    const path = parts.join('.');
    for (let length = 1; length <= parts.length; length++) {
      const prefix = parts.slice(0, length).join('.');
      const whole = taken.get(prefix);
      if (whole === prefix || (whole !== undefined && length === parts.length)) {
        throw new StoreError(40, `Updating the path '${path}' would create a conflict at '${prefix}'`);
      }
    }
    for (let length = 1; length <= parts.length; length++) {
      const prefix = parts.slice(0, length).join('.');
      if (length === parts.length || !taken.has(prefix)) taken.set(prefix, path);
    }
  }
}

function parseArrayFilters(value: RawValue | undefined): Map<string, Filter> {
  const filters = new Map<string, Filter>();
  if (!value) return filters;
  if (value.type !== T.array) throw new StoreError(14, 'arrayFilters has to be an array');
  for (const entry of elementsOf(value)) {
    const filter = parseFilter(entry);
    const names = new Set(topNames(asObject(Buffer.from(entry.bytes.subarray(entry.start, entry.end)))));
    const [name, ...more] = names;
    if (name === undefined)
      throw new StoreError(9, 'Cannot use an expression without a top-level field name in arrayFilters');
    if (more.length > 0) {
      throw new StoreError(
        9,
        `Error parsing array filter: Expected a single top-level field name, found '${name}' and '${more[0]}'`,
      );
    }
    if (!IDENTIFIER.test(name)) {
      throw new StoreError(
        2,
        `Error parsing array filter: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      );
    }
    if (filters.has(name)) {
      throw new StoreError(9, `Found multiple array filters with the same top-level field name ${name}`);
    }
    filters.set(name, filter);
  }
  return filters;
}

function topNames(filter: RawValue): string[] {
  return fieldsOf(filter).flatMap(([name, value]) => {
    if (!name.startsWith('$')) return [name.split('.')[0] ?? ''];
    return value.type === T.array ? elementsOf(value).flatMap(topNames) : [];
  });
}

function requireFiltersUsed(changes: readonly PathChange[], filters: ReadonlyMap<string, Filter>): void {
  const used = new Set(changes.flatMap(({ parts }) => parts.map(filterName)));
  for (const name of used) {
    if (name && !filters.has(name)) {
      throw new StoreError(2, `No array filter found for identifier '${name}' in path`);
    }
  }
  for (const name of filters.keys()) {
    if (!used.has(name))
      throw new StoreError(9, `The array filter for identifier '${name}' was not used in the update`);
  }
}

/** `name` of `$[name]`, empty for `$[]`, undefined for anything else. */
export function filterName(part: string): string | undefined {
  return part.startsWith('$[') && part.endsWith(']') ? part.slice(2, -1) : undefined;
}
