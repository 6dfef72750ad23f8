import type { Case } from '../cases/case.js';
import type { ConversationRow } from '../conversations/rows.js';
import type { Turn } from '../conversations/turn.js';
import type { Alert } from './alerts.js';
import type { LiveEvent } from './api/live.js';

export function alertEvent({ what, subject, at }: Pick<Alert, 'what' | 'subject' | 'at'>): string {
  return JSON.stringify({ type: 'alert', alert: { what, subject, at: at.toISOString() } } satisfies LiveEvent);
}

/** What a turn calls for: somebody asks for a person, or waits in another queue now. Pure. */
export function alertsOfTurn({ conversationId, seq, at, after }: Asking): Alert[] {
  const { mode, handover } = after;
  if (mode !== 'queued' || handover?.seq !== seq) return [];
  return [waitingAlert({ ...handover, subject: conversationId, at })];
}

/** What a turn calls for in which somebody was told again that nobody has come. Pure. */
export function overdueAlertsOfTurn({ conversationId, at, after }: Asking): Alert[] {
  const { mode, handover } = after;
  return mode === 'queued' && handover ? overdueAlerts({ ...handover, subject: conversationId, at }) : [];
}

/** Danger in what a citizen has just said is for a person to see, whoever holds the chat. Pure. */
export function dangerAlertsOfTurn(
  { conversationId: subject, seq, at, source, after }: Asking & Pick<Turn, 'source'>,
  before: Pick<Turn['after'], 'warned'> | undefined,
): Alert[] {
  if (source.kind !== 'citizen' || after.warned.length <= (before?.warned.length ?? 0)) return [];
  return [{ _id: `danger:${subject}:${seq}`, what: 'danger', subject, at }];
}

/** The same alerts, under the same ids, of a chat that waits; nothing of any other. Pure. */
export function alertsOfWaiting(row: WaitingRow): Alert[] {
  const { _id: subject, handoverSeq: seq, handoverReason: reason = '', overdue = 0, queuedAt, lastAt } = row;
  if (seq === undefined || queuedAt === undefined) return [];
  const waits = { subject, seq, reason, overdue, ...(row.queueUnit ? { unit: row.queueUnit } : {}) };
  return [waitingAlert({ ...waits, at: queuedAt }), ...overdueAlerts({ ...waits, at: lastAt })];
}

type Asking = Pick<Turn, 'conversationId' | 'seq' | 'at' | 'after'>;
export type WaitingRow = Pick<
  ConversationRow,
  '_id' | 'handoverSeq' | 'handoverReason' | 'overdue' | 'queuedAt' | 'lastAt' | 'queueUnit'
>;

interface Waiting {
  readonly subject: string;
  readonly seq: number;
  readonly reason: string;
  readonly overdue: number;
  readonly unit?: string;
  readonly at: Date;
}

function waitingAlert({ subject, seq, reason, unit, at }: Waiting): Alert {
  const what = reason === 'danger' ? 'danger' : 'queue_waiting';
  return { _id: `${what}:${subject}:${seq}`, what, subject, at, ...(unit ? { unit } : {}) };
}

function overdueAlerts({ subject, seq, overdue, at }: Waiting): Alert[] {
  if (overdue === 0) return [];
  return [{ _id: `handover_overdue:${subject}:${seq}:${overdue}`, what: 'handover_overdue', subject, at }];
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
