import type { ConversationRow } from '../conversations/rows.js';
import type { Actor } from './actor.js';
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

/** Somebody as rights see them in chats: whoever stands in for an abolished unit has its chats too. */
export function standingIn({ actor, units }: Sight): Actor {
  return units && units.length > actor.units.length ? { ...actor, units } : actor;
}

/** Whether somebody may do something in a chat: by their role and unit, and by the circles of its restricted cases. */
export function mayInRow(sight: Sight, row: Seen, verb: Verb): boolean {
  const isHidden = row.circles?.some((circle) => sight.hidden.includes(circle)) ?? false;
  return may(standingIn(sight), 'conversation', verb, rowAt(row)) && !isHidden;
}

export function seesRow(sight: Sight, row: Seen): boolean {
  return mayInRow(sight, row, 'read');
}
