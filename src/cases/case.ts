import type { Binary } from 'mongodb';
import type { Guess, Moment, Place } from '../flows/state.js';
import type { Attachment } from '../messages/message.js';
import type { Circle } from './circle.js';
import type { Consent } from './consent.js';
import type { NoticeEvent } from './notice-events.js';
import type { RouteProposal } from './routing.js';
import type { SlaClock } from './sla-clock.js';
import type { ClockName, Level } from './sla-rules.js';
import type { CaseOutcome, CaseStatus } from './status.js';

/** How the complainant wants to be named: two separate choices (PermenPANRB on SP4N; see docs/glossary.md). */
export interface Naming {
  /** Hides who reports, from staff and the public. */
  readonly anonim: boolean;
  /** Limits who may read what is reported. */
  readonly rahasia: boolean;
}

/** Whose table a case lies on within its unit. */
export type Desk = 'agent' | 'coordinator' | 'supervisor';

/** The managed record made of one report. One document; every change is one update of it, guarded by `rev`. */
export interface Case {
  /** The case number, `LP-YYMMDD-NNNN`. */
  readonly _id: string;
  readonly schema: number;
  /** `<turnId>/<index>` of the effect that filed it: applying the effect again finds it. */
  readonly effectKey: string;
  readonly status: CaseStatus;
  /** Grows by one with every change. */
  readonly rev: number;
  readonly kind: string;
  readonly category: string;
  /** Staff found that it can't be settled without examining people or files: a longer target. */
  readonly needsExamination?: boolean;
  /** The office that answers for it, an id of flows/units.yaml; also while an agency outside has it. */
  readonly unit: string;
  /** The agency outside that it was passed on to. */
  readonly agency?: PassedTo;
  readonly desk: Desk;
  /** Who works on it; absent while it waits on its desk's shared list. */
  readonly staffId?: string;
  /** When they were given it. */
  readonly assignedAt?: Date;
  /** Staff whose result was disputed: it isn't given to them again by itself. */
  readonly notTo: readonly string[];
  /** What routing proposed when it was filed, and why. */
  readonly route: RouteProposal;
  readonly urgency: string;
  readonly classification: Omit<Guess, 'type' | 'evidence'>;
  readonly naming: Naming;
  /** What its complainant agreed to by sending it; absent where staff filed it in their stead. */
  readonly consent?: Consent;
  /** Only a restricted circle may read it, by the complainant's wish or the category's nature. */
  readonly restricted: boolean;
  /** Who may read it beyond its unit; every query for staff names it. */
  readonly circle: Circle;
  /** What it is found by: its words under a key, at most 64; see {@link tokensOf}. */
  readonly tokens: readonly string[];
  /** What cases about the same matter have in common; none where only a circle may know of it. See matter-marks.ts. */
  readonly marks?: readonly string[];
  /** A sealed {@link CaseReport}, bound to the number. */
  readonly report: Binary;
  /** What the complainant sent, at filing and later. */
  readonly evidence: readonly Attachment[];
  /** What staff gave as proof of their results. */
  readonly proof: readonly Attachment[];
  /** Ids of copies of the proof that reporters were sent; each belongs to its chat. */
  readonly proofCopies?: readonly string[];
  readonly receivedAt: Date;
  readonly changedAt: Date;
  /** Somebody has worked on it at some time; never becomes false again. */
  readonly worked: boolean;
  /** In `needs_info`: the status to which it returns. */
  readonly heldFrom?: CaseStatus;
  readonly endedAt?: Date;
  /** Once it has ended, as long as its report is kept; and as long as its files are. */
  readonly keptSince?: Date;
  readonly filesSince?: Date;
  /** When its report was erased because its time was over. */
  readonly erasedAt?: Date;
  /** Until when the complainant may open it again, once it has ended. */
  readonly reopenUntil?: Date;
  readonly reopenings: number;
  readonly outcome?: CaseOutcome;
  /** In `merged`: the case that goes on for it. */
  readonly mergedInto?: string;
  readonly clocks: readonly SlaClock[];
  /** When the sweep must look at it next: the earliest wake of its clocks; absent when none will. */
  readonly wakeAt?: Date;
  /** By when its office owes the next step; absent while it owes none. */
  readonly dueAt?: Date;
  /** From when on `dueAt` is near. */
  readonly dueSoonAt?: Date;
  /** The date given with the last apology for being late. */
  readonly promisedAt?: Date;
  /** Whom lateness was put before, at the highest rung so far; gone once what was late is done. */
  readonly alert?: CaseAlert;
  /** When the complainant was told of the Ombudsman: once in a case's life. */
  readonly ombudsmanAt?: Date;
  readonly rating?: CaseRating;
  /** Since when a supervisor owes a look at it: it was rated badly. */
  readonly reviewAt?: Date;
  readonly history: readonly CaseEvent[];
  /** Still to be told; see {@link CaseNotice}. */
  readonly notices: readonly CaseNotice[];
}

/** An agency that isn't ours. `id` when flows/units.yaml knows it. */
export interface PassedTo {
  readonly id?: string;
  readonly name: string;
}

export interface CaseAlert {
  /** `agent`: it will soon be due. The others: it is late. */
  readonly level: Level;
  readonly clock: ClockName;
  readonly at: Date;
  /** Whom it was put before; never empty. */
  readonly staffIds: readonly string[];
}

/** What the complainant thought of it, in one tap: no SKM, which is a survey of its own. */
export interface CaseRating {
  /** 1 to 5. */
  readonly stars: number;
  readonly at: Date;
}

/** What is personal in a case, or may be: sealed as one value. */
export interface CaseReport {
  readonly description: string;
  readonly place?: Place;
  readonly time?: Moment;
  /** The tenant's district or village that the place names: its name, and its number of Kemendagri. */
  readonly region?: { readonly name: string; readonly code: string };
  /** The citizen's words that decided the category. */
  readonly evidenceWords: readonly string[];
  /** Left out when the complainant chose anonim. */
  readonly displayName?: string;
  /** How the complainant wants to be reached, if they said; left out likewise. */
  readonly contact?: string;
}

/** Something that happened to a case. Never changed or removed. */
export interface CaseEvent {
  /** What made it happen, once: an effect's key, a staff member's idempotency key. */
  readonly key: string;
  /** The case's `rev` after it. */
  readonly rev: number;
  readonly at: Date;
  readonly by: CaseBy;
  /** An action of the transition table, or `filed`, `noted`, `recategorised`, `added`, `rated`, `escalated` ... */
  readonly what: string;
  readonly from?: CaseStatus;
  readonly to?: CaseStatus;
  /** Sealed {@link EventWords}, bound to `<number>:<rev>`. */
  readonly said?: Binary;
  readonly unit?: string;
  readonly agency?: PassedTo;
  readonly staffId?: string;
  readonly category?: string;
  readonly outcome?: CaseOutcome;
  /** The other case, where two were merged or taken apart. */
  readonly other?: string;
  /** What its clocks made happen. */
  readonly steps?: readonly ClockStep[];
  /** Files that came with it; they are in `evidence` or `proof`. */
  readonly fileIds?: readonly string[];
  /** A picture given as proof that was seen before: in a report, or as proof of a result, this case's own too. */
  readonly reusedProof?: boolean;
}

export interface ClockStep {
  readonly clock: ClockName;
  readonly kind: 'remind' | 'escalate' | 'interim';
  /** Of an escalation. */
  readonly level?: Level;
}

export interface CaseBy {
  readonly kind: 'complainant' | 'staff' | 'system';
  /** Staff only: who a complainant is stands in `reporters`. */
  readonly id?: string;
  readonly role?: Desk;
}

/** People's own words in an event. */
export interface EventWords {
  readonly reason?: string;
  readonly question?: string;
  readonly result?: string;
  readonly note?: string;
  readonly rightAgency?: string;
  readonly appealWay?: string;
  readonly noProofReason?: string;
}

/** A status update owed to the reporters; a relay makes one turn a reporter of it, then removes it. */
export interface CaseNotice {
  /** `<number>:<rev>`, with a suffix where one change tells of two things; part of each turn's key. */
  readonly id: string;
  readonly event: NoticeEvent;
  readonly at: Date;
  /** Sealed {@link NoticeValues}, bound to `id`. */
  readonly values: Binary;
  /** The conversation whose own act it tells of: it is awake, and no quiet hours hold the answer back. */
  readonly causedIn?: string;
}

/** What the texts of a notice are filled with, before anybody's language is known. */
export interface NoticeValues {
  readonly unit?: string;
  readonly agency?: PassedTo;
  /** Where to reach the agency, in staff's words; else as flows/units.yaml has it. */
  readonly address?: string;
  readonly category?: string;
  /** ISO 8601. */
  readonly whenAt?: string;
  readonly reason?: string;
  /** In place of a reason in somebody's words: a key in locales/. */
  readonly reasonKey?: string;
  readonly question?: string;
  readonly result?: string;
  readonly note?: string;
  readonly appeal?: string;
  readonly otherNumber?: string;
  /** Pictures of a result, owned by the case; see {@link caseFilesOf}. */
  readonly proof?: readonly Attachment[];
}

/** Who owns the files that staff give to a case. */
export function caseFilesOf(number: string): string {
  return `case:${number}`;
}

/** Who hears of a case: the one who filed it, and those who support it. `_id` is `<caseNumber>#<conversationId>`. */
export interface Reporter {
  readonly _id: string;
  readonly caseNumber: string;
  readonly conversationId: string;
  readonly at: Date;
  /** `complainant` filed it, here or elsewhere; `supporter` joined it, or was merged into it. */
  readonly audience: 'complainant' | 'supporter';
  /** The case of theirs that was merged into this one. */
  readonly via?: string;
  /** They want no more news; they can still ask. */
  readonly stopped?: boolean;
  /** Since when nothing reaches them: they blocked us. Somebody waits without knowing. */
  readonly unreachableSince?: Date;
}

export const CASE_SCHEMA = 1;
