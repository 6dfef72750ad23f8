import { z } from 'zod';
import { guessAnswer } from '../answers/typed-answers.js';
import type { Guess } from '../state.js';
import { name, refsIn, type StepContext, type StepKind } from '../step.js';

export const SplitStep = z.strictObject({
  kind: z.literal('split'),
  /** The guess that names several matters; becomes the one of the first. */
  from: name,
  /** Where the guess of what is left is saved, for a report of its own. */
  rest: name,
  next: name,
});

/** Parts a report about several matters: the first goes on here, the others are kept for reports of their own. */
export const split: StepKind<z.infer<typeof SplitStep>> = {
  waits: false,

  enter(step, ctx) {
    const guess = guessAnswer(ctx.answers[step.from]);
    const [first, ...others] = guess?.matters ?? [];
    const [second] = others;
    if (!guess || first === undefined || second === undefined) return { type: 'goto', next: step.next };
    return {
      type: 'goto',
      next: step.next,
      set: { [step.from]: about(ctx, guess, first, []), [step.rest]: about(ctx, guess, second, others) },
    };
  },

  refs: (step) => refsIn('step', { next: step.next }),
  saves: (step) => [step.from, step.rest],
};

/** What was seen as restricted stays so in each part: it is the same text. */
function about(ctx: StepContext, guess: Guess, category: string, matters: readonly string[]): Guess {
  const { matters: _all, ...one } = guess;
  const restricted = guess.restricted || ctx.flows.isRestricted(category);
  return { ...one, category, restricted, by: 'complainant', ...(matters.length > 1 ? { matters } : {}) };
}
