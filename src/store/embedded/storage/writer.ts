import { StoreError } from '../errors.js';
import type { Tables } from './tables.js';

/** Limits of one commit: what is queued beyond them goes into the next. */
const MAX_JOBS = 500;
const MAX_MS = 20;

type Outcome = { readonly value: unknown } | { readonly refused: StoreError };

interface Job<T> {
  readonly run: () => T;
  /** Alone in its commit, because others must see its outcome only once it is durable. */
  readonly alone: boolean;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriterDeps {
  readonly tables: Tables;
  /** Runs at the end of each transaction, inside it. */
  readonly beforeCommit: () => void;
  /** A transaction was rolled back: memory must become what the disk holds. */
  readonly afterAbort: () => void;
  /** Milliseconds that never go backwards. */
  readonly monotonicMs: () => number;
  /** Called inside each transaction before it is committed; tests let it throw. */
  readonly fault?: (() => void) | undefined;
}

/**
 * Group commit. Jobs that arrive while the previous commit is being synced share the next one, so the number of syncs
 * does not grow with the number of clients; each job's promise settles only after its commit is on disk.
 *
 * A job is synchronous and sees the writes of the jobs before it. It refuses by throwing a StoreError before its first
 * write, which concerns nobody else. Any other error rolls back the whole commit, whose jobs are then run again one by
 * one, so that only those that fail alone fail.
 */
export class Writer {
  private queue: Job<unknown>[] = [];
  private pumping = false;
  private closed = false;
  private idle: (() => void)[] = [];

  constructor(private readonly deps: WriterDeps) {}

  /** @param run may be run more than once if its first commit fails, so it keeps no state of its own */
  run<T>(run: () => T, options: { alone?: boolean } = {}): Promise<T> {
    if (this.closed) return Promise.reject(new Error('the store is closing'));
    return new Promise<T>((resolve, reject) => {
      const job: Job<T> = { run, alone: options.alone ?? false, resolve, reject };
      // the queue holds jobs of all result types; each job resolves with what its own run returned
      this.queue.push(job as unknown as Job<unknown>);
      if (!this.pumping) void this.pump();
    });
  }

  /** Waits for everything queued, then refuses more. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.pumping) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    while (this.queue.length > 0) {
      const jobs = this.takeGroup();
      const done = await this.commit(jobs);
      // what a time limit left over goes first
      if (done < jobs.length) this.queue = jobs.slice(done).concat(this.queue);
    }
    this.pumping = false;
    for (const resolve of this.idle.splice(0)) resolve();
  }

  private takeGroup(): Job<unknown>[] {
    const barrier = this.queue.findIndex((job) => job.alone);
    const size = barrier === 0 ? 1 : barrier < 0 ? MAX_JOBS : Math.min(barrier, MAX_JOBS);
    return this.queue.splice(0, size);
  }

  /** @returns how many of the jobs were settled */
  private async commit(jobs: readonly Job<unknown>[]): Promise<number> {
    const outcomes: Outcome[] = [];
    try {
      await this.transact(jobs, outcomes);
    } catch (caught) {
      const error = await causeOf(caught);
      this.deps.afterAbort();
      const [first] = jobs;
      if (outcomes.length <= 1 && first) {
        first.reject(error);
        return 1;
      }
      for (const job of jobs) await this.commit([job]);
      return jobs.length;
    }
    for (const [index, outcome] of outcomes.entries()) {
      if ('refused' in outcome) jobs[index]?.reject(outcome.refused);
      else jobs[index]?.resolve(outcome.value);
    }
    return outcomes.length;
  }

  private async transact(jobs: readonly Job<unknown>[], outcomes: Outcome[]): Promise<void> {
    const { tables, beforeCommit, fault, monotonicMs } = this.deps;
    // a plain transaction would keep what was written before a throw; a child is rolled back
    await tables.root.childTransaction(() => {
      const until = monotonicMs() + MAX_MS;
      for (const job of jobs) {
        // counted before it runs, so that a failure knows whether the job was alone
        outcomes.push({ value: undefined });
        outcomes[outcomes.length - 1] = runJob(job);
        if (monotonicMs() > until) break;
      }
      beforeCommit();
      fault?.();
    });
  }
}

function runJob(job: Job<unknown>): Outcome {
  try {
    return { value: job.run() };
  } catch (error) {
    if (error instanceof StoreError) return { refused: error };
    throw error;
  }
}

/** lmdb tells why a commit failed in a promise beside its error, which must not be left rejected either. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
