import type { Amount } from './amounts.js';

/** As LAPOR! has them, and what is none of them (a greeting, thanks, a joke). */
export type ReportKind = 'pengaduan' | 'aspirasi' | 'informasi' | 'bukan_laporan';
/** What a message that is no report is. */
export const TALKS = ['abuse', 'spam', 'follow_up', 'thanks', 'praise', 'joke', 'greeting'] as const;
export type Talk = (typeof TALKS)[number];
/** Matters that others than the city deal with: courts, and the police. */
export const ELSEWHERE = ['court', 'crime'] as const;
export type Elsewhere = (typeof ELSEWHERE)[number];
export type Urgency = 'darurat' | 'tinggi' | 'biasa';

export interface Classification {
  readonly kind: ReportKind;
  /** What it is instead of a report, where its words tell; of questions, only that they follow up a report. */
  readonly talk?: Talk;
  /** Who else deals with such a matter, when its words tell; the first of {@link ELSEWHERE}. */
  readonly elsewhere?: Elsewhere;
  /** Best first, at most three, confidence 0..1; empty when nothing points anywhere. */
  readonly candidates: readonly { readonly category: string; readonly confidence: number }[];
  readonly urgency: Urgency;
  /** Which danger the words name (a key of `dangers` in flows/categories.yaml), when life may be at risk. */
  readonly danger?: string;
  /** The words that made it more than ordinary, in the citizen's spelling; absent when it is. */
  readonly urgentWords?: readonly string[];
  /** Two or more categories, in the order of the text, when the message names several matters apart from each other. */
  readonly matters?: readonly string[];
  /** The citizen's own words that decided, for staff to see. */
  readonly evidence: readonly string[];
  /** True for matters that only a restricted circle may read (violence, bribery), whatever the complainant chooses. */
  readonly restricted: boolean;
}

export type Classify = (text: string) => Classification;
/** The `danger` of a classification alone. */
export type FindDanger = (text: string) => string | undefined;

export interface Classifier {
  readonly classify: Classify;
  /** At a fifth of the cost of all the rest; classifying the same text right after it costs only the rest. */
  readonly findDanger: FindDanger;
}

/** What could be read out of free text; only what is really there. */
export interface Extraction {
  readonly place?: { readonly text: string; readonly latitude?: number; readonly longitude?: number };
  readonly time?: { readonly text: string; readonly fromOn?: string };
  /** Sums of money. */
  readonly amounts?: readonly Amount[];
  /** Vehicle plates, written in one way: "B 1234 XYZ". */
  readonly plates?: readonly string[];
  /** The office that is addressed, in the citizen's words. */
  readonly agency?: string;
}

/** @param today YYYY-MM-DD in the tenant's zone: what "kemarin" is counted from */
export type Extract = (text: string, today: string) => Extraction;
