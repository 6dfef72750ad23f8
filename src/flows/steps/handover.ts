import { z } from 'zod';
import { HANDOVER_REASONS } from '../state.js';
import { refsIn, type StepKind, textKey } from '../step.js';

export const HandoverStep = z.strictObject({
  kind: z.literal('handover'),
  text: textKey,
  reason: z.enum(HANDOVER_REASONS),
});

/** Gives the conversation to a person. Whatever was being asked waits until they give it back. */
export const handover: StepKind<z.infer<typeof HandoverStep>> = {
  waits: false,
  enter: (step, ctx) => ({ type: 'end', effects: [ctx.reply(step.text), { type: 'handover', reason: step.reason }] }),
  refs: (step) => refsIn('text', { text: step.text }),
  saves: () => [],
};
