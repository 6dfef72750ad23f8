import { z } from 'zod';

/** Instants travel as ISO 8601 in UTC. */
export const Instant = z.iso.datetime();
export const Mode = z.enum(['bot', 'queued', 'staff']);
export const SlaStage = z.enum(['on_track', 'due_soon', 'breached']);

/** What a list shows of a case. `title` is a line of the report; left out for whoever may not read the content. */
export const CaseCard = z.object({
  number: z.string(),
  status: z.string(),
  kind: z.string(),
  category: z.string(),
  urgency: z.string(),
  unit: z.string(),
  desk: z.enum(['agent', 'coordinator', 'supervisor']),
  staffId: z.string().optional(),
  staffName: z.string().optional(),
  anonim: z.boolean(),
  restricted: z.boolean(),
  title: z.string().optional(),
  place: z.string().optional(),
  receivedAt: Instant,
  changedAt: Instant,
  dueAt: Instant.optional(),
  stage: SlaStage,
  isPaused: z.boolean(),
  rev: z.number().int(),
});
export type CaseCard = z.infer<typeof CaseCard>;

/** One chat in the inbox. `name` is masked (first letters only, none for anonim) until it is revealed. */
export const InboxRow = z.object({
  conversationId: z.string(),
  lastSeq: z.number().int(),
  lastAt: Instant,
  channel: z.string(),
  account: z.string(),
  name: z.string(),
  locale: z.string(),
  mode: Mode,
  staffId: z.string().optional(),
  staffName: z.string().optional(),
  unit: z.string().optional(),
  unread: z.number().int(),
  handoverReason: z.string().optional(),
  /** Since when they wait for a person. */
  queuedAt: Instant.optional(),
  /** Until when somebody must have taken it. */
  waitUntil: Instant.optional(),
  /** The newest words, at most 120 characters, and whose they are. */
  lastText: z.string(),
  lastFrom: z.enum(['citizen', 'bot', 'staff']),
  isBlocked: z.boolean(),
  case: CaseCard.optional(),
});
export type InboxRow = z.infer<typeof InboxRow>;

export const INBOX_VIEWS = ['mine', 'queue', 'unit', 'all'] as const;
export const InboxQuery = z.object({
  view: z.enum(INBOX_VIEWS).default('mine'),
  channel: z.string().optional(),
  unit: z.string().optional(),
  unread: z.stringbool().optional(),
  /** A case number finds its chats; nothing else is searched here. */
  q: z.string().max(100).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type InboxQuery = z.infer<typeof InboxQuery>;

/** How many chats each view holds; counting stops at 999. `unread` is of `mine`. */
export const InboxCounts = z.object({
  mine: z.number().int(),
  queue: z.number().int(),
  unit: z.number().int(),
  all: z.number().int(),
  unread: z.number().int(),
});
export type InboxCounts = z.infer<typeof InboxCounts>;

/** Answer of `GET /api/staff/inbox`. */
export const InboxPage = z.object({ rows: z.array(InboxRow), counts: InboxCounts, cursor: z.string().optional() });
export type InboxPage = z.infer<typeof InboxPage>;

/** A person's own filter under a name; `GET|PUT /api/staff/saved-views`. */
export const SavedView = z.object({
  name: z.string().min(1).max(40),
  page: z.enum(['inbox', 'cases']),
  query: z.record(z.string().max(30), z.string().max(200)),
});
export const SavedViews = z.array(SavedView).max(30);
export type SavedView = z.infer<typeof SavedView>;
