import { z } from 'zod';
import type { Attachment } from '../../messages/message.js';
import { answerAt } from '../answers/typed-answers.js';
import { DO_NAMES, READ_NAMES } from '../state.js';
import { answerPath, name, refsIn, type StepKind } from '../step.js';

export const CallStep = z
  .strictObject({
    kind: z.literal('call'),
    /** Look this up, save what it gives, go to `next`; to `missing` when there is nothing. */
    read: z.enum(READ_NAMES).optional(),
    /** What the look-up is given: its name -> answer here. */
    args: z.record(name, answerPath).optional(),
    /** What it is given besides, always the same. */
    with: z.record(name, z.union([z.string(), z.number()])).optional(),
    missing: name.optional(),
    /** Names of the answers that `read` gives, for texts and branches. */
    gives: z.array(name).optional(),
    /** Have this done once the turn is durable, with all answers. */
    do: z.enum(DO_NAMES).optional(),
    next: name,
  })
  .refine((step) => (step.read === undefined) !== (step.do === undefined), { message: 'needs either read or do' })
  .refine((step) => step.read === undefined || step.missing !== undefined, {
    message: 'a read needs missing: where to go when nothing is found',
    path: ['missing'],
  });

/** Asks the service for something: a look-up before anything is shown, or an effect after the turn is kept. */
export const call: StepKind<z.infer<typeof CallStep>> = {
  waits: false,

  enter(step, ctx) {
    if (step.do !== undefined)
      return { type: 'goto', next: step.next, effects: [{ type: 'do', name: step.do, args: ctx.answers }] };
    if (step.read === undefined) return { type: 'goto', next: step.next };
    const entries = Object.entries(step.args ?? {}).map(
      ([arg, from]) => [arg, asParam(answerAt(ctx.answers, from))] as const,
    );
    const given = Object.fromEntries(entries.filter((entry): entry is [string, string | number] => isParam(entry[1])));
    const args = { ...step.with, ...given };
    return { type: 'wait', effects: [{ type: 'read', name: step.read, args }] };
  },

  read(step, _ctx, value) {
    if (!value.found) return { type: 'goto', next: step.missing ?? step.next };
    // only what the flow names: an answer of the same name that it asks for must not count as known
    const named = Object.entries(value.answers).filter(([answer]) => step.gives?.includes(answer));
    return { type: 'goto', next: step.next, set: Object.fromEntries(named) };
  },

  refs: (step) => refsIn('step', { next: step.next, missing: step.missing }),
  saves: (step) => step.gives ?? [],
};

/** Of attachments a look-up is given the hashes that are known by now. */
function asParam(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const hashes = (value as readonly Attachment[]).flatMap(({ sha256 }) => sha256 ?? []);
  return hashes.length === 0 ? undefined : hashes.join(' ');
}

function isParam(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
