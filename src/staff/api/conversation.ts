import { z } from 'zod';
import { CaseCard, InboxRow, Instant } from './inbox.js';

export const StaffFile = z.object({
  kind: z.enum(['image', 'audio', 'video', 'document']),
  /** Read it at `/api/staff/files/<fileId>`; absent while it is still being fetched from its platform. */
  fileId: z.string().optional(),
  mimeType: z.string().optional(),
  sizeBytes: z.number().int().optional(),
  /** Empty or broken, locked by a password, or kept from being opened because it may do harm. */
  condition: z.enum(['damaged', 'locked', 'quarantined']).optional(),
  /** Why it will never be had. */
  refused: z.string().optional(),
});
export type StaffFile = z.infer<typeof StaffFile>;

export const DELIVERY_STATES = ['due', 'sending', 'sent', 'delivered', 'read', 'dead', 'superseded'] as const;
/** `reason` says why it is dead. */
export const Delivery = z.object({ state: z.enum(DELIVERY_STATES), reason: z.string().optional() });
export type Delivery = z.infer<typeof Delivery>;

/** One bubble of a conversation as staff see it. `seq` and `part` order it; receipt codes are dots. */
export const StaffEntry = z.object({
  seq: z.number().int(),
  part: z.number().int(),
  from: z.enum(['citizen', 'bot', 'staff']),
  at: Instant,
  text: z.string(),
  staffId: z.string().optional(),
  staffName: z.string().optional(),
  files: z.array(StaffFile).optional(),
  location: z.object({ latitude: z.number(), longitude: z.number(), name: z.string().optional() }).optional(),
  options: z.array(z.string()).optional(),
  /** The words or files are another's, who may know more than the citizen does. */
  forwarded: z.boolean().optional(),
  /** A later form of a message before it. */
  edited: z.boolean().optional(),
  /** Of what went out. */
  delivery: Delivery.optional(),
});
export type StaffEntry = z.infer<typeof StaffEntry>;

/** A private note of staff: never shown to a citizen. */
export const Note = z.object({
  id: z.string(),
  by: z.string(),
  byName: z.string(),
  at: Instant,
  text: z.string(),
  mentions: z.array(z.string()),
});
export type Note = z.infer<typeof Note>;

/** What the bot knows when staff arrive. Labels are in the staff member's language. */
export const HandoverContext = z.object({
  reason: z.string().optional(),
  locale: z.string(),
  /** Tone of the newest words: calm, upset or angry, with the words that said so. */
  mood: z.object({ tone: z.enum(['calm', 'upset', 'angry']), words: z.array(z.string()) }),
  /** What the open report holds so far. */
  answers: z.array(z.object({ label: z.string(), value: z.string() })),
  guess: z.object({ category: z.string(), confidence: z.number(), words: z.array(z.string()) }).optional(),
  step: z.string().optional(),
});
export type HandoverContext = z.infer<typeof HandoverContext>;

export const Viewer = z.object({ staffId: z.string(), name: z.string(), isTyping: z.boolean() });
export type Viewer = z.infer<typeof Viewer>;

/** Answer of `GET /api/staff/conversations/:id`: the newest 50 turns, oldest first. */
export const ConversationView = z.object({
  row: InboxRow,
  entries: z.array(StaffEntry),
  /** Pass as `before` to read on into the past; absent at the beginning. */
  olderBefore: z.number().int().optional(),
  cases: z.array(CaseCard),
  notes: z.array(Note),
  context: HandoverContext,
  viewers: z.array(Viewer),
  /** What this person may do here now. */
  may: z.object({
    claim: z.boolean(),
    say: z.boolean(),
    release: z.boolean(),
    transfer: z.boolean(),
    reveal: z.boolean(),
  }),
});
export type ConversationView = z.infer<typeof ConversationView>;

/** `GET .../entries?before=SEQ` or `?after=SEQ`; `limit` is turns, of those after a seq. */
export const EntriesQuery = z.object({
  before: z.coerce.number().int().optional(),
  after: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(200),
});
/** Pass `olderBefore` as `before`, `newerAfter` as `after` to read on; each is absent where there is nothing more. */
export const EntriesPage = z.object({
  entries: z.array(StaffEntry),
  olderBefore: z.number().int().optional(),
  newerAfter: z.number().int().optional(),
});
export type EntriesPage = z.infer<typeof EntriesPage>;

/** Every write carries an Idempotency-Key header: the same key is the same deed. */
export const SayBody = z.object({
  text: z.string().trim().min(1).max(4000),
  /** Of files uploaded before to `POST .../files`. */
  fileIds: z.array(z.string().max(64)).max(10).default([]),
});
export const NoteBody = z.object({
  text: z.string().trim().min(1).max(4000),
  mentions: z.array(z.string()).max(20).default([]),
});
/** To a colleague, or to the queue of a unit. */
export const TransferBody = z.union([
  z.strictObject({ staffId: z.string(), note: z.string().max(1000).optional() }),
  z.strictObject({ unit: z.string(), note: z.string().max(1000).optional() }),
]);
export const PresenceBody = z.object({ isTyping: z.boolean() });
/** A reason of at least ten letters, for the audit log. */
export const RevealBody = z.object({ reason: z.string().trim().min(10).max(500), approvedBy: z.string().optional() });
export const Revealed = z.object({ name: z.string().optional(), channel: z.string(), chatId: z.string() });
export type Revealed = z.infer<typeof Revealed>;
