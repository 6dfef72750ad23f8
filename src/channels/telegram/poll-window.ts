import { createKeyedQueue } from '../../core/keyed-queue.js';
import { chatKeyOf, updateIdOf } from './update-schema.js';

/** How many chats are served side by side. */
const MAX_SIDE_BY_SIDE = 32;

/**
 * The updates between the last one confirmed and the newest one fetched. Confirming one confirms all before it, so the
 * offset stays at the oldest that isn't done, while those behind it, and new ones, are still taken in.
 */
export interface PollWindow {
  /** @returns how many of them were not in the window yet */
  admit(updates: readonly unknown[]): number;
  /** What to confirm up to, exclusive; undefined when there is nothing to confirm. */
  offset(): number | undefined;
  /** The platform took the offset: what lies before it won't come again. */
  confirmed(offset: number): void;
  /** How many are being taken in. */
  openCount(): number;
  /** Resolves when the next one is done, or given back. */
  oneSettled(): Promise<void>;
  /** Resolves when none is open. */
  allSettled(): Promise<void>;
}

/** @param take rejects when the update must stay unconfirmed */
export function createPollWindow(take: (update: unknown) => Promise<void>): PollWindow {
  const inOrder = createKeyedQueue();
  const atOnce = createGate(MAX_SIDE_BY_SIDE);
  /** By id: true while not done. */
  const seen = new Map<number, boolean>();
  const running = new Set<Promise<void>>();
  let next: number | undefined;

  const run = async (update: unknown, id: number | undefined) => {
    try {
      await inOrder(chatKeyOf(update), () => atOnce(() => take(update)));
    } catch {
      return; // stays open, so that it is never confirmed and comes again
    }
    if (id !== undefined) seen.set(id, false);
  };

  return {
    admit(updates) {
      let fresh = 0;
      for (const update of updates) {
        const id = updateIdOf(update);
        if (id !== undefined && seen.has(id)) continue;
        fresh += 1;
        if (id !== undefined) {
          seen.set(id, true);
          // by arrival, not by size: after a quiet week ids go on from anywhere
          next = id + 1;
        }
        const work = run(update, id).finally(() => running.delete(work));
        running.add(work);
      }
      return fresh;
    },
    offset() {
      const oldestOpen = Math.min(...[...seen].filter(([, isOpen]) => isOpen).map(([id]) => id));
      return Number.isFinite(oldestOpen) ? oldestOpen : next;
    },
    confirmed(offset) {
      for (const id of seen.keys()) if (id < offset) seen.delete(id);
      if (next !== undefined && next <= offset) next = undefined;
    },
    openCount: () => running.size,
    oneSettled: () => Promise.race(running),
    async allSettled() {
      await Promise.all(running);
    },
  };
}

/** Lets so many tasks run at once; the others wait in line. */
function createGate(limit: number): (task: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = [];
  let free = limit;
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await task();
    } finally {
      const following = waiting.shift();
      if (following) following();
      else free += 1;
    }
  };
}
