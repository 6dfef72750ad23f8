import { z } from 'zod';
import { name, refsIn, type StepKind, textKey } from '../step.js';

export const SayStep = z.strictObject({ kind: z.literal('say'), text: textKey, next: name });

/** Says something and goes on. */
export const say: StepKind<z.infer<typeof SayStep>> = {
  waits: false,
  enter: (step, ctx) => ({ type: 'goto', next: step.next, effects: [ctx.reply(step.text)] }),
  refs: (step) => [...refsIn('text', { text: step.text }), ...refsIn('step', { next: step.next })],
  saves: () => [],
};
