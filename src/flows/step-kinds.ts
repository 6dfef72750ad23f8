import type { Step, StepOf } from './schema.js';
import type { StepKind } from './step.js';
import { ask } from './steps/ask.js';
import { attach } from './steps/attach.js';
import { branch } from './steps/branch.js';
import { call } from './steps/call.js';
import { choose } from './steps/choose.js';
import { classify } from './steps/classify.js';
import { confirm } from './steps/confirm.js';
import { contact } from './steps/contact.js';
import { date } from './steps/date.js';
import { end } from './steps/end.js';
import { faq } from './steps/faq.js';
import { handover } from './steps/handover.js';
import { locate } from './steps/locate.js';
import { region } from './steps/region.js';
import { say } from './steps/say.js';
import { split } from './steps/split.js';

/** A schema without a kind, or a kind without a schema, does not compile. */
export const STEP_KINDS: { readonly [K in Step['kind']]: StepKind<StepOf<K>> } = {
  say,
  ask,
  choose,
  locate,
  attach,
  date,
  contact,
  classify,
  branch,
  faq,
  split,
  region,
  confirm,
  call,
  handover,
  end,
};

/** The kind of a step, ready to be used with that very step. */
export function kindOf(step: Step): StepKind<Step> {
  // the table pairs each kind with its own steps, which TypeScript can't see through an index
  return STEP_KINDS[step.kind] as unknown as StepKind<Step>;
}
