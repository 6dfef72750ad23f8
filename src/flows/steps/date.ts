import { z } from 'zod';
import type { Classification } from '../../classification/types.js';
import { boundText, MAX_TIME_BYTES } from '../answers/bound-text.js';
import { beginsWith, createMatcher, isSpoken } from '../answers/match-option.js';
import { minedPlace } from '../answers/mine.js';
import { normalise } from '../answers/normalise.js';
import type { Moment } from '../state.js';
import { name, type Outcome, type Ref, refsIn, type StepContext, type StepKind, textKey } from '../step.js';

export const DateStep = z.strictObject({
  kind: z.literal('date'),
  text: textKey,
  retry: textKey,
  save: name,
  /** One-tap answers. `says` is what they mean, in words the reader of dates knows. */
  quick: z
    .array(z.strictObject({ id: name, label: textKey, words: name.optional(), says: z.string().optional() }))
    .min(1)
    .max(5),
  next: name,
});

type DateStepType = z.infer<typeof DateStep>;

/** More words than this that hold no time are more of the story, not an answer to "when". */
const MAX_WORDS_WITHOUT_TIME = 4;
/** Of a longer answer only the time in it is kept. */
const MAX_WORDS = 8;

/** Asks when, and takes any words for an answer; the day is read from them where it can be. */
export const date: StepKind<DateStepType> = {
  waits: true,
  takesText: true,

  enter(step, ctx) {
    if (!ctx.asked && ctx.answers[step.save] !== undefined) return { type: 'goto', next: step.next };
    const options = step.quick.map(({ id, label }) => ({ id, label: ctx.texts.format(ctx.locale, label) }));
    return { type: 'wait', effects: [ctx.reply(step.text, { expect: 'choice', options })] };
  },

  answer(step, ctx, message) {
    const quick = step.quick.find(
      (each) => each.id === (message.choice?.option ?? matcherOf(step, ctx).exact(message.text)),
    );
    if (quick) {
      const text = ctx.texts.format(ctx.locale, quick.label);
      return saved(step, text, quick.says === undefined ? undefined : ctx.extract(quick.says).time?.fromOn);
    }
    const found = ctx.extract(message.text);
    const words = message.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
    const isEmpty = words === 0 || message.text.length < 2 || isSpoken(message.text, 'no_answer', ctx.texts);
    if (!found.time && isEmpty) return { type: 'missed', text: step.retry };
    // a place, a story, "iya sudah telepon" or "pohonnya sudah roboh" is more of the report and no answer to "when"
    const isMore = found.place || words > MAX_WORDS_WITHOUT_TIME || isOfSomethingElse(message.text, ctx);
    if (!found.time && isMore) return { type: 'free_text', text: step.retry };
    const outcome = saved(
      step,
      words > MAX_WORDS ? (found.time?.text ?? message.text) : message.text,
      found.time?.fromOn,
    );
    return { ...outcome, set: { ...outcome.set, ...minedPlace(ctx, found) } };
  },

  claims: (step, ctx, text, how) => matcherOf(step, ctx)[how](text) !== undefined,

  refs: (step) => [
    ...refsIn('text', { text: step.text, retry: step.retry }),
    ...step.quick.flatMap((quick, index): Ref[] => [
      ...refsIn('text', { label: quick.label }, ['quick', index]),
      ...refsIn('words', { words: quick.words }, ['quick', index]),
    ]),
    ...refsIn('step', { next: step.next }),
  ],
  saves: (step) => [step.save],
};

/** True when it asks, begins like an answer to another question, or tells of the matter and of no time ("pas hujan"). */
function isOfSomethingElse(text: string, { texts, classify }: StepContext): boolean {
  if (text.includes('?') || beginsWith(text, 'tells_more', texts)) return true;
  const [first = '', more] = normalise(text).split(' ');
  if (more === undefined) return false;
  return isSpoken(first, 'no_answer', texts) || (!isSpoken(first, 'time_openers', texts) && isOfMatter(classify(text)));
}

function isOfMatter({ candidates: [best], evidence }: Classification): boolean {
  return evidence.length > 0 && (best?.confidence ?? 0) >= TELLING;
}

const TELLING = 0.4;

function saved(step: DateStepType, text: string, fromOn: string | undefined): Outcome {
  const moment: Moment = { type: 'moment', text: boundText(text, MAX_TIME_BYTES), ...(fromOn ? { fromOn } : {}) };
  return { type: 'goto', next: step.next, set: { [step.save]: moment } };
}

const matchers = new WeakMap<DateStepType, ReturnType<typeof createMatcher>>();

function matcherOf(step: DateStepType, { texts }: StepContext) {
  const known = matchers.get(step);
  if (known) return known;
  const options = step.quick.map((quick) => ({
    id: quick.id,
    words: new Set([
      ...texts.locales.map((locale) => normalise(texts.format(locale, quick.label))),
      ...(quick.words ? texts.spoken(quick.words) : []),
    ]),
  }));
  const matcher = createMatcher(options, texts);
  matchers.set(step, matcher);
  return matcher;
}
