import type { ConversationRow } from '../conversations/rows.js';
import type { Sight } from './circles.js';
import { may, type RightAt, type Verb } from './rights.js';

type Seen = Pick<ConversationRow, 'mode' | 'unit' | 'queueUnit' | 'staffId' | 'circles'>;

/**
 * To whom a chat belongs, as rights see it. One that waits belongs to the queue it waits in, whatever its cases are
 * about; otherwise to the unit of its newest case.
 */
export function rowAt({ mode, unit, queueUnit, staffId }: Seen): RightAt {
  const belongsTo = mode === 'queued' ? queueUnit : unit;
  return { ...(belongsTo === undefined ? {} : { unit: belongsTo }), ...(staffId ? { staffId } : {}) };
}

/** Whether somebody may do something in a chat: by their role and unit, and by the circles of its restricted cases. */
export function mayInRow({ actor, units, hidden }: Sight, row: Seen, verb: Verb): boolean {
  // whoever stands in for an abolished unit has its chats too
  const stands = units && units.length > actor.units.length ? { ...actor, units } : actor;
  return may(stands, 'conversation', verb, rowAt(row)) && !row.circles?.some((circle) => hidden.includes(circle));
}

export function seesRow(sight: Sight, row: Seen): boolean {
  return mayInRow(sight, row, 'read');
}
