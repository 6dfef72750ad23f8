import { z } from 'zod';
import type { Place } from '../state.js';
import { name, refsIn, type StepContext, type StepKind } from '../step.js';

export const RegionStep = z.strictObject({
  kind: z.literal('region'),
  /** The place in which a region may be named. */
  from: name,
  /** Where its name is saved; its number goes into `<save>_code`. */
  save: name,
  next: name,
  /** Where to go when the spelling was mended or several have that name. */
  unsure: name,
});

/** Finds the district or village of the tenant that a place names. Says nothing; asks about one place once. */
export const region: StepKind<z.infer<typeof RegionStep>> = {
  waits: false,

  enter(step, ctx) {
    const place = placeText(ctx, step.from);
    const lookedAt = `${step.save}_of`;
    if (place === '' || ctx.answers[lookedAt] === place) return { type: 'goto', next: step.next };
    const found = ctx.findRegion(place);
    const set = { [lookedAt]: place };
    if (!found) return { type: 'goto', next: step.next, set, forget: [step.save, `${step.save}_code`] };
    return {
      type: 'goto',
      next: found.isSure ? step.next : step.unsure,
      set: { ...set, [step.save]: found.name, [`${step.save}_code`]: found.code },
    };
  },

  refs: (step) => refsIn('step', { next: step.next, unsure: step.unsure }),
  saves: (step) => [step.save, `${step.save}_code`, `${step.save}_of`],
};

function placeText({ answers }: StepContext, from: string): string {
  const place = answers[from];
  return typeof place === 'object' && 'type' in place && place.type === 'place' ? (place as Place).text : '';
}
