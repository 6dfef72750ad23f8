import { note, type RunningTurn } from './running-turn.js';

/** A number or a letter tapped as an answer names no danger. */
const WORD = /\p{L}{3}/u;

/**
 * Tells the numbers to call when a text says that life may be at risk; once for each danger while a chat is busy.
 *
 * @returns true when it did
 */
export function warn(turn: RunningTurn, text: string): boolean {
  if (!WORD.test(text)) return false;
  const danger = turn.findDanger(text);
  if (danger === undefined || turn.warned.includes(danger)) return false;
  const key = `danger.${danger}`;
  note(turn, turn.deps.texts.has(key) ? key : 'danger.other', { urgent: true, note: false });
  turn.warned.push(danger);
  return true;
}
