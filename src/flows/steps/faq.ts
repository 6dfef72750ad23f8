import { z } from 'zod';
import { textAnswer } from '../answers/typed-answers.js';
import { name, refsIn, type StepKind } from '../step.js';

export const FaqStep = z.strictObject({
  kind: z.literal('faq'),
  /** The answer that holds the question. */
  from: name,
  save: name,
  /** 0..1: how alike the question and a stored one must be; the least that makes an answer when left out. */
  likeness: z.number().min(0).max(1).default(0),
  found: name,
  missing: name,
});

/** Looks for an answer to a question in flows/faq.yaml and saves it in the citizen's language. Says nothing. */
export const faq: StepKind<z.infer<typeof FaqStep>> = {
  waits: false,

  enter(step, ctx) {
    const found = ctx.findAnswer(textAnswer(ctx.answers[step.from]));
    if (!found || found.likeness < step.likeness) return { type: 'goto', next: step.missing };
    return { type: 'goto', next: step.found, set: { [step.save]: found.answer[ctx.locale] ?? found.answer.id } };
  },

  refs: (step) => refsIn('step', { found: step.found, missing: step.missing }),
  saves: (step) => [step.save],
};
