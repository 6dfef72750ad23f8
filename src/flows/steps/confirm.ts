import { z } from 'zod';
import { createMatcher, type OptionMatcher } from '../answers/match-option.js';
import { normalise } from '../answers/normalise.js';
import { name, refsIn, type StepContext, type StepKind, textKey } from '../step.js';

export const ConfirmStep = z.strictObject({
  kind: z.literal('confirm'),
  text: textKey,
  retry: textKey.default('engine.retry_confirm'),
  yes: name,
  no: name,
});

/** A question that yes or no answers, in any of the ways people say so. */
export const confirm: StepKind<z.infer<typeof ConfirmStep>> = {
  waits: true,

  enter(step, ctx) {
    const options = YES_NO.map(({ id, label }) => ({ id, label: ctx.texts.format(ctx.locale, label) }));
    return { type: 'wait', effects: [ctx.reply(step.text, { expect: 'choice', options })] };
  },

  answer(step, ctx, message) {
    const matcher = matcherOf(ctx);
    const id = message.choice?.option ?? matcher.exact(message.text) ?? matcher.close(message.text);
    if (id === 'yes' || id === 'no') return { type: 'goto', next: step[id] };
    return { type: 'free_text', text: step.retry };
  },

  claims: (_step, ctx, text, how) => matcherOf(ctx)[how](text) !== undefined,

  refs: (step) => [
    ...refsIn('text', { text: step.text, retry: step.retry, yes: 'option.yes', no: 'option.no' }),
    ...refsIn('words', { yes: 'yes', no: 'no' }),
    ...refsIn('step', { yes: step.yes, no: step.no }),
  ],
  saves: () => [],
};

const YES_NO = [
  { id: 'yes', label: 'option.yes', words: 'yes' },
  { id: 'no', label: 'option.no', words: 'no' },
] as const;

const matchers = new WeakMap<StepContext['texts'], OptionMatcher>();

function matcherOf({ texts }: StepContext): OptionMatcher {
  const known = matchers.get(texts);
  if (known) return known;
  const options = YES_NO.map(({ id, label, words }) => ({
    id,
    words: new Set([...texts.locales.map((locale) => normalise(texts.format(locale, label))), ...texts.spoken(words)]),
  }));
  const matcher = createMatcher(options, texts);
  matchers.set(texts, matcher);
  return matcher;
}
