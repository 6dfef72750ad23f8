import type { Clock } from '../../../core/clock.js';
import type { BsonWriter } from '../bson/writer.js';
import type { Cursors } from '../cursors.js';
import { StoreError } from '../errors.js';
import type { Store } from '../storage/store.js';
import type { Verifier } from '../wire/scram.js';
import type { Command } from './command.js';

/** What every command may use. */
export interface CommandContext {
  readonly store: Store;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  /** Tells this process from its predecessors in hello; 12 bytes. */
  readonly processId: Buffer;
  /** Of the one user, where clients have to authenticate. */
  readonly verifier: Verifier | undefined;
  /** 12 bytes. */
  readonly newObjectId: () => Buffer;
}

/** Adds the fields of the reply; `ok` is added behind them. */
export type WriteReply = (writer: BsonWriter) => void;

export type Handler = (command: Command, context: CommandContext) => Promise<WriteReply> | WriteReply;

/** A function that throws once the command's time limit is over. */
export function timeGuard(command: Command, { monotonicMs }: CommandContext): () => void {
  const limit = command.maxTimeMs();
  if (limit === undefined) return () => undefined;
  const until = monotonicMs() + limit;
  return () => {
    if (monotonicMs() > until) throw new StoreError(50, 'operation exceeded time limit');
  };
}
