import type { Case } from '../cases/case.js';
import type { ConversationRow } from '../conversations/rows.js';
import type { LiveEvent } from './api/live.js';

export type AlertWhat = Extract<LiveEvent, { type: 'alert' }>['alert']['what'];

/** Something that wants attention now. */
export interface FeedAlert {
  readonly what: AlertWhat;
  readonly subject: string;
  readonly at: Date;
  /** Only these; whoever may take the chat when omitted. */
  readonly for?: readonly string[];
}

export function alertEvent({ what, subject, at }: FeedAlert): string {
  return JSON.stringify({ type: 'alert', alert: { what, subject, at: at.toISOString() } } satisfies LiveEvent);
}

/** What a chat's newest turn calls for. Pure. @param before as it was known; undefined when it wasn't */
export function alertsOfRow(before: ConversationRow | undefined, row: ConversationRow): FeedAlert[] {
  const { _id: subject, lastAt: at, staffId } = row;
  if (row.mode === 'queued' && row.queuedAt?.getTime() !== before?.queuedAt?.getTime()) {
    return [{ what: row.handoverReason === 'danger' ? 'danger' : 'queue_waiting', subject, at }];
  }
  // passed from one to the other: whoever takes a chat by themselves knows of it
  const isHandedOn = row.mode === 'staff' && before?.mode === 'staff' && before.staffId !== staffId;
  return isHandedOn && staffId ? [{ what: 'assigned', subject, at, for: [staffId] }] : [];
}

/** What the newest change of a case calls for. Pure. */
export function alertsOfCase(found: Pick<Case, '_id' | 'rev' | 'history' | 'alert'>): FeedAlert[] {
  const event = found.history.at(-1);
  if (!event) return [];
  const { _id: subject, alert } = found;
  if (alert && event.steps?.some(({ kind }) => kind === 'escalate')) {
    const what = alert.level === 'agent' ? 'breach_near' : 'breached';
    return [{ what, subject, at: event.at, for: alert.staffIds }];
  }
  if (event.staffId && event.by.id !== event.staffId)
    return [{ what: 'assigned', subject, at: event.at, for: [event.staffId] }];
  return [];
}
