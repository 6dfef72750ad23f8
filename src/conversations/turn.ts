import type { Binary } from 'mongodb';
import type { Answers, FlowEffect, Locale } from '../flows/state.js';
import type { Address, Bubble, BubbleKind, InboundMessage } from '../messages/message.js';
import type { Handover } from './handover.js';

/** Raised when a node that doesn't know the new form must not decide on top of it. */
export const TURN_SCHEMA = 1;

export type Mode = 'bot' | 'queued' | 'staff';
export type SourceKind = 'citizen' | 'staff' | 'notice' | 'system';

/** One document, one insert, one sequence number: everything that happens in a conversation. See docs/architecture.md. */
export interface Turn {
  /** `<conversationId>#<source.key>` */
  readonly _id: string;
  readonly schema: number;
  readonly conversationId: string;
  /** 1, 2, 3 ... without gaps; unique with conversationId. */
  readonly seq: number;
  readonly at: Date;
  readonly source: { readonly kind: SourceKind; readonly key: string };
  /** A sealed {@link TurnContent}, bound to `_id`. */
  readonly content: Binary;
  readonly after: TurnAfter;
  /** The channel account that sends: `<channel>:<account>`. */
  readonly lane: string;
  /** The earliest instant at which a message is owed; absent when none is. */
  readonly sendAt?: Date;
  /** The earliest instant at which an effect is owed; absent when none is. */
  readonly applyAt?: Date;
  /** When its files are next to be fetched from their platform; absent when none is owed. */
  readonly fetchAt?: Date;
  /** Tries made so far. */
  readonly fetchAttempt?: number;
  /** When a message of it was given up; absent while none was. */
  readonly deadAt?: Date;
  readonly out: readonly OutState[];
  readonly effects: readonly EffectState[];
}

/** Where the conversation stands after this turn: clear, immutable, at most 16 KB. */
export interface TurnAfter {
  readonly mode: Mode;
  readonly locale: Locale;
  readonly isLocaleSettled?: boolean;
  /** The flow stack, bottom first; answers of the same runs are in the content. */
  readonly stack: readonly {
    readonly flow: string;
    readonly version: number;
    readonly step: string;
    readonly turns: number;
  }[];
  readonly misses: number;
  readonly warned: readonly string[];
  /** The turn that asked the question now open, and when. */
  readonly askedSeq: number;
  readonly askedAt: Date;
  /** Citizen's messages since staff last read or answered. */
  readonly unread: number;
  /** Turns of the citizen so far. */
  readonly inbound: number;
  /** When the citizen last wrote: some platforms let only approved texts pass a day later. */
  readonly lastInboundAt?: Date;
  /** The newest of their messages by the platform's own clock. */
  readonly lastSentAt?: Date;
  readonly wake?: { readonly name: WakeName; readonly at: Date };
  /** The person who holds the conversation in mode `staff`. */
  readonly staffId?: string;
  /** The present handover, or the last one. */
  readonly handover?: Handover;
  readonly lastCase?: string;
  /** The newest turn in which somebody said something: a takeover, for one, is silent. */
  readonly saidSeq?: number;
  /** This turn told of a case: what the citizen writes next may be about it. Not carried on. */
  readonly toldOf?: ToldOf;
}

/**
 * - `remind`, `expire`: the citizen has fallen silent in a flow
 * - `handover`: nobody has taken a conversation that waits for a person
 * - `idle`: whoever holds it hasn't answered
 */
export type WakeName = 'remind' | 'expire' | 'handover' | 'idle';

export interface ToldOf {
  readonly caseNumber: string;
  readonly at: Date;
  /** A template was planned in the stead of the text, so the citizen may not have read it yet. */
  readonly unread?: boolean;
}

/** What is personal, sealed as one value. */
export interface TurnContent {
  readonly address: Address;
  readonly displayName?: string;
  readonly inbound?: Pick<
    InboundMessage,
    'text' | 'choice' | 'attachments' | 'location' | 'unsupported' | 'forwarded' | 'edited'
  >;
  /** Answers of the runs in `after.stack`, in the same order. */
  readonly answers: readonly Answers[];
  readonly out: readonly Bubble[];
  readonly effects: readonly Extract<FlowEffect, { type: 'do' }>[];
}

interface OutBase {
  readonly kind: BubbleKind;
}

/** One entry a message. Times by the clock of the process that wrote them. */
export type OutState = OutBase &
  (
    | { readonly state: 'due'; readonly dueAt: Date; readonly attempt: number; readonly resent?: boolean }
    | {
        readonly state: 'sending';
        /** 1 for the first. */
        readonly attempt: number;
        /** Of the lane's lease; a message in `sending` under an older epoch is unknown. */
        readonly epoch: number;
        readonly at: Date;
        readonly resent?: boolean;
      }
    | { readonly state: 'sent'; readonly at: Date; readonly platformId: string; readonly resent?: boolean }
    | { readonly state: 'dead'; readonly at: Date; readonly reason: string; readonly resent?: boolean }
    | { readonly state: 'superseded'; readonly at: Date }
  );

export interface EffectState {
  readonly name: string;
  readonly state: 'due' | 'done' | 'refused';
  readonly attempt: number;
  readonly reason?: string;
}
