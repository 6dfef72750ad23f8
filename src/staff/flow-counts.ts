import type { Db } from 'mongodb';
import { type Calendar, localDate } from '../cases/calendar.js';
import type { Committed } from '../conversations/commit.js';
import type { TurnAfter } from '../conversations/turn.js';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { DRAFT_STEP } from '../flows/state.js';

const FLUSH_MS = 5000;
const KEEP_MS = 90 * 24 * 60 * 60 * 1000;
/** There are some hundred steps; more keys than this were not made by flows of ours. */
const MAX_PENDING = 5000;

/** How often people came to a step that waits, and went on from it, on one day. */
interface StepCount {
  /** `<day>/<flow>.<step>` */
  readonly _id: string;
  /** The beginning of the day in UTC by name, not by zone: 2026-03-01 is always T00:00Z. */
  readonly at: Date;
  readonly step: string;
  readonly entered: number;
  readonly left: number;
  readonly expiresAt: Date;
}

export type StepTotals = ReadonlyMap<string, { readonly entered: number; readonly left: number }>;

export interface FlowCounts {
  /** Counts a turn in memory; costs no read and no write. */
  committed(committed: Committed): void;
  /** Writes what was counted: one increment a step and day, however many turns there were. */
  flush(): Promise<void>;
  /** Sums over the last days, today among them, by `flow.step`. */
  totals(days: number): Promise<StepTotals>;
  /** Stops the regular flushes and makes a last one. */
  stop(): Promise<void>;
}

/** What is lost with a process is five seconds of counting: nobody decides on that. */
export function createFlowCounts(deps: { db: Db; clock: Clock; log: Logger; home: Calendar }): FlowCounts {
  const { clock, log, home } = deps;
  const counts = deps.db.collection<StepCount>('flow_counts');
  let pending = new Map<string, { entered: number; left: number }>();
  let stopped = false;
  let cancel: () => void = () => undefined;

  const add = (step: string, field: 'entered' | 'left') => {
    const key = `${localDate(clock.now(), home)}/${step}`;
    const known = pending.get(key) ?? { entered: 0, left: 0 };
    known[field] += 1;
    if (pending.size < MAX_PENDING || pending.has(key)) pending.set(key, known);
  };

  async function flush(): Promise<void> {
    if (pending.size === 0) return;
    const written = pending;
    pending = new Map();
    await counts.bulkWrite(
      [...written].map(([_id, { entered, left }]) => {
        const at = new Date(`${_id.slice(0, 10)}T00:00:00Z`);
        const once = { at, step: _id.slice(11), expiresAt: new Date(at.getTime() + KEEP_MS) };
        return {
          updateOne: { filter: { _id }, update: { $inc: { entered, left }, $setOnInsert: once }, upsert: true },
        };
      }),
      { ordered: false },
    );
  }

  const loop = () => {
    cancel = clock.after(FLUSH_MS, () => {
      void flush()
        .catch((error: unknown) => log.warn({ err: error }, 'steps people came to could not be counted'))
        .finally(() => {
          if (!stopped) loop();
        });
    });
  };
  loop();

  return {
    committed({ turn, before }) {
      const from = standing(before);
      const to = standing(turn.after);
      if (from === to) return;
      // a question is come to by whoever asks it; it is left only by what the citizen says
      if (to !== undefined) add(to, 'entered');
      if (from !== undefined && turn.source.kind === 'citizen') add(from, 'left');
    },
    flush,
    async totals(days) {
      await flush();
      const today = new Date(`${localDate(clock.now(), home)}T00:00:00Z`);
      const since = new Date(today.getTime() - (days - 1) * 86_400_000);
      const sums = new Map<string, { entered: number; left: number }>();
      for await (const { step, entered, left } of counts.find({ at: { $gte: since } })) {
        const sum = sums.get(step) ?? { entered: 0, left: 0 };
        sums.set(step, { entered: sum.entered + entered, left: sum.left + left });
      }
      return sums;
    },
    async stop() {
      stopped = true;
      cancel();
      await flush().catch((error: unknown) => log.warn({ err: error }, 'last counts of steps are lost'));
    },
  };
}

/** `flow.step` of the open question; none where nothing is asked, or a draft lies. */
function standing(after: TurnAfter | undefined): string | undefined {
  const top = after?.stack.at(-1);
  return top && top.step !== DRAFT_STEP ? `${top.flow}.${top.step}` : undefined;
}
