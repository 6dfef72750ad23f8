import { toNumber } from '../bson/number.js';
import { isNumber, type RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';

/** How the server reads a flag that needn't be a boolean. */
export function isTruthy(value: RawValue): boolean {
  if (isNumber(value.type)) return toNumber(value) !== 0;
  if (value.type === T.bool) return value.bytes[value.start] === 1;
  return value.type !== T.null && value.type !== T.undefined;
}
