import type { Texts } from '../i18n.js';
import { foldWords } from './holds-phrase.js';

/** With more words than these beside the anger, a message has something else to say. */
const MAX_OTHER_WORDS = 3;

/** How somebody sounds, with the words that said so. */
export interface Mood {
  readonly tone: 'calm' | 'upset' | 'angry';
  readonly words: readonly string[];
}

/** Reads the tone of a text off the lists `mood_angry` and `mood_refusal` in locales/; whole words only. */
export function moodOf(text: string, texts: Texts): Mood {
  const { anger, refusals, firstWords } = listsOf(texts);
  const folded = foldWords(text);
  // nearly every message: none of them can be in it
  if (!folded.split(' ').some((word) => firstWords.has(word))) return CALM;
  const padded = ` ${folded} `;
  const angry = anger.filter((word) => padded.includes(` ${word} `));
  const refusal = refusals.filter((word) => padded.includes(` ${word} `));
  if (angry.length > 0) return { tone: 'angry', words: [...angry, ...refusal] };
  return refusal.length > 0 ? { tone: 'upset', words: refusal } : CALM;
}

const CALM: Mood = { tone: 'calm', words: [] };

/** True when a message is hardly more than anger, or a refusal to go on: what it asks for is a person. */
export function wantsOut(text: string, texts: Texts): boolean {
  const { words } = moodOf(text, texts);
  if (words.length === 0) return false;
  const rest = words.reduce((left, word) => left.replace(` ${word} `, ' '), ` ${foldWords(text)} `);
  return rest.split(' ').filter(Boolean).length <= MAX_OTHER_WORDS;
}

interface Lists {
  readonly anger: readonly string[];
  readonly refusals: readonly string[];
  readonly firstWords: ReadonlySet<string>;
}

/** Every message is read for them, so they are laid out once. */
const lists = new WeakMap<Texts, Lists>();

function listsOf(texts: Texts): Lists {
  const known = lists.get(texts);
  if (known) return known;
  const [anger, refusals] = [[...texts.spoken('mood_angry')], [...texts.spoken('mood_refusal')]];
  const firstWords = new Set([...anger, ...refusals].map((phrase) => phrase.split(' ')[0] ?? phrase));
  const made = { anger, refusals, firstWords };
  lists.set(texts, made);
  return made;
}
