import type { Clock } from '../core/clock.js';
import type { Audit } from './audit.js';

const ONCE_IN_MS = 10 * 60 * 1000;
const MAX_REMEMBERED = 20_000;

/** Notes that somebody opened something: once in ten minutes, so that scrolling doesn't drown what matters. */
export type NoteRead = (
  by: string,
  what: 'case.read' | 'conversation.read' | 'file.read',
  subject: string,
) => Promise<void>;

/** @returns resolves once it is on record: nothing is shown before */
export function createNoteRead({ audit, clock }: { audit: Pick<Audit, 'append'>; clock: Clock }): NoteRead {
  const noted = new Map<string, number>();
  return async (by, what, subject) => {
    const key = JSON.stringify([by, what, subject]);
    const nowMs = clock.now().getTime();
    const before = noted.get(key);
    if (before !== undefined && nowMs - before < ONCE_IN_MS) return;
    await audit.append({ by, what, subject });
    if (noted.size >= MAX_REMEMBERED) noted.clear();
    noted.set(key, nowMs);
  };
}
