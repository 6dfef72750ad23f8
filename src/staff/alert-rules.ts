import type { Account } from './account.js';
import { type Actor, isOfEveryUnit } from './actor.js';
import type { AlertKind } from './alert-kinds.js';
import type { Alert } from './alerts.js';
import { may, type RightObject } from './rights.js';

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 60 * MS_PER_MINUTE;
const MS_PER_DAY = 24 * MS_PER_HOUR;

/** How long after it happened an alert is still worth sending: a queue moves on, a deadline doesn't. */
const MAX_AGE_MS: Readonly<Record<AlertKind, number>> = {
  queue_waiting: 15 * MS_PER_MINUTE,
  handover_overdue: 30 * MS_PER_MINUTE,
  danger: 60 * MS_PER_MINUTE,
  channel: 2 * MS_PER_HOUR,
  mentioned: 14 * MS_PER_HOUR,
  assigned: 14 * MS_PER_HOUR,
  breach_near: 14 * MS_PER_HOUR,
  breached: 14 * MS_PER_HOUR,
  data_request: 14 * MS_PER_HOUR,
  numbers_tried: 14 * MS_PER_HOUR,
};
/** Of those about who waits for a person. */
export const OLDEST_WAITING_MS = Math.max(MAX_AGE_MS.queue_waiting, MAX_AGE_MS.handover_overdue, MAX_AGE_MS.danger);
export const OLDEST_MS = Math.max(...Object.values(MAX_AGE_MS));

/** Of what comes in numbers one message every few minutes is enough. */
export const NOT_AGAIN_WITHIN_MS: Readonly<Partial<Record<AlertKind, number>>> = {
  queue_waiting: 5 * MS_PER_MINUTE,
  channel: 15 * MS_PER_MINUTE,
};

export function isTooOld({ what, at }: Pick<Alert, 'what' | 'at'>, now: Date): boolean {
  return now.getTime() - at.getTime() > MAX_AGE_MS[what];
}

/** What somebody must be allowed to see to be told of it. */
const OBJECT: Readonly<Record<AlertKind, RightObject>> = {
  queue_waiting: 'conversation',
  handover_overdue: 'conversation',
  danger: 'conversation',
  mentioned: 'note',
  assigned: 'case',
  breach_near: 'case',
  breached: 'case',
  channel: 'channel',
  data_request: 'conversation',
  numbers_tried: 'audit',
};

/** Whether an alert concerns somebody: named, or of a unit of theirs, and theirs to see by their role. */
export function concerns(alert: Pick<Alert, 'what' | 'staffId' | 'unit'>, account: Account): boolean {
  if (!account.isActive || (alert.staffId !== undefined && alert.staffId !== account._id)) return false;
  const { _id: staffId, name, role, units } = account;
  const actor: Actor = { staffId, name, role, units, via: 'session' };
  if (!may(actor, OBJECT[alert.what], 'list') && !may(actor, OBJECT[alert.what], 'read')) return false;
  return alert.staffId !== undefined || alert.unit === undefined || isOfEveryUnit(actor) || units.includes(alert.unit);
}

/**
 * When somebody may be told at the earliest, by their quiet hours; danger to life waits for no morning.
 *
 * @param quietHours local times `HH:MM`, across midnight when `from` is later
 */
export function earliest(
  what: AlertKind,
  now: Date,
  quietHours: { readonly from: string; readonly to: string } | undefined,
  offsetMs: number,
): Date {
  if (!quietHours || what === 'danger') return now;
  const [from, to] = [msOf(quietHours.from), msOf(quietHours.to)];
  const localMs = now.getTime() + offsetMs;
  const timeMs = localMs % MS_PER_DAY;
  const isOverNight = from > to;
  const isQuiet = isOverNight ? timeMs >= from || timeMs < to : timeMs >= from && timeMs < to;
  if (!isQuiet) return now;
  const midnightMs = now.getTime() - timeMs;
  return new Date(midnightMs + to + (isOverNight && timeMs >= from ? MS_PER_DAY : 0));
}

function msOf(time: string): number {
  return Number(time.slice(0, 2)) * MS_PER_HOUR + Number(time.slice(3)) * MS_PER_MINUTE;
}
