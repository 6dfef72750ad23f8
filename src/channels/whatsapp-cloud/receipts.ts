import type { Collection } from 'mongodb';
import { createBatcher } from '../../core/batcher.js';
import type { Clock } from '../../core/clock.js';
import type { Receipt } from './status.js';

const KEEP_MS = 30 * 24 * 60 * 60 * 1000;

/** How far a message got, as the console shows it; apart from its turn, because it may be known before the turn is. */
export interface StoredReceipt {
  /** `<channel>:<platformId>` */
  readonly _id: string;
  readonly rank: number;
  /** Meta's error, once it failed. */
  readonly code?: number;
  readonly expiresAt: Date;
}

/**
 * Keeps receipts, each message's highest rank only. Repeated and disordered ones change nothing, so a delivery that
 * comes twice does no harm.
 */
export type NoteReceipts = (receipts: readonly Receipt[]) => Promise<void>;

export function receiptIdOf(platformId: string): string {
  return `whatsapp_cloud:${platformId}`;
}

/** Three reports a message come in small deliveries of their own, so those of one moment share a write. */
const BATCH = { maxItems: 500, maxInFlight: 2, schedule: (flush: () => void) => void setImmediate(flush) };

export function createNoteReceipts(collection: Collection<StoredReceipt>, clock: Clock): NoteReceipts {
  const batcher = createBatcher<Receipt, void>(async (receipts) => {
    const expiresAt = new Date(clock.now().getTime() + KEEP_MS);
    await collection.bulkWrite(
      receipts.map(({ platformId, rank, code }) => ({
        updateOne: {
          filter: { _id: receiptIdOf(platformId) },
          update: { $max: { rank, expiresAt }, ...(code === undefined ? {} : { $set: { code } }) },
          upsert: true,
        },
      })),
      // none depends on another, and one refused must not keep those behind it
      { ordered: false },
    );
    return receipts.map(() => undefined);
  }, BATCH);

  return async (receipts) => {
    await Promise.all(receipts.map((receipt) => batcher.add(receipt)));
  };
}
