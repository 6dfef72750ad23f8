import type { Texts } from '../i18n.js';
import { findCaseReference } from './case-reference.js';
import { foldWords } from './holds-phrase.js';
import { createMatcher, type OptionMatcher } from './match-option.js';

const MAX_LINES = 5;
const MIN_WORD_CHARS = 4;

/**
 * The case of a list's line that is meant by its place ("2", "yang kedua") or by words in it ("yang lampu").
 *
 * @param list a case a line, its number in it
 * @returns undefined when none is meant, or more than one
 */
export function pickedLine(list: string, text: string, texts: Texts): string | undefined {
  if (list === '') return undefined;
  const lines = list.split('\n');
  const place = placesOf(texts).exact(text);
  const line = place === undefined ? only(lines, text, texts) : lines[Number(place)];
  return line === undefined ? undefined : findCaseReference(line)?.number;
}

/** The only line that holds one of the words which say something. */
function only(lines: readonly string[], text: string, texts: Texts): string | undefined {
  const fillers = texts.spoken('fillers');
  const words = foldWords(text)
    .split(' ')
    .filter((word) => word.length >= MIN_WORD_CHARS && !fillers.has(word));
  const held = lines.filter((line) => {
    const padded = ` ${foldWords(line)} `;
    return words.some((word) => padded.includes(` ${word} `));
  });
  return held.length === 1 ? held[0] : undefined;
}

const matchers = new WeakMap<Texts, OptionMatcher>();

function placesOf(texts: Texts): OptionMatcher {
  const known = matchers.get(texts);
  if (known) return known;
  const places = Array.from({ length: MAX_LINES }, (_, index) => ({ id: String(index), words: new Set<string>() }));
  const made = createMatcher(places, texts);
  matchers.set(texts, made);
  return made;
}
