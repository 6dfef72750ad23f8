import type { Texts } from '../i18n.js';

const FREE_TEXT_LETTERS = 12;
/** From so many words on, a text that isn't the answer asked for is a story of its own. */
export const STORY_WORDS = 4;

/** Words of two letters or more. */
export function countWords(text: string): number {
  return text.match(/\p{L}{2,}/gu)?.length ?? 0;
}

/** Two words that aren't mere politeness, or one long one, say something; less is a slip, and so is a number. */
export function isFreeText(text: string, texts: Texts): boolean {
  const fillers = texts.spoken('fillers');
  const words = (text.match(/\p{L}{2,}/gu) ?? []).filter((word) => !fillers.has(word.toLowerCase()));
  return words.length >= 2 || (words[0]?.length ?? 0) >= FREE_TEXT_LETTERS;
}
