import { z } from 'zod';
import { Note, StaffFile } from './conversation.js';
import { CaseCard, Instant, SlaStage } from './inbox.js';

export const CaseClock = z.object({
  name: z.string(),
  startedAt: Instant,
  dueSoonAt: Instant,
  dueAt: Instant,
  stage: SlaStage,
  isPaused: z.boolean(),
  doneAt: Instant.optional(),
  provisional: z.boolean(),
});

export const CaseHistoryEntry = z.object({
  rev: z.number().int(),
  at: Instant,
  what: z.string(),
  by: z.object({
    kind: z.enum(['complainant', 'staff', 'system']),
    staffId: z.string().optional(),
    name: z.string().optional(),
  }),
  from: z.string().optional(),
  to: z.string().optional(),
  /** Reasons, questions, results in people's own words, by name; left out beyond the circle. */
  words: z.record(z.string(), z.string()),
  unit: z.string().optional(),
  agency: z.string().optional(),
  staffId: z.string().optional(),
  category: z.string().optional(),
  outcome: z.string().optional(),
  other: z.string().optional(),
  reusedProof: z.boolean().optional(),
});
export type CaseHistoryEntry = z.infer<typeof CaseHistoryEntry>;

/** A step that this person may take now, and what it needs; made from the transition table. */
export const CaseAction = z.object({
  to: z.string(),
  /** Fields of MoveBody that must be given. */
  requires: z.array(z.string()),
});
export type CaseAction = z.infer<typeof CaseAction>;

/** Answer of `GET /api/staff/cases/:number`. Opening it is noted in the audit log. */
export const CaseView = z.object({
  card: CaseCard,
  report: z
    .object({
      description: z.string(),
      place: z.string().optional(),
      point: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
      time: z.string().optional(),
      evidenceWords: z.array(z.string()),
      /** Masked until revealed; absent for anonim. */
      displayName: z.string().optional(),
    })
    .optional(),
  classification: z.object({
    confidence: z.number(),
    top: z.array(z.object({ category: z.string(), probability: z.number() })),
  }),
  route: z.object({ unit: z.string(), reasons: z.array(z.string()) }),
  agency: z.string().optional(),
  evidence: z.array(StaffFile),
  proof: z.array(StaffFile),
  clocks: z.array(CaseClock),
  alert: z.object({ level: z.string(), at: Instant, staffNames: z.array(z.string()) }).optional(),
  rating: z.object({ stars: z.number().int(), at: Instant }).optional(),
  /** A supervisor's look is owed since then; `may`: this person may take it. */
  review: z.object({ since: Instant, why: z.enum(['rated', 'revealed']), may: z.boolean() }).optional(),
  outcome: z.string().optional(),
  mergedInto: z.string().optional(),
  reopenings: z.number().int(),
  reporters: z.array(z.object({ conversationId: z.string(), audience: z.string(), isReachable: z.boolean() })),
  history: z.array(CaseHistoryEntry),
  notes: z.array(Note),
  actions: z.array(CaseAction),
});
export type CaseView = z.infer<typeof CaseView>;

export const CASE_VIEWS = ['mine', 'unit', 'overdue', 'unassigned', 'review', 'all'] as const;
export const CasesQuery = z.object({
  view: z.enum(CASE_VIEWS).default('unit'),
  q: z.string().max(100).optional(),
  status: z.string().optional(),
  category: z.string().optional(),
  unit: z.string().optional(),
  staffId: z.string().optional(),
  stage: SlaStage.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type CasesQuery = z.infer<typeof CasesQuery>;
/** Answer of `GET /api/staff/cases`, ordered by what is due first. */
export const CasesPage = z.object({ cases: z.array(CaseCard), cursor: z.string().optional() });
export type CasesPage = z.infer<typeof CasesPage>;

const words = z.string().trim().max(4000).optional();

/** `POST /api/staff/cases/:number/move`. `seenRev` is the rev on screen: 409 `case.changed` when it has moved on. */
export const MoveBody = z.strictObject({
  to: z.string(),
  seenRev: z.number().int(),
  reason: words,
  question: words,
  result: words,
  note: words,
  rightAgency: words,
  agencyId: words,
  agencyAddress: words,
  appealWay: words,
  noProofReason: words,
  unit: z.string().optional(),
  staffId: z.string().optional(),
  outcome: z.string().optional(),
  proofFileIds: z.array(z.string()).max(10).optional(),
});
export type MoveBody = z.infer<typeof MoveBody>;

export const ProgressBody = z.strictObject({ seenRev: z.number().int(), text: z.string().trim().min(1).max(2000) });
/** A supervisor has looked at what was rated badly, or at why somebody was revealed; `note` is what they found. */
export const ReviewedBody = z.strictObject({ seenRev: z.number().int(), note: z.string().trim().min(3).max(2000) });
/** The new category is kept as a label to learn from. */
export const RecategoriseBody = z.strictObject({
  seenRev: z.number().int(),
  category: z.string(),
  needsExamination: z.boolean().optional(),
});
export const MergeBody = z.strictObject({ seenRev: z.number().int(), into: z.string() });
export const UnmergeBody = z.strictObject({ seenRev: z.number().int(), reason: z.string().trim().min(3).max(1000) });
export const ReportBody = z.strictObject({
  seenRev: z.number().int(),
  description: z.string().trim().min(1).max(4000).optional(),
  place: z.string().trim().max(300).optional(),
  reason: z.string().trim().min(3).max(500),
});
/** `POST /api/staff/conversations/:id/cases`: files a case from a chat in the citizen's stead. */
export const NewCaseBody = z.strictObject({
  description: z.string().trim().min(10).max(4000),
  category: z.string(),
  kind: z.string(),
  place: z.string().trim().max(300).optional(),
  urgency: z.enum(['biasa', 'tinggi', 'darurat']).default('biasa'),
  /** Of files uploaded before to `POST .../files` of the chat. */
  fileIds: z.array(z.string().max(64)).max(10).default([]),
});
export type NewCaseBody = z.infer<typeof NewCaseBody>;
/** `POST /api/staff/cases/bulk`: each case by itself; what could not be done is told by number. */
export const BulkBody = z.strictObject({
  cases: z
    .array(z.strictObject({ number: z.string(), seenRev: z.number().int() }))
    .min(1)
    .max(100),
  action: z.union([
    z.strictObject({ do: z.literal('assign'), unit: z.string().optional(), staffId: z.string().optional() }),
    z.strictObject({ do: z.literal('verify') }),
    z.strictObject({ do: z.literal('recategorise'), category: z.string() }),
  ]),
});
export type BulkBody = z.infer<typeof BulkBody>;
export const BulkAnswer = z.object({
  done: z.array(z.string()),
  refused: z.array(z.object({ number: z.string(), code: z.string(), message: z.string() })),
});
export type BulkAnswer = z.infer<typeof BulkAnswer>;
/** `GET .../similar`: cases under way that may be about the same matter. `likeness` 0 to 1. */
export const SimilarAnswer = z.array(z.object({ card: CaseCard, likeness: z.number() }));
export type SimilarAnswer = z.infer<typeof SimilarAnswer>;
