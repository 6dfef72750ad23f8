import { addWorkingMs, type Calendar } from '../cases/calendar.js';
import type { HandoverReason } from '../flows/state.js';

/** Nobody is left waiting for a person longer than this, in office hours, without hearing of it. */
export const CLAIM_WITHIN_MS = 15 * 60 * 1000;
/** Staff who hold a chat and let a citizen wait this long in office hours are taken for gone. */
export const REPLY_WITHIN_MS = 15 * 60 * 1000;
/** Where life may be in danger, the clock of the wall counts and not the office's. */
const DANGER_WITHIN_MS = 2 * 60 * 1000;
/** A message left in the stead of waiting is read within a day's office hours (7.5 h, Perpres 21/2023). */
const LEFT_WITHIN_MS = 7.5 * 60 * 60 * 1000;

/** One time that a conversation was given to people: from the wish for a person to the return to the bot. */
export interface Handover {
  /** The turn with which it began; names it, together with the conversation. */
  readonly seq: number;
  readonly since: Date;
  readonly reason: HandoverReason;
  /** The unit in whose queue it waits; any unit's when absent. */
  readonly unit?: string;
  /** Times that nobody came within the promised time. */
  readonly overdue: number;
  /** The citizen left a message rather than wait. */
  readonly isLeft?: boolean;
  readonly claimedAt?: Date;
  /** When staff first said something. */
  readonly repliedAt?: Date;
  readonly endedAt?: Date;
}

/** By when a conversation that waits for a person must have been taken, told again, or put before others. */
export function claimBy(handover: Pick<Handover, 'reason' | 'isLeft'>, from: Date, calendar: Calendar): Date {
  if (handover.reason === 'danger') return new Date(from.getTime() + DANGER_WITHIN_MS);
  return addWorkingMs(from, handover.isLeft ? LEFT_WITHIN_MS : CLAIM_WITHIN_MS, calendar);
}

/** By when whoever holds a conversation must have answered a message that came at `from`. */
export function replyBy(from: Date, calendar: Calendar): Date {
  return addWorkingMs(from, REPLY_WITHIN_MS, calendar);
}

/** True when people are there to be asked; else `backAt` is when they will be. */
export function officeHours(now: Date, calendar: Calendar): { readonly isOpen: boolean; readonly backAt: Date } {
  // a millisecond of work, begun outside hours, ends right after they begin
  const first = addWorkingMs(now, 1, calendar);
  return { isOpen: first.getTime() - now.getTime() <= 1, backAt: new Date(first.getTime() - 1) };
}

/** What has just been done to a conversation, as far as its handover is concerned. */
export interface HandoverChange {
  readonly seq: number;
  readonly at: Date;
  /** Asked for with this turn. */
  readonly asked?: HandoverReason;
  readonly unit?: string;
  readonly mode: 'bot' | 'queued' | 'staff';
  readonly by: 'citizen' | 'staff' | 'notice' | 'system';
  /** Staff said something to the citizen. */
  readonly isReply: boolean;
  /** The promised time is over. */
  readonly isOverdue?: boolean;
}

/** The handover after a turn; the last one is kept when the bot has the conversation back. Pure. */
export function nextHandover(before: Handover | undefined, change: HandoverChange): Handover | undefined {
  const { seq, at, mode, asked } = change;
  const open = before?.endedAt ? undefined : before;
  if (asked && !(open && STILL_WAITING.has(asked)))
    return { seq, since: at, reason: asked, overdue: 0, ...(change.unit ? { unit: change.unit } : {}) };
  if (mode === 'bot') return open ? { ...open, endedAt: at } : before;
  // taken over by staff without anybody having asked
  const current: Handover = open ?? { seq, since: at, reason: 'staff', overdue: 0 };
  if (mode === 'staff') {
    const isFirstReply = change.isReply && !current.repliedAt;
    return { ...current, claimedAt: current.claimedAt ?? at, ...(isFirstReply ? { repliedAt: at } : {}) };
  }
  if (change.isOverdue) return { ...current, overdue: current.overdue + 1 };
  return asked === 'left' ? { ...current, isLeft: true } : current;
}

const STILL_WAITING: ReadonlySet<HandoverReason> = new Set(['waiting', 'left']);
