import { z } from 'zod';
import { FileState } from './admin-files.js';
import { Instant } from './inbox.js';
import { ToneRule } from './settings.js';

const Labels = z.record(z.string(), z.string());

/** `GET /api/staff/admin/units`. */
export const UnitsView = z.object({
  file: FileState,
  helpdesk: z.string(),
  units: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      calendar: z.string(),
      categories: z.array(z.string()),
      regions: z.array(z.string()).optional(),
      alsoCalled: z.array(z.string()).optional(),
      restricted: z.boolean(),
      abolishedOn: z.string().optional(),
      successor: z.string().optional(),
      /** How many active staff it has. */
      staff: z.number().int(),
    }),
  ),
  agencies: z.array(
    z.object({ id: z.string(), name: z.string(), address: z.record(z.string(), z.string()), unverified: z.boolean() }),
  ),
  external: z.array(
    z.object({
      agency: z.string(),
      categories: z.array(z.string()),
      roadOwner: z.string().optional(),
      words: z.array(z.string()).optional(),
    }),
  ),
});
export type UnitsView = z.infer<typeof UnitsView>;

/** `GET /api/staff/admin/categories`. Keywords of weight 5 say it all, 1 hints, -3 speaks against. */
export const CategoriesView = z.object({
  file: FileState,
  categories: z.array(
    z.object({
      id: z.string(),
      labels: Labels,
      /** The first unit of units.yaml that takes it; empty when none does. */
      unit: z.string(),
      restricted: z.boolean(),
      broad: z.boolean(),
      examples: z.array(z.string()),
      keywords: z.array(z.object({ weight: z.number().int(), words: z.array(z.string()) })),
    }),
  ),
  dangers: z.array(
    z.object({
      id: z.string(),
      labels: Labels,
      numbers: z.array(z.string()),
      category: z.string(),
      words: z.array(z.string()),
      guards: z.array(z.string()),
    }),
  ),
});
export type CategoriesView = z.infer<typeof CategoriesView>;

/**
 * `PUT /api/staff/admin/categories/:id/keywords`: the whole list of one weight; empty takes the weight away.
 * Answered with {@link FileKept}.
 */
export const KeywordsBody = z.strictObject({
  seenVersion: z.number().int().min(0),
  weight: z.number().int().min(-9).max(9),
  words: z.array(z.string().trim().min(1).max(200)).max(1000),
});

const Target = z.object({
  effectiveOn: z.string(),
  amount: z.number().int(),
  unit: z.string(),
  basis: z.string(),
  unverified: z.boolean(),
});
/** `GET /api/staff/admin/sla`. `at` of a clock is the way to it in the file, for {@link FileEditBody}. */
export const SlaView = z.object({
  file: FileState,
  clocks: z.array(
    z.object({
      at: z.array(z.string()),
      group: z.enum(['process', 'substance', 'category']),
      name: z.string(),
      /** The category it is of. */
      category: z.string().optional(),
      targets: z.array(Target),
      interimDays: z.number().int().optional(),
      remindAfterDays: z.number().int().optional(),
      reopenedDays: z.number().int().optional(),
    }),
  ),
  escalation: z.array(z.object({ to: z.string(), afterDays: z.number().int() })),
  dueSoonShare: z.number(),
  repeatDays: z.number().int(),
  reopenWithin: z.object({ amount: z.number().int(), unit: z.string() }),
  appealWithin: z.object({ amount: z.number().int(), unit: z.string() }),
});
export type SlaView = z.infer<typeof SlaView>;

const Day = z.object({ on: z.string(), name: z.string() });
/** `GET /api/staff/admin/calendar`. Periods are local times `HH:MM`. */
export const CalendarView = z.object({
  file: FileState,
  hours: z.array(
    z.object({
      id: z.string(),
      basis: z.string(),
      unverified: z.boolean(),
      /** By day: sun, mon ... sat. */
      week: z.record(z.string(), z.array(z.tuple([z.string(), z.string()]))),
      ramadan: z.record(z.string(), z.array(z.tuple([z.string(), z.string()]))).optional(),
    }),
  ),
  calendars: z.array(z.object({ id: z.string(), zone: z.string(), hours: z.string(), closedOn: z.array(Day) })),
  years: z.array(
    z.object({
      file: FileState,
      year: z.number().int(),
      basis: z.string(),
      holidays: z.array(Day),
      jointLeave: z.array(Day),
      ramadan: z.object({ from: z.string(), to: z.string(), unverified: z.boolean() }),
    }),
  ),
  /** Years without a decree, and the like. */
  warnings: z.array(z.string()),
});
export type CalendarView = z.infer<typeof CalendarView>;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
/** `POST /api/staff/admin/holidays` and `/holidays/remove`; deadlines are worked out anew. Answer: {@link FileKept}. */
export const HolidayBody = z.strictObject({
  on: day,
  name: z.string().trim().min(3).max(120),
  list: z.enum(['holidays', 'jointLeave']),
  seenVersion: z.number().int().min(0),
});
export const HolidayRemoveBody = z.strictObject({ on: day, seenVersion: z.number().int().min(0) });

/** `GET /api/staff/admin/templates`. */
export const TemplatesView = z.object({
  file: FileState,
  templates: z.array(
    z.object({
      name: z.string(),
      parameters: z.array(z.string()),
      languages: z.array(z.object({ locale: z.string(), body: z.string(), buttons: z.array(z.string()) })),
    }),
  ),
});
export type TemplatesView = z.infer<typeof TemplatesView>;

/** `GET /api/staff/admin/tone`. */
export const ToneView = z.object({ file: FileState, rules: z.array(ToneRule) });
export type ToneView = z.infer<typeof ToneView>;

/** `POST /api/staff/admin/classify`: what a text would become. Nothing of it is kept or logged. */
export const ClassifyBody = z.strictObject({ text: z.string().trim().min(1).max(4000) });
export const ClassifyAnswer = z.object({
  kind: z.string(),
  talk: z.string().optional(),
  candidates: z.array(z.object({ category: z.string(), name: z.string(), confidence: z.number() })),
  evidence: z.array(z.string()),
  urgency: z.string(),
  urgentWords: z.array(z.string()),
  danger: z.object({ id: z.string(), name: z.string(), numbers: z.array(z.string()) }).optional(),
  matters: z.array(z.string()),
  restricted: z.boolean(),
  place: z.string().optional(),
  time: z.object({ text: z.string(), fromOn: z.string().optional() }).optional(),
  /** The unit, or the agency outside, that routing would propose. */
  target: z.object({ type: z.enum(['unit', 'agency']), id: z.string(), name: z.string() }).optional(),
});
export type ClassifyAnswer = z.infer<typeof ClassifyAnswer>;

/** `GET /api/staff/admin/flows?days=7` (1 to 90). */
export const FlowsQuery = z.object({ days: z.coerce.number().int().min(1).max(90).default(7) });
/**
 * Each flow as a graph. Of a step that waits for an answer, `entered` is how often people came to it, `left` how often
 * one went on from it by what they said, `stopped` the rest: who gave up there, or is at it still. By day of the
 * office's zone, some seconds behind.
 */
export const FlowsView = z.object({
  since: Instant,
  flows: z.array(
    z.object({
      id: z.string(),
      version: z.number().int(),
      start: z.string(),
      mermaid: z.string(),
      steps: z.array(
        z.object({
          id: z.string(),
          kind: z.string(),
          waits: z.boolean(),
          exits: z.array(z.object({ to: z.string(), label: z.string().optional() })),
          entered: z.number().int().optional(),
          left: z.number().int().optional(),
          stopped: z.number().int().optional(),
        }),
      ),
    }),
  ),
});
export type FlowsView = z.infer<typeof FlowsView>;

/** `GET /api/staff/admin/dead-letters?days=7`, newest first, 200 at most. */
export const DeadLettersQuery = z.object({ days: z.coerce.number().int().min(1).max(90).default(7) });
export const DeadLetterList = z.object({
  letters: z.array(
    z.object({
      id: z.string(),
      conversationId: z.string(),
      lane: z.string(),
      kind: z.string(),
      at: Instant,
      reason: z.string(),
    }),
  ),
});
export type DeadLetterList = z.infer<typeof DeadLetterList>;
/** `POST /api/staff/admin/dead-letters/resend`: each by itself; what could not be is told by id. */
export const ResendBody = z.strictObject({ ids: z.array(z.string().max(400)).min(1).max(100) });
export const ResendAnswer = z.object({
  sent: z.array(z.string()),
  refused: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
});
export type ResendAnswer = z.infer<typeof ResendAnswer>;

/** `GET /api/staff/admin/audit`, newest first, 100 a page. `cursor` is the last entry's number. */
export const AuditQuery = z.object({
  by: z.string().max(100).optional(),
  what: z.string().max(60).optional(),
  subject: z.string().max(100).optional(),
  from: Instant.optional(),
  to: Instant.optional(),
  cursor: z.coerce.number().int().min(1).optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
export const AuditPage = z.object({
  entries: z.array(
    z.object({
      seq: z.number().int(),
      at: Instant,
      by: z.string(),
      byName: z.string().optional(),
      what: z.string(),
      subject: z.string().optional(),
      details: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
  cursor: z.number().int().optional(),
});
export type AuditPage = z.infer<typeof AuditPage>;
/** `POST /api/staff/admin/audit/verify`: goes through the whole chain, against what was noted outside the database. */
export const AuditVerdictView = z.object({
  ok: z.boolean(),
  entries: z.number().int().optional(),
  at: z.number().int().optional(),
  why: z.enum(['missing', 'altered', 'not_as_anchored']).optional(),
});
export type AuditVerdictView = z.infer<typeof AuditVerdictView>;

/** `GET /api/staff/admin/retention`: the rules with their basis, and the newest 50 runs, newest first. */
export const RetentionView = z.object({
  rules: z.array(
    z.object({
      what: z.enum(['cases', 'files', 'turns']),
      of: z.string(),
      years: z.number(),
      basis: z.string(),
      unverified: z.boolean(),
    }),
  ),
  runs: z.array(
    z.object({
      id: z.string(),
      startedAt: Instant,
      finishedAt: Instant.optional(),
      /** What was erased: cases, cases whose files were, turns. */
      counts: z.object({ cases: z.number().int(), files: z.number().int(), turns: z.number().int() }),
    }),
  ),
});
export type RetentionView = z.infer<typeof RetentionView>;

/** `GET /api/staff/admin/reviews`: what waits for a person's look. */
export const ReviewsView = z.object({
  /** Cases this person may read of which a name was revealed, or that were rated badly. Oldest first, 100 at most. */
  cases: z.array(
    z.object({
      number: z.string(),
      since: Instant,
      why: z.enum(['revealed', 'rated']),
      /** Who revealed it; whoever that is can't be the one who looks at it. */
      by: z.string().optional(),
      byName: z.string().optional(),
    }),
  ),
  /** What people asked of their data, and until when it must be answered. Earliest due first, 100 at most. */
  dataRequests: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['copy', 'erasure']),
      at: Instant,
      dueAt: Instant.optional(),
      conversationId: z.string(),
    }),
  ),
});
export type ReviewsView = z.infer<typeof ReviewsView>;
