import { countWords } from './answers/free-text.js';
import { note, type RunningTurn } from './running-turn.js';
import type { Locale } from './state.js';
import type { Message } from './step.js';

/** Fewer words tell too little: "ok", a name, "jl mawar 3". */
const MIN_WORDS = 3;
/** So sure, one of 5,000 Indonesian reports was taken for another language. */
const SURE = 0.75;

/**
 * Speaks to people in the language they write from their first message on that shows it, and tells how to change it.
 * What was settled so, or chosen, stays.
 */
export function settleLocale(turn: RunningTurn, { text, choice }: Message): void {
  const { guessLanguage, texts } = turn.deps;
  if (!guessLanguage || turn.isLocaleSettled || choice || countWords(text) < MIN_WORDS) return;
  // names of roads and villages are Javanese or Sundanese, whoever writes them
  const told = withoutPlace(text, turn.extract(text).place?.text);
  if (countWords(told) < MIN_WORDS) return;
  const { language, confidence } = guessLanguage(told);
  const heard = texts.locales.find((locale: Locale) => locale === language);
  if (heard === undefined || confidence < SURE) return;
  turn.isLocaleSettled = true;
  if (heard === turn.locale) return;
  turn.locale = heard;
  note(turn, 'language.heard');
}

function withoutPlace(text: string, place: string | undefined): string {
  return place === undefined ? text : text.replace(place, ' ');
}
