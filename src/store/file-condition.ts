import type { FileCondition } from '../messages/message.js';
import { createHarmWatch } from './harmful.js';
import { watchEnd } from './whole-file.js';

/** Where a PDF says how it is locked: in its trailer, which is never compressed. */
const LOCK = /\/Encrypt\s*(?:\d+\s+\d+\s+R|<<)/;
const LOCK_BYTES = 64;

/** Tells, of a file that passes piece by piece, what is wrong with it. */
export interface ConditionWatch {
  see(piece: Buffer): void;
  /** Once all has passed; undefined when nothing is. */
  condition(): FileCondition | undefined;
}

/** @param mimeType by the file's own bytes */
export function watchCondition(mimeType: string): ConditionWatch {
  const harm = createHarmWatch();
  const end = watchEnd(mimeType);
  const lock = mimeType === 'application/pdf' ? watchLock() : undefined;
  let isEmpty = true;
  return {
    see(piece) {
      if (piece.length === 0) return;
      isEmpty = false;
      harm.see(piece);
      end.see(piece);
      lock?.see(piece);
    },
    condition() {
      if (harm.found()) return 'quarantined';
      if (isEmpty || !end.isWhole()) return 'damaged';
      return lock?.found() ? 'locked' : undefined;
    },
  };
}

function watchLock(): { see(piece: Buffer): void; found(): boolean } {
  let rest = '';
  let isFound = false;
  return {
    see(piece) {
      if (isFound) return;
      const text = rest + piece.toString('latin1');
      isFound = LOCK.test(text);
      rest = text.slice(-LOCK_BYTES);
    },
    found: () => isFound,
  };
}
