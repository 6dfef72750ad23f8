import type { Turn } from './turn.js';

/** The places on the path of a message between which the process may die, and must not lose or double anything. */
export type PathPoint =
  | 'received'
  | 'decided'
  | 'inserted'
  | 'acknowledged'
  | 'effect_half_applied'
  | 'effect_applied'
  | 'sending'
  | 'sent_unmarked'
  | 'notice_told'
  | 'clocks_swept';

/** Told as each point is passed; a seam for tracing, and for tests that kill the process just there. */
export type Points = (point: PathPoint, turn: Pick<Turn, '_id' | 'seq'>) => void | Promise<void>;

export const noPoints: Points = () => undefined;
