import { z } from 'zod';
import type { Extraction } from '../../classification/types.js';
import { boundText, MAX_PLACE_BYTES } from '../answers/bound-text.js';
import { countWords } from '../answers/free-text.js';
import { holdsPhrase } from '../answers/holds-phrase.js';
import { beginsWith, isSpoken } from '../answers/match-option.js';
import { minedTime, sharedPlace } from '../answers/mine.js';
import { askedInPassing } from '../asked-in-passing.js';
import type { Texts } from '../i18n.js';
import type { Place } from '../state.js';
import { name, refsIn, type StepContext, type StepKind, textKey } from '../step.js';

export const LocateStep = z.strictObject({
  kind: z.literal('locate'),
  text: textKey,
  retry: textKey,
  save: name,
  minChars: z.number().int().min(1).default(3),
  /** Words for "there is none"; the text is saved in the place's stead. */
  skip: z.strictObject({ words: name, text: textKey }).optional(),
  next: name,
});

/** Asks where: a shared location, a map link, or the citizen's own words. */
export const locate: StepKind<z.infer<typeof LocateStep>> = {
  waits: true,
  takesText: true,
  takes: 'location',

  enter(step, ctx) {
    if (!ctx.asked && ctx.answers[step.save] !== undefined) return { type: 'goto', next: step.next };
    return { type: 'wait', effects: [ctx.reply(step.text, { expect: 'location' })] };
  },

  answer(step, ctx, message) {
    const { texts, locale } = ctx;
    if (message.location) {
      const place = sharedPlace(message.location, message.text, texts.format(locale, 'engine.shared_location'));
      return { type: 'goto', next: step.next, set: { [step.save]: place } };
    }
    if (step.skip && isSpoken(message.text, step.skip.words, texts)) {
      const nowhere: Place = { type: 'place', text: texts.format(locale, step.skip.text) };
      return { type: 'goto', next: step.next, set: { [step.save]: nowhere } };
    }
    const isTooShort = (message.text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) < step.minChars;
    if (isTooShort || isSpoken(message.text, 'no_answer', texts)) return { type: 'missed', text: step.retry };
    const found = ctx.extract(message.text);
    if (!found.place && isVague(message.text, texts)) return { type: 'missed', text: step.retry };
    if (!found.place && tellsMore(message.text, found, ctx)) return { type: 'free_text', text: step.retry };
    const { latitude, longitude } = found.place ?? {};
    const spot = latitude === undefined || longitude === undefined ? {} : { latitude, longitude };
    // the whole answer is kept, but for the time at its end: what was read out of it may be half of what was meant
    const text = withoutEnd(message.text, found.time?.text);
    const place: Place = { type: 'place', text: boundText(text, MAX_PLACE_BYTES), ...spot };
    const asked = askedInPassing(message.text, ctx.asides, ctx.answers, texts);
    return { type: 'goto', next: step.next, set: { [step.save]: place, ...minedTime(ctx, found), ...asked } };
  },

  refs: (step) => [
    ...refsIn('text', { text: step.text, retry: step.retry }),
    ...refsIn('text', { text: step.skip?.text }, ['skip']),
    ...refsIn('words', { words: step.skip?.words }, ['skip']),
    ...refsIn('step', { next: step.next }),
  ],
  saves: (step) => [step.save],
};

/** A question, a bare time, "udah lapor RT ga ditanggepin": more of the report, and no place in it. */
function tellsMore(text: string, { time }: Extraction, { texts }: StepContext): boolean {
  if (text.includes('?') || (time && time.text.length >= text.length * MOST)) return true;
  if (isSpoken(text, 'tells_no_place', texts)) return true;
  if (countWords(text) < WORDS_OF_A_CLAUSE) return false;
  return beginsWith(text, 'tells_more', texts) || beginsWith(text, 'tells_no_place', texts);
}

/** "depan rumah saya", "ga tau nama jalannya": nobody else would find it. */
function isVague(text: string, texts: Texts): boolean {
  return countWords(text) <= MAX_VAGUE_WORDS && holdsPhrase(text, texts.spoken('vague_places'));
}

const MAX_VAGUE_WORDS = 5;
const MOST = 0.6;
const WORDS_OF_A_CLAUSE = 3;

function withoutEnd(text: string, end: string | undefined): string {
  if (end === undefined || !text.toLowerCase().endsWith(end.toLowerCase())) return text;
  return text.slice(0, -end.length).replace(/[\s,.;]+$/, '') || text;
}
