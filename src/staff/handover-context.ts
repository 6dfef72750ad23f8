import type { Tip } from '../conversations/tips.js';
import { moodOf } from '../flows/answers/mood.js';
import type { Flows } from '../flows/flow.js';
import type { Texts } from '../flows/i18n.js';
import { paramsFor } from '../flows/params.js';
import type { Answers, Guess, Locale } from '../flows/state.js';
import type { HandoverContext } from './api/conversation.js';
import type { ConsoleLabels } from './console-labels.js';

/** In this order. How the complainant wants to be reached is not among them: that is revealed or not at all. */
const SHOWN = ['description', 'guess', 'place', 'time', 'evidence', 'anonim', 'rahasia', 'number'] as const;

/** What the bot knows of a chat when staff arrive, in the language of whoever of staff reads it. Pure. */
export function handoverContextOf(
  tip: Pick<Tip, 'after' | 'answers'>,
  newestWords: string,
  locale: Locale,
  { texts, flows, labels }: { readonly texts: Texts; readonly flows: Flows; readonly labels: ConsoleLabels },
): HandoverContext {
  const { after, answers } = tip;
  const top = after.stack.at(-1);
  const mood = moodOf(newestWords, texts);
  const guess = answers.map(guessIn).find((each) => each !== undefined);
  return {
    ...(after.handover ? { reason: after.handover.reason } : {}),
    locale: after.locale,
    mood: { tone: mood.tone, words: [...mood.words] },
    answers: answers.flatMap((each) => shownAnswers(each, locale, labels, flows)),
    ...(guess ? { guess: { category: guess.category, confidence: guess.confidence, words: [...guess.evidence] } } : {}),
    ...(top ? { step: `${top.flow}.${top.step}` } : {}),
  };
}

function shownAnswers(
  answers: Answers,
  locale: Locale,
  labels: ConsoleLabels,
  flows: Flows,
): HandoverContext['answers'] {
  const params = paramsFor(SHOWN, answers, locale, flows);
  return SHOWN.flatMap((name) => {
    const value = params[name];
    if (value === undefined || value === '') return [];
    const isYesNo = value === 'true' || value === 'false';
    return [
      {
        label: labels.of(name, locale),
        value: isYesNo ? labels.of(value === 'true' ? 'yes' : 'no', locale) : String(value),
      },
    ];
  });
}

function guessIn(answers: Answers): Guess | undefined {
  const guess = answers['guess'];
  return typeof guess === 'object' && 'type' in guess && guess.type === 'guess' ? guess : undefined;
}
