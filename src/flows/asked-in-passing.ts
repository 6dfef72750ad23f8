import { holdsPhrase } from './answers/holds-phrase.js';
import type { Texts } from './i18n.js';
import type { Aside } from './schema.js';
import type { Answers } from './state.js';

/** What a story asks for in passing ("tolong rahasiakan nama saya"), unless it was settled already. */
export function askedInPassing(text: string, asides: readonly Aside[], answers: Answers, texts: Texts): Answers {
  const asked = asides.filter(({ set, phrases }) => {
    const isOpen = Object.keys(set).every((name) => answers[name] === undefined);
    return phrases !== undefined && isOpen && holdsPhrase(text, texts.spoken(phrases));
  });
  return Object.assign({}, ...asked.map(({ set }) => set));
}
