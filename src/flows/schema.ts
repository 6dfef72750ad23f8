import { z } from 'zod';
import { name, settings, textKey } from './step.js';
import { AskStep } from './steps/ask.js';
import { AttachStep } from './steps/attach.js';
import { BranchStep } from './steps/branch.js';
import { CallStep } from './steps/call.js';
import { ChooseStep } from './steps/choose.js';
import { ClassifyStep } from './steps/classify.js';
import { ConfirmStep } from './steps/confirm.js';
import { ContactStep } from './steps/contact.js';
import { DateStep } from './steps/date.js';
import { EndStep } from './steps/end.js';
import { FaqStep } from './steps/faq.js';
import { HandoverStep } from './steps/handover.js';
import { LocateStep } from './steps/locate.js';
import { RegionStep } from './steps/region.js';
import { SayStep } from './steps/say.js';
import { SplitStep } from './steps/split.js';

export const STEP_SCHEMAS = {
  say: SayStep,
  ask: AskStep,
  choose: ChooseStep,
  locate: LocateStep,
  attach: AttachStep,
  date: DateStep,
  contact: ContactStep,
  classify: ClassifyStep,
  branch: BranchStep,
  faq: FaqStep,
  split: SplitStep,
  region: RegionStep,
  confirm: ConfirmStep,
  call: CallStep,
  handover: HandoverStep,
  end: EndStep,
} as const;

export const StepSchema = z.discriminatedUnion('kind', [
  SayStep,
  AskStep,
  ChooseStep,
  LocateStep,
  AttachStep,
  DateStep,
  ContactStep,
  ClassifyStep,
  BranchStep,
  FaqStep,
  SplitStep,
  RegionStep,
  ConfirmStep,
  CallStep,
  HandoverStep,
  EndStep,
]);
export type Step = z.infer<typeof StepSchema>;
export type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;

/** Which answers take in what comes unasked: a photo while the place is asked, a detail while the summary is shown. */
const AbsorbSchema = z.strictObject({
  text: name.optional(),
  files: name.optional(),
  place: name.optional(),
  time: name.optional(),
  /** Where to go on from when text was taken in; steps whose answer is known are passed. */
  next: name.optional(),
});
export type Absorb = z.infer<typeof AbsorbSchema>;

/** What may be said at any question of a flow, and answers none: it is taken, and the question is put again. */
const AsideSchema = z.strictObject({
  /** List of words in locales/ that, as a whole message, say it. */
  words: name,
  /** List of phrases that say it anywhere in a story that is read, or with hardly anything beside them. */
  phrases: name.optional(),
  set: settings.default({}),
  forget: z.array(name).optional(),
  /** Says that it was taken. */
  text: textKey.optional(),
  /** Goes there instead of putting the question again. */
  next: name.optional(),
});
export type Aside = z.infer<typeof AsideSchema>;

const minutes = z.number().int().min(1);

/** What happens when the citizen falls silent. */
const IdleSchema = z.strictObject({
  remindAfterMinutes: minutes.optional(),
  remind: textKey.optional(),
  expireAfterMinutes: minutes,
  expired: textKey.optional(),
});

export const FlowSchema = z.strictObject({
  id: name,
  /** Raise it when a change could confuse a conversation that is under way. */
  version: z.number().int().positive(),
  start: name,
  /** Answers that it may be started with. */
  gets: z.array(name).optional(),
  absorb: AbsorbSchema.optional(),
  asides: z.array(AsideSchema).optional(),
  /** Answers that make it worth keeping as a draft when it is cancelled or expires. */
  draft: z.array(name).optional(),
  idle: IdleSchema.optional(),
  /**
   * Its buttons may be tapped long after it ended: it starts again with `late_seq`, the turn that asked, and `said`, the
   * option. For questions whose answer stays good, such as whether a result is one.
   */
  late: z.boolean().default(false),
  steps: z.record(name, StepSchema),
});
export type Flow = z.infer<typeof FlowSchema>;

const GlobalSchema = z
  .strictObject({
    /** List of words in locales/ that, as a whole message, mean this. */
    words: name,
    /** List of phrases that mean it in a short message of any kind. */
    phrases: name.optional(),
    flow: name.optional(),
    /** Answers that the flow starts with, because the words say them. */
    set: settings.optional(),
    action: z.enum(['cancel', 'resume']).optional(),
    /** With an action: the flow that is started instead when nothing is open. */
    idle: name.optional(),
  })
  .refine((each) => (each.flow === undefined) !== (each.action === undefined), {
    message: 'needs either flow or action',
  });

export type GlobalWord = z.infer<typeof GlobalSchema>;

/** What works anywhere, and which flows the engine itself starts. */
export const GlobalsSchema = z.strictObject({
  /** Hears a message when nothing is asked. */
  entry: name,
  /** Offered after two misunderstandings in a row. */
  offer: name,
  /** Asks somebody who waits for a person in vain what to do; goes with them while they wait. */
  waiting: name,
  /** Answers a message that is mainly a case number; gets `wanted` and perhaps `code`. */
  reference: name,
  /** By danger: what is started once its numbers were told, instead of a report. */
  after_danger: z.record(name, z.strictObject({ flow: name, set: settings.default({}) })).optional(),
  words: z.record(name, GlobalSchema),
});
export type Globals = z.infer<typeof GlobalsSchema>;
