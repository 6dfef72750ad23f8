import type { Texts } from '../i18n.js';
import { foldWords, phrasesIn } from './holds-phrase.js';

/** With more words than these beside the anger, a message has something else to say. */
const MAX_OTHER_WORDS = 3;

/** How somebody sounds, with the words that said so. */
export interface Mood {
  readonly tone: 'calm' | 'upset' | 'angry';
  readonly words: readonly string[];
}

/** Reads the tone of a text off the lists `mood_angry` and `mood_refusal` in locales/; whole words only. */
export function moodOf(text: string, texts: Texts): Mood {
  const angry = new Set(phrasesIn(text, texts.spoken('mood_angry')));
  const refusal = new Set(phrasesIn(text, texts.spoken('mood_refusal')));
  if (angry.size > 0) return { tone: 'angry', words: [...angry, ...refusal] };
  return refusal.size > 0 ? { tone: 'upset', words: [...refusal] } : CALM;
}

const CALM: Mood = { tone: 'calm', words: [] };

/** True when a message is hardly more than anger, or a refusal to go on: what it asks for is a person. */
export function wantsOut(text: string, texts: Texts): boolean {
  const { words } = moodOf(text, texts);
  if (words.length === 0) return false;
  const rest = words.reduce((left, word) => left.replace(` ${word} `, ' '), ` ${foldWords(text)} `);
  return rest.split(' ').filter(Boolean).length <= MAX_OTHER_WORDS;
}
