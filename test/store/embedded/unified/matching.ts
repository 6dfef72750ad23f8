import { EJSON } from 'bson';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !('_bsontype' in value) &&
  !(value instanceof Date);

/**
 * Whether a result is what a unified test expects, by the unified test format's rules: numbers by value, root documents
 * may have more keys, special operators `$$exists`, `$$type`, `$$unsetOrMatches`, `$$matchesEntity`.
 *
 * @returns undefined if it matches, else where it does not
 */
export function mismatch(expected: unknown, actual: unknown, path = 'result', isRoot = true): string | undefined {
  if (isObject(expected)) {
    const [operator] = Object.keys(expected);
    if (operator?.startsWith('$$')) return special(operator, expected[operator], actual, path);
    if (!isObject(actual)) return `${path}: expected a document, got ${show(actual)}`;
    for (const [key, value] of Object.entries(expected)) {
      const found = mismatch(value, actual[key], `${path}.${key}`, false);
      if (found) return found;
    }
    const extra = isRoot ? undefined : Object.keys(actual).find((key) => !(key in expected));
    return extra === undefined ? undefined : `${path}: unexpected key ${extra}`;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) {
      return `${path}: expected ${expected.length} items, got ${show(actual)}`;
    }
    for (const [index, item] of expected.entries()) {
      const found = mismatch(item, actual[index], `${path}[${index}]`, isRoot && isObject(item));
      if (found) return found;
    }
    return undefined;
  }
  if (typeof expected === 'number' || typeof actual === 'number') {
    return Number(expected) === Number(actual) ? undefined : `${path}: expected ${show(expected)}, got ${show(actual)}`;
  }
  return show(expected) === show(actual) ? undefined : `${path}: expected ${show(expected)}, got ${show(actual)}`;
}

function special(operator: string, operand: unknown, actual: unknown, path: string): string | undefined {
  switch (operator) {
    case '$$exists':
      return (actual !== undefined) === operand ? undefined : `${path}: presence is not ${String(operand)}`;
    case '$$unsetOrMatches':
      return actual === undefined || actual === null ? undefined : mismatch(operand, actual, path);
    case '$$type':
      return actual === undefined ? `${path}: nothing of type ${show(operand)}` : undefined;
    default:
      return `${path}: operator ${operator} is not known to this runner`;
  }
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : EJSON.stringify(value, { relaxed: true });
}
