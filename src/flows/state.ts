import type { Attachment, Choice, Expect, FileCondition, GeoPoint, Option } from '../messages/message.js';

export type Locale = 'id' | 'en' | 'jv' | 'su';

/** What steps saved, by answer name. JSON only: it is sealed into every turn and read back from the newest. */
export type Answers = Readonly<Record<string, Answer>>;
export type Answer = string | number | boolean | Place | Moment | Guess | readonly Attachment[];

/** Where it happened: in the citizen's words, by coordinates, or both. */
export interface Place {
  readonly type: 'place';
  readonly text: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

/** When it happened, in the citizen's words, and from which day if that could be read (YYYY-MM-DD, tenant's zone). */
export interface Moment {
  readonly type: 'moment';
  readonly text: string;
  readonly fromOn?: string;
}

/** What the classifier made of the description; kept whole so that a later choice and staff can see why. */
export interface Guess {
  readonly type: 'guess';
  readonly kind: string;
  /** What it is instead of a report; only where `kind` says that it is none, or that it asks. */
  readonly talk?: string;
  /** Who else deals with such a matter: `court` or `crime`. */
  readonly elsewhere?: string;
  readonly category: string;
  readonly confidence: number;
  /** Best first, the chosen one included; at most three. */
  readonly candidates: readonly { readonly category: string; readonly confidence: number }[];
  readonly urgency: string;
  /** Categories of the matters it names apart from each other, when they are several and not parted yet. */
  readonly matters?: readonly string[];
  readonly evidence: readonly string[];
  /** Only a restricted circle may read it, whatever the complainant chose. */
  readonly restricted: boolean;
  readonly by: 'classifier' | 'complainant' | 'staff';
}

/** One flow under way. Steps are named, never counted, so that an edited flow finds its place again. */
export interface FlowRun {
  readonly flow: string;
  readonly version: number;
  readonly step: string;
  readonly answers: Answers;
  /** Turns this run has taken, for the limit of 200. */
  readonly turns: number;
}

/** Everything the engine remembers between two messages. */
export interface EngineState {
  /**
   * At most three; the last one waits for the citizen, those below wait for it. The first may be a kept draft, whose
   * step is {@link DRAFT_STEP}: it asks nothing. Whether something is asked tells {@link isIdle}.
   */
  readonly runs: readonly FlowRun[];
  readonly locale: Locale;
  /** True once it was chosen, or was heard in what the citizen wrote; until then it may follow their words. */
  readonly isLocaleSettled?: boolean;
  /** Misunderstandings in a row; two offer a person. */
  readonly misses: number;
  /** Danger kinds whose numbers were told in this chat since it was last idle, so that they aren't told each time. */
  readonly warned: readonly string[];
}

/** What moves the engine on. `at` is when it happened (ISO 8601): the engine has no clock. */
export type Input =
  | {
      readonly type: 'message';
      readonly at: string;
      readonly text: string;
      readonly choice?: Choice;
      /** Set when `choice` was offered by an earlier question than the current one, or text was written before it. */
      readonly early: boolean;
      readonly attachments: readonly Attachment[];
      readonly location?: GeoPoint;
      readonly unsupported?: boolean;
      /** Files came along that are larger than their platform lets us fetch; they are not among `attachments`. */
      readonly tooLarge?: boolean;
      /** What is wrong with files that are among `attachments`, each once. */
      readonly flaws?: readonly FileCondition[];
      /** The case that was told of just before: what is written may be about it. */
      readonly about?: string;
    }
  | { readonly type: 'read'; readonly at: string; readonly name: ReadName; readonly value: ReadValue }
  | { readonly type: 'timer'; readonly at: string; readonly name: 'remind' | 'expire' }
  | { readonly type: 'start'; readonly at: string; readonly flow: string; readonly answers: Answers }
  /** A message was changed after it was sent: `flow` offers that as a change of what it answered, with `was` and `now`. */
  | {
      readonly type: 'edit';
      readonly at: string;
      readonly flow: string;
      /** What it said before, newest form first. */
      readonly before: readonly string[];
      readonly text: string;
    }
  /** Staff gave the conversation back: the open question, if there is one, is put again. */
  | { readonly type: 'resume'; readonly at: string };

/** Looked up by the caller before the turn is committed; nothing is written but a reserved number. */
export const READ_NAMES = [
  'reserve_case_number',
  'find_case',
  'my_cases',
  'asked_case',
  'chronology',
  'queue',
  'chat_link',
  'find_link',
  'similar_case',
] as const;
export type ReadName = (typeof READ_NAMES)[number];
/** Flat answers that the reading step saves, or a refusal that its `missing` branch handles. */
export type ReadValue = { readonly found: true; readonly answers: Answers } | { readonly found: false };

/** Done by the caller once the turn is durable; each exactly once. */
export const DO_NAMES = [
  'file_case',
  'erase_data',
  'confirm_solved',
  'reopen_case',
  'answer_question',
  'add_to_case',
  'withdraw_case',
  'rate_case',
  'join_case',
  'stop_news',
  'start_news',
  'answer_survey',
  'copy_data',
  'offer_link',
  'use_link',
  'support_case',
] as const;
export type DoName = (typeof DO_NAMES)[number];

export type Params = Readonly<Record<string, string | number>>;

/** What the engine wants done, in order. It does nothing itself. */
export type FlowEffect =
  | {
      readonly type: 'reply';
      /** Key in locales/. */
      readonly text: string;
      readonly params: Params;
      /** Labels are already in the citizen's language. */
      readonly options?: readonly Option[];
      readonly expect?: Expect;
      readonly step?: string;
      /** Danger numbers: a bubble of its own, sent first, never superseded. */
      readonly urgent?: boolean;
      readonly receiptFor?: string;
      /** A passing word around a question ("got it", "not understood"): superseded together with it. */
      readonly note?: boolean;
    }
  | { readonly type: 'read'; readonly name: ReadName; readonly args: Params }
  | { readonly type: 'do'; readonly name: DoName; readonly args: Answers }
  | { readonly type: 'handover'; readonly reason: HandoverReason };

export const HANDOVER_REASONS = [
  'asked',
  'not_understood',
  'danger',
  'mood',
  'flow',
  'limit',
  'failure',
  /** Staff took it over without being asked. */
  'staff',
  /** Already waiting: they were asked, and wait on. */
  'waiting',
  /** Already waiting: they left a message rather than wait. */
  'left',
  /** Whoever held it was gone, so it waits again. */
  'requeued',
  /** Passed on to the queue of a unit. */
  'transferred',
] as const;
export type HandoverReason = (typeof HANDOVER_REASONS)[number];

/** One call of the engine. When the last effect is a `read`, call again with its answer before anything is shown. */
export interface Advance {
  readonly state: EngineState;
  readonly effects: readonly FlowEffect[];
  /** When to come back if the citizen says nothing; absent = no need. */
  readonly wake?: { readonly name: 'remind' | 'expire'; readonly afterMs: number };
  /** `flow.step` of every step that was entered, in order: what transcripts cover, and where people drop off. */
  readonly path: readonly string[];
}

/** No step has this id: a run that stands there is a draft that "lanjut" takes up again. */
export const DRAFT_STEP = 'draft';

/** True when no question is open. */
export function isIdle(state: EngineState): boolean {
  return state.runs.every((run) => run.step === DRAFT_STEP);
}

export const IDLE: EngineState = { runs: [], locale: 'id', misses: 0, warned: [] };
