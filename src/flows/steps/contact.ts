import { z } from 'zod';
import { readContact } from '../answers/contact-detail.js';
import { countWords, STORY_WORDS } from '../answers/free-text.js';
import { isSpoken } from '../answers/match-option.js';
import { name, refsIn, type StepKind, textKey } from '../step.js';

export const ContactStep = z.strictObject({
  kind: z.literal('contact'),
  text: textKey,
  retry: textKey,
  save: name,
  /** Words for "rather not"; nothing is saved then. */
  skip: name,
  next: name,
});

/** Asks for a telephone number or an e-mail address, which may always be withheld. */
export const contact: StepKind<z.infer<typeof ContactStep>> = {
  waits: true,

  enter(step, ctx) {
    if (!ctx.asked && ctx.answers[step.save] !== undefined) return { type: 'goto', next: step.next };
    return { type: 'wait', effects: [ctx.reply(step.text, { expect: 'text' })] };
  },

  answer(step, ctx, message) {
    const detail = readContact(message.text);
    if (detail) return { type: 'goto', next: step.next, set: { [step.save]: detail } };
    if (isSpoken(message.text, step.skip, ctx.texts)) return { type: 'goto', next: step.next, forget: [step.save] };
    return countWords(message.text) >= STORY_WORDS
      ? { type: 'free_text', text: step.retry }
      : { type: 'missed', text: step.retry };
  },

  refs: (step) => [
    ...refsIn('text', { text: step.text, retry: step.retry }),
    ...refsIn('words', { skip: step.skip }),
    ...refsIn('step', { next: step.next }),
  ],
  saves: (step) => [step.save],
};
