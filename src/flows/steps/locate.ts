import { z } from 'zod';
import { boundText, MAX_PLACE_BYTES } from '../answers/bound-text.js';
import { isSpoken } from '../answers/match-option.js';
import { minedTime, sharedPlace } from '../answers/mine.js';
import type { Place } from '../state.js';
import { name, refsIn, type StepKind, textKey } from '../step.js';

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
    const { latitude, longitude } = found.place ?? {};
    const spot = latitude === undefined || longitude === undefined ? {} : { latitude, longitude };
    // the whole answer is kept, but for the time at its end: what was read out of it may be half of what was meant
    const text = withoutEnd(message.text, found.time?.text);
    const place: Place = { type: 'place', text: boundText(text, MAX_PLACE_BYTES), ...spot };
    return { type: 'goto', next: step.next, set: { [step.save]: place, ...minedTime(ctx, found) } };
  },

  refs: (step) => [
    ...refsIn('text', { text: step.text, retry: step.retry }),
    ...refsIn('text', { text: step.skip?.text }, ['skip']),
    ...refsIn('words', { words: step.skip?.words }, ['skip']),
    ...refsIn('step', { next: step.next }),
  ],
  saves: (step) => [step.save],
};

function withoutEnd(text: string, end: string | undefined): string {
  if (end === undefined || !text.toLowerCase().endsWith(end.toLowerCase())) return text;
  return text.slice(0, -end.length).replace(/[\s,.;]+$/, '') || text;
}
