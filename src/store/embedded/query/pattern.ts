import { byteAt, type RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { StoreError } from '../errors.js';
import type { Pattern } from './filter.js';

const MAX_PATTERN_CHARS = 1000;
const SPECIAL = new Set('\\^$.|?*+()[]{}/-');

/**
 * Reads a regular expression of the subset: anchored at the start, then literal characters, escaped punctuation,
 * `.`, `[...]`, single-atom quantifiers of which one may be unbounded, and `$` at the end; options `i` and `s`.
 * No groups or alternatives, so matching takes linear time and PCRE and JavaScript agree.
 *
 * @throws {StoreError} 51091 for anything else
 */
function parsePattern(source: string, options: string, value: RawValue | undefined): Pattern {
  if (source.length > MAX_PATTERN_CHARS) throw refusal(`longer than ${MAX_PATTERN_CHARS} characters`);
  for (const option of options) if (option !== 'i' && option !== 's') throw refusal(`option "${option}"`);
  if (!source.startsWith('^')) throw refusal('not anchored with ^');
  let prefix = '';
  let literal = true;
  let unbounded = 0;
  let position = 1;
  while (position < source.length) {
    const atom = readAtom(source, position);
    position += atom.length;
    if (atom.kind === 'end') break;
    const quantifier = /^(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})/.exec(source.slice(position))?.[0] ?? '';
    position += quantifier.length;
    if (quantifier && /^[*+]|,\}$/.test(quantifier)) unbounded++;
    if (unbounded > 1) throw refusal('more than one unbounded quantifier');
    if (literal && atom.kind === 'character' && !quantifier) prefix += atom.text;
    else literal = false;
  }
  const ignoresCase = options.includes('i');
  try {
    return { regex: new RegExp(source, `u${options}`), value, prefix: ignoresCase ? '' : prefix };
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
}

interface Atom {
  readonly kind: 'character' | 'class' | 'end';
  readonly text: string;
  readonly length: number;
}

function readAtom(source: string, position: number): Atom {
  const point = source.codePointAt(position) ?? 0;
  const text = String.fromCodePoint(point);
  if (text === '$') {
    if (position + 1 !== source.length) throw refusal('$ before the end');
    return { kind: 'end', text, length: 1 };
  }
  if (text === '.') return { kind: 'class', text, length: 1 };
  if (text === '[') {
    const length = /^\[\^?(?:\\.|[^\\\]])+\]/u.exec(source.slice(position))?.[0].length;
    if (!length) throw refusal('character class without end');
    return { kind: 'class', text, length };
  }
  if (text === '\\') {
    const next = source[position + 1] ?? '';
    if (SPECIAL.has(next)) return { kind: 'character', text: next, length: 2 };
    if (/[dDwWsS]/.test(next)) return { kind: 'class', text: next, length: 2 };
    throw refusal(`escape "\\${next}"`);
  }
  if (SPECIAL.has(text) && text !== '-' && text !== '/') throw refusal(`"${text}"`);
  return { kind: 'character', text, length: text.length };
}

function refusal(what: string): StoreError {
  return new StoreError(51091, `Regular expression is invalid or outside the embedded store's subset: ${what}`);
}

/** A BSON regex value or, from `$regex`, a string with options beside it. */
export function patternOf(value: RawValue, options: string | undefined): Pattern {
  if (value.type === T.string) return parsePattern(textOf(value), options ?? '', undefined);
  if (value.type !== T.regex) throw new StoreError(2, '$regex has to be a string');
  let middle = value.start;
  while (byteAt(value.bytes, middle) !== 0) middle++;
  const source = value.bytes.toString('utf8', value.start, middle);
  const own = value.bytes.toString('utf8', middle + 1, value.end - 1);
  if (options && own) throw new StoreError(51075, 'options set in both $regex and $options');
  return parsePattern(source, options ?? own, value);
}
