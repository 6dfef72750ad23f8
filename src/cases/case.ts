import type { Binary } from 'mongodb';
import type { Guess, Moment, Place } from '../flows/state.js';
import type { Attachment } from '../messages/message.js';
import type { CaseStatus } from './status.js';

/** How the complainant wants to be named: two separate choices (PermenPANRB on SP4N; see docs/glossary.md). */
export interface Naming {
  /** Hides who reports, from staff and the public. */
  readonly anonim: boolean;
  /** Limits who may read what is reported. */
  readonly rahasia: boolean;
}

/** The managed record made of one report. One document; every change is one update of it, guarded by `rev`. */
export interface Case {
  /** The case number, `LP-YYMMDD-NNNN`. */
  readonly _id: string;
  readonly schema: number;
  /** `<turnId>/<index>` of the effect that filed it: applying the effect again finds it. */
  readonly effectKey: string;
  readonly status: CaseStatus;
  readonly rev: number;
  readonly kind: string;
  readonly category: string;
  /** Which office the category usually goes to; routing proposes, staff decide. */
  readonly unit: string;
  readonly urgency: string;
  readonly classification: Omit<Guess, 'type' | 'evidence'>;
  readonly naming: Naming;
  /** Only a restricted circle may read it, by the complainant's wish or the category's nature. */
  readonly restricted: boolean;
  /** A sealed {@link CaseReport}, bound to the number. */
  readonly report: Binary;
  readonly evidence: readonly Attachment[];
  readonly receivedAt: Date;
  readonly changedAt: Date;
  /** By when somebody must have verified it (process clock). */
  readonly verifyDueAt: Date;
  readonly history: readonly CaseEvent[];
  readonly notices: readonly CaseNotice[];
}

/** What is personal in a case, or may be: sealed as one value. */
export interface CaseReport {
  readonly description: string;
  readonly place?: Place;
  readonly time?: Moment;
  /** The citizen's words that decided the category. */
  readonly evidenceWords: readonly string[];
  /** Left out when the complainant chose anonim. */
  readonly displayName?: string;
  /** How the complainant wants to be reached, if they said; left out likewise. */
  readonly contact?: string;
}

export interface CaseEvent {
  readonly at: Date;
  readonly by: { readonly kind: 'complainant' | 'staff' | 'system'; readonly id?: string };
  readonly what: string;
  readonly from?: CaseStatus;
  readonly to?: CaseStatus;
  readonly reason?: string;
}

/** A status update owed to the complainants; a relay makes one turn a reporter of it, then removes it. */
export interface CaseNotice {
  readonly id: string;
  readonly event: string;
  readonly at: Date;
}

/** Who hears of a case: the one who filed it, and those who support it. `_id` is `<caseNumber>#<conversationId>`. */
export interface Reporter {
  readonly _id: string;
  readonly caseNumber: string;
  readonly conversationId: string;
  readonly at: Date;
}

export const CASE_SCHEMA = 1;
