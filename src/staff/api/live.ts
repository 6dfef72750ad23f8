import { z } from 'zod';
import { ALERT_KINDS } from '../alert-kinds.js';
import { Delivery, Note, Viewer } from './conversation.js';
import { CaseCard, InboxCounts, InboxRow, Instant } from './inbox.js';

/**
 * Events of `GET /api/staff/live` (text/event-stream). `id` is a cursor: a stream opened again with `Last-Event-ID`
 * goes on from there, and what changed meanwhile comes first. Only what this person may see is sent.
 */
export const LiveEvent = z.discriminatedUnion('type', [
  /** A chat has changed; `gone` when this person may not, or need not, see it any more. */
  z.object({ type: z.literal('row'), row: InboxRow }),
  z.object({ type: z.literal('row_gone'), conversationId: z.string() }),
  z.object({ type: z.literal('case'), card: CaseCard }),
  /** A case that this person may not see any more. */
  z.object({ type: z.literal('case_gone'), number: z.string() }),
  z.object({ type: z.literal('note'), subject: z.string(), note: Note }),
  z.object({ type: z.literal('viewers'), conversationId: z.string(), viewers: z.array(Viewer) }),
  /** How far messages of a chat that somebody has open have got by now. */
  z.object({
    type: z.literal('deliveries'),
    conversationId: z.string(),
    deliveries: z.array(z.object({ seq: z.number().int(), part: z.number().int(), delivery: Delivery })),
  }),
  z.object({ type: z.literal('counts'), counts: InboxCounts }),
  /** Something that wants attention now: a queue that waits, a case given to you, a breach near. */
  z.object({
    type: z.literal('alert'),
    alert: z.object({
      what: z.enum(ALERT_KINDS),
      subject: z.string(),
      at: Instant,
    }),
  }),
  /** Sent every 15 s; `now` is the server's clock, for countdowns on a machine whose own is wrong. */
  z.object({ type: z.literal('beat'), now: Instant }),
  /** Too much was missed to be told one by one: read the lists again. */
  z.object({ type: z.literal('reload') }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;
