import { z } from 'zod';
import type { FaqAnswer } from '../classification/faq.js';
import type { FoundRegion } from '../classification/regions.js';
import type { Classification, Extraction } from '../classification/types.js';
import type { Flows } from './flow.js';
import type { Texts } from './i18n.js';
import type { Absorb, Aside } from './schema.js';
import type { Answers, FlowEffect, Input, Locale, ReadValue } from './state.js';

export type Message = Extract<Input, { type: 'message' }>;
export type Reply = Extract<FlowEffect, { type: 'reply' }>;

/** What a step may look at. All of it is given: steps have no clock and no I/O. */
export interface StepContext {
  readonly answers: Answers;
  readonly locale: Locale;
  readonly absorb: Absorb | undefined;
  readonly asides: readonly Aside[];
  readonly texts: Texts;
  readonly flows: Flows;
  /** True when the question is to be put although its answer is known: it is being changed, or asked again. */
  readonly asked: boolean;
  classify(text: string): Classification;
  extract(text: string): Extraction;
  /** The district or village of the tenant that a text names. */
  findRegion(text: string): FoundRegion | undefined;
  /** What flows/faq.yaml has on a question. */
  findAnswer(text: string): FaqAnswer | undefined;
  /** A reply whose placeholders are filled from the answers. */
  reply(text: string, more?: Partial<Omit<Reply, 'type' | 'text'>>): Reply;
}

interface Changes {
  readonly effects?: readonly FlowEffect[];
  /** Answers to save. */
  readonly set?: Answers;
  readonly forget?: readonly string[];
  readonly locale?: Locale;
}

/** What a step makes of being entered or answered; the engine follows it. */
export type Outcome = Changes &
  (
    | { readonly type: 'wait' }
    /** `ask`: put the next question even if its answer is known. */
    | { readonly type: 'goto'; readonly next: string; readonly ask?: boolean }
    /** Not understood: counted, said, asked again. */
    | { readonly type: 'missed'; readonly text: string }
    /** Not the answer asked for, but perhaps part of the report or meant for an earlier question; else `text` is said. */
    | { readonly type: 'free_text'; readonly text: string }
    | {
        readonly type: 'end';
        readonly start?: { readonly flow: string; readonly answers: Answers };
        readonly clear?: boolean;
        readonly missed?: boolean;
        /** Changed words for the flow beneath, in the place of `was`. */
        readonly swap?: { readonly was: string; readonly now: string };
      }
  );

/** A name in a step that must exist elsewhere; for flows:check and the graph. */
export interface Ref {
  readonly to: 'step' | 'text' | 'words' | 'flow';
  readonly name: string;
  readonly path: readonly PropertyKey[];
  /** On the arrow, for `to: step`. */
  readonly label?: string;
}

/** One kind of step. `answer` is called while it waits, `read` with what a look-up found. */
export interface StepKind<S> {
  /** True when a conversation may rest here. */
  readonly waits: boolean;
  /** True when any text is an answer, so that words meant otherwise need to be exact. */
  readonly takesText?: boolean;
  /** True when a case number is the answer, rather than a question about that case. */
  awaitsCase?(step: S): boolean;
  /** What the step itself uses of a message; the rest goes to the flow's `absorb`. */
  readonly takes?: 'files' | 'location';
  enter(step: S, ctx: StepContext): Outcome;
  answer?(step: S, ctx: StepContext, message: Message): Outcome;
  read?(step: S, ctx: StepContext, value: ReadValue): Outcome;
  /** True when the text is one of the offered options; looked at before global words. */
  claims?(step: S, ctx: StepContext, text: string, how: 'exact' | 'close'): boolean;
  refs(step: S): readonly Ref[];
  /** Names of the answers it may save. */
  saves(step: S): readonly string[];
}

/** Names of steps, answers and flows. */
export const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower_snake_case');
/** A key in locales/. */
export const textKey = z.string().regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, 'must be a text key like intake.describe');
/** An answer, or a field of one: `guess.kind`. */
export const answerPath = z.string().regex(/^[a-z][a-z0-9_]*(\.[a-zA-Z]+)?$/, 'must be an answer or answer.field');
export const settings = z.record(name, z.union([z.string(), z.number(), z.boolean()]));

/** The refs that stand under `at` in a step; absent ones are left out. */
export function refsIn(
  to: Ref['to'],
  entries: Readonly<Record<string, string | undefined>>,
  at: Ref['path'] = [],
): Ref[] {
  return Object.entries(entries).flatMap(([key, value]) =>
    value === undefined ? [] : [{ to, name: value, path: [...at, key], label: key }],
  );
}
