/** What each value of a payload is turned into; a hostile or broken sender would. */
const FLIPS: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  1.5,
  'x',
  '',
  true,
  [],
  {},
  [null],
  { __proto__: null, a: 1 },
];

/** Every form of `value` in which exactly one field or element is gone or of another type. */
export function* mutationsOf(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key];
    for (const flip of FLIPS) yield changed(value, key, flip);
    for (const mutated of mutationsOf(inner)) yield changed(value, key, mutated);
  }
}

function changed(value: object, key: string, to: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? to : item));
  if (to === undefined) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  return { ...value, [key]: to };
}

/** Every form of `value` in which exactly one field or element is gone. */
export function* removalsOf(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key];
    yield Array.isArray(value) ? value.filter((_, index) => String(index) !== key) : changed(value, key, undefined);
    for (const without of removalsOf(inner)) yield changed(value, key, without);
  }
}
