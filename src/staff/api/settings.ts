import { z } from 'zod';
import { Instant } from './inbox.js';

/** A ready answer; `shortcut` is typed after a slash. Texts by locale; placeholders {nama} {nomor} {petugas} {unit}. */
export const CannedAnswer = z.object({
  id: z.string().max(60),
  shortcut: z.string().regex(/^[a-z0-9_-]{1,30}$/),
  title: z.string().min(1).max(80),
  texts: z.record(z.string(), z.string().max(2000)),
  /** Of one unit only; everybody's when absent. */
  unit: z.string().optional(),
});
export type CannedAnswer = z.infer<typeof CannedAnswer>;

/** A rule of the empathy guide: literal words, no patterns. */
export const ToneRule = z.object({
  id: z.string(),
  kind: z.enum(['blame', 'jargon', 'promise', 'no_next_step']),
  /** Flags a text that holds one of these; for `no_next_step`, one that holds none. */
  words: z.array(z.string()),
  advice: z.record(z.string(), z.string()),
  minWords: z.number().int().optional(),
});
export type ToneRule = z.infer<typeof ToneRule>;

/** `GET /api/staff/settings`: what the page needs once, at its start. */
export const Settings = z.object({
  siteName: z.string(),
  zone: z.string(),
  now: Instant,
  units: z.array(z.object({ id: z.string(), name: z.string() })),
  agencies: z.array(z.object({ id: z.string(), name: z.string(), hasAddress: z.boolean() })),
  categories: z.array(z.object({ id: z.string(), name: z.string(), restricted: z.boolean() })),
  statuses: z.array(z.object({ id: z.string(), name: z.string() })),
  outcomes: z.array(z.object({ id: z.string(), name: z.string() })),
  kinds: z.array(z.object({ id: z.string(), name: z.string() })),
  staff: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      role: z.string(),
      units: z.array(z.string()),
      isAvailable: z.boolean(),
    }),
  ),
  canned: z.array(CannedAnswer),
  tone: z.array(ToneRule),
});
export type Settings = z.infer<typeof Settings>;

/** `GET /api/staff/shift`: the coordinator's view. Bounded: counts stop at 9,999. */
export const ShiftView = z.object({
  now: Instant,
  queue: z.object({ waiting: z.number().int(), oldestSince: Instant.optional() }),
  /** Seconds from handover to the first staff answer, over the last 24 h; absent when there were none. */
  firstResponse: z.object({ medianSeconds: z.number(), p90Seconds: z.number(), count: z.number().int() }).optional(),
  backlog: z.array(z.object({ status: z.string(), count: z.number().int() })),
  breached: z.number().int(),
  breachIn4h: z.number().int(),
  nextBreaches: z.array(
    z.object({ number: z.string(), category: z.string(), dueAt: Instant, staffName: z.string().optional() }),
  ),
  load: z.array(
    z.object({
      staffId: z.string(),
      name: z.string(),
      isAvailable: z.boolean(),
      chats: z.number().int(),
      cases: z.number().int(),
      capacity: z.number().int(),
    }),
  ),
  /** Per hour over the last 24 h, oldest first: chats handed over, chats taken, cases received, cases resolved. */
  hours: z.array(
    z.object({
      at: Instant,
      handovers: z.number().int(),
      claims: z.number().int(),
      received: z.number().int(),
      resolved: z.number().int(),
    }),
  ),
});
export type ShiftView = z.infer<typeof ShiftView>;
