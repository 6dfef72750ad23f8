import type { Case } from '../cases/case.js';
import type { Turn } from '../conversations/turn.js';
import type { Alert } from './alerts.js';
import type { LiveEvent } from './api/live.js';

export function alertEvent({ what, subject, at }: Pick<Alert, 'what' | 'subject' | 'at'>): string {
  return JSON.stringify({ type: 'alert', alert: { what, subject, at: at.toISOString() } } satisfies LiveEvent);
}

/** What a turn calls for: somebody asks for a person, or waits in another queue now. Pure. */
export function alertsOfTurn({
  conversationId,
  seq,
  at,
  after,
}: Pick<Turn, 'conversationId' | 'seq' | 'at' | 'after'>): Alert[] {
  const { mode, handover } = after;
  if (mode !== 'queued' || handover?.seq !== seq) return [];
  const what = handover.reason === 'danger' ? 'danger' : 'queue_waiting';
  const _id = `${what}:${conversationId}:${seq}`;
  return [{ _id, what, subject: conversationId, at, ...(handover.unit ? { unit: handover.unit } : {}) }];
}

/** What the newest change of a case calls for: lateness, and whoever was given it by somebody else. Pure. */
export function alertsOfCase(found: Pick<Case, '_id' | 'rev' | 'history' | 'alert'>): Alert[] {
  const { _id: subject, rev, alert } = found;
  const event = found.history.at(-1);
  if (!event) return [];
  const alertFor = (what: Alert['what'], staffId: string): Alert => ({
    _id: `${what}:${subject}:${rev}:${staffId}`,
    ...{ what, subject, staffId, at: event.at },
  });
  if (alert && event.steps?.some(({ kind }) => kind === 'escalate')) {
    const what = alert.level === 'agent' ? 'breach_near' : 'breached';
    return alert.staffIds.map((staffId) => alertFor(what, staffId));
  }
  return event.staffId && event.by.id !== event.staffId ? [alertFor('assigned', event.staffId)] : [];
}
