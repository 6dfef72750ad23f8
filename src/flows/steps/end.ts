import { z } from 'zod';
import { textAnswer } from '../answers/typed-answers.js';
import type { Answers } from '../state.js';
import { name, refsIn, type StepKind, textKey } from '../step.js';

export const EndStep = z.strictObject({
  kind: z.literal('end'),
  text: textKey.optional(),
  /** The answer that holds the number of the case whose receipt is handed over with the text. */
  receipt: name.optional(),
  /** Starts this flow next; `carry` gives it answers: its name -> name here. */
  flow: name.optional(),
  carry: z.record(name, name).optional(),
  /** Drops everything that was waiting, drafts included. */
  clear: z.boolean().default(false),
  /** Goes on beneath with the words that the answer `to` holds in the place of those that `from` holds. */
  swap: z.strictObject({ from: name, to: name }).optional(),
  /** Counts as a misunderstanding; two in a row offer a person. */
  misunderstood: z.boolean().default(false),
});

/** Put into texts where the receipt code belongs; the code itself is filled in when the bubble is shown, never kept. */
export const RECEIPT_PLACEHOLDER = '{{receipt}}';

/** Ends the flow; what was asked before it is asked again. */
export const end: StepKind<z.infer<typeof EndStep>> = {
  waits: false,

  enter(step, ctx) {
    const receiptFor = step.receipt === undefined ? '' : textAnswer(ctx.answers[step.receipt]);
    const reply =
      step.text === undefined
        ? []
        : [ctx.reply(step.text, { expect: 'nothing', ...(receiptFor ? { receiptFor } : {}) })];
    const entries = Object.entries(step.carry ?? {}).map(([to, from]) => [to, ctx.answers[from]]);
    const answers = Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Answers;
    return {
      type: 'end',
      effects: reply,
      clear: step.clear,
      missed: step.misunderstood,
      ...(step.swap === undefined
        ? {}
        : { swap: { was: textAnswer(ctx.answers[step.swap.from]), now: textAnswer(ctx.answers[step.swap.to]) } }),
      ...(step.flow === undefined ? {} : { start: { flow: step.flow, answers } }),
    };
  },

  refs: (step) => [...refsIn('text', { text: step.text }), ...refsIn('flow', { flow: step.flow })],
  saves: () => [],
};
