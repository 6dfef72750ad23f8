import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { Committed } from './commit.js';
import type { Rows } from './rows.js';

const TAIL_EVERY_MS = 1000;
/** Rows may become visible a little after their time; the overlap is deduped by (id, lastSeq). */
const OVERLAP_MS = 5000;

/** Whoever follows every conversation: told at once, of what happens in this process. */
export interface LiveWatcher {
  /** A turn was committed. */
  readonly committed: (committed: Committed) => void;
  /** Something of a conversation may have changed since its newest turn. */
  readonly changed: (conversationId: string) => void;
}

/** Tells those who watch a conversation that it may have something new. */
export interface Live {
  /** @returns the unsubscribe */
  watchAll(watcher: LiveWatcher): () => void;
  committed(committed: Committed): void;
  /** @returns the unsubscribe */
  watch(conversationId: string, wake: () => void): () => void;
  /** A turn was committed in this process. */
  changed(conversationId: string): void;
  /** Looks for turns of other processes from now on; stops with the returned function. */
  tail(rows: Rows, clock: Clock, log: Logger): () => void;
}

export function createLive(): Live {
  const watchers = new Map<string, Set<() => void>>();
  const watchersOfAll = new Set<LiveWatcher>();
  const wakeWatchers = (conversationId: string) => {
    for (const wake of watchers.get(conversationId) ?? []) wake();
  };
  const changed = (conversationId: string) => {
    wakeWatchers(conversationId);
    for (const watcher of watchersOfAll) watcher.changed(conversationId);
  };

  return {
    changed,
    committed(committed) {
      for (const watcher of watchersOfAll) watcher.committed(committed);
    },
    watchAll(watcher) {
      watchersOfAll.add(watcher);
      return () => void watchersOfAll.delete(watcher);
    },
    watch(conversationId, wake) {
      const set = watchers.get(conversationId) ?? new Set();
      set.add(wake);
      watchers.set(conversationId, set);
      return () => {
        set.delete(wake);
        if (set.size === 0) watchers.delete(conversationId);
      };
    },
    tail(rows, clock, log) {
      let seen = new Map<string, number>();
      let stopped = false;
      let cancel: () => void = () => undefined;
      let last = clock.now();

      const look = async () => {
        if (watchers.size === 0) {
          last = clock.now();
          return;
        }
        const found = await rows.changedSince(new Date(last.getTime() - OVERLAP_MS));
        for (const row of found) if (seen.get(row._id) !== row.lastSeq) wakeWatchers(row._id);
        seen = new Map(found.map((row) => [row._id, row.lastSeq]));
        last = found.at(-1)?.changedAt ?? last;
      };

      const loop = () => {
        void look()
          .catch((error: unknown) => log.warn({ err: error }, 'changed conversations could not be read'))
          .finally(() => {
            if (!stopped) cancel = clock.after(TAIL_EVERY_MS, loop);
          });
      };
      loop();
      return () => {
        stopped = true;
        cancel();
      };
    },
  };
}
