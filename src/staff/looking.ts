import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';

const NOTE_EVERY_MS = 30_000;
/** Whose console was open a minute ago is still at it, or about to be. */
const LOOKED_WITHIN_MS = 60_000;

/** Who has a console open, in this process or another: they see what happens, and are not told elsewhere. */
export interface Looking {
  /** A console of theirs is open until the returned function is called. */
  begin(staffId: string): () => void;
  isLooking(staffId: string): Promise<boolean>;
  stop(): void;
}

export function createLooking({ db, clock, log }: { db: Db; clock: Clock; log: Logger }): Looking {
  const stored = db.collection<{ _id: string; at: Date; expiresAt: Date }>('staff_looking');
  const open = new Map<string, number>();
  let cancel: () => void = () => undefined;
  let isNoting = false;
  let isStopped = false;

  const note = (staffIds: Iterable<string>) => {
    const at = clock.now();
    const expiresAt = new Date(at.getTime() + LOOKED_WITHIN_MS * 10);
    const writes = [...staffIds].map((_id) => ({
      updateOne: { filter: { _id }, update: { $set: { at, expiresAt } }, upsert: true },
    }));
    if (writes.length === 0) return;
    stored
      .bulkWrite(writes, { ordered: false })
      .catch((error: unknown) => log.warn({ err: error }, 'who is looking could not be noted'));
  };
  const loop = () => {
    if (isStopped || open.size === 0) {
      isNoting = false;
      return;
    }
    note(open.keys());
    cancel = clock.after(NOTE_EVERY_MS, loop);
  };

  return {
    begin(staffId) {
      open.set(staffId, (open.get(staffId) ?? 0) + 1);
      if (isNoting) note([staffId]);
      else {
        isNoting = true;
        loop();
      }
      return () => {
        const left = (open.get(staffId) ?? 1) - 1;
        if (left > 0) open.set(staffId, left);
        else {
          open.delete(staffId);
          if (!isStopped) note([staffId]);
        }
      };
    },
    async isLooking(staffId) {
      if (open.has(staffId)) return true;
      const found = await stored.findOne({ _id: staffId });
      return found !== null && clock.now().getTime() - found.at.getTime() < LOOKED_WITHIN_MS;
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
