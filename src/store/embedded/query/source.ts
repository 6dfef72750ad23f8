/** Documents of one reply. */
export interface Batch {
  readonly documents: Buffer[];
  bytes: number;
  readonly maxDocuments: number;
}

/** A reply holds at most this many bytes of documents, unless the first alone is larger. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

export function newBatch(maxDocuments: number): Batch {
  return { documents: [], bytes: 0, maxDocuments };
}

/** @returns false when the document has to wait for the next batch */
export function addToBatch(batch: Batch, document: Buffer): boolean {
  if (batch.documents.length >= batch.maxDocuments) return false;
  if (batch.documents.length > 0 && batch.bytes + document.length > MAX_BATCH_BYTES) return false;
  batch.documents.push(document);
  batch.bytes += document.length;
  return true;
}

/** `end`: nothing more will come. `full`: the batch takes no more. `time`: the slice is used up; call again later. */
export type Filled = 'end' | 'full' | 'time';

/** Where the documents of a cursor come from. */
export interface Source {
  /** Works for one slice of time at most. */
  fill(batch: Batch): Filled;
  /** Bytes kept in memory between calls. */
  heldBytes(): number;
}

/** A source for documents already at hand. */
export class ListSource implements Source {
  private next = 0;

  constructor(private readonly documents: readonly Buffer[]) {}

  fill(batch: Batch): Filled {
    for (; this.next < this.documents.length; this.next++) {
      const document = this.documents[this.next];
      if (document && !addToBatch(batch, document)) return 'full';
    }
    return 'end';
  }

  heldBytes(): number {
    return this.documents.slice(this.next).reduce((sum, document) => sum + document.length, 0);
  }
}

const yieldToOthers = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Fills a batch however long it takes, letting others run between slices.
 *
 * @param mayGoOn called between slices; throws to give up (time limit, connection gone)
 * @returns true when the source has ended
 */
export async function drain(source: Source, batch: Batch, mayGoOn: () => void): Promise<boolean> {
  for (;;) {
    const filled = source.fill(batch);
    if (filled !== 'time') return filled === 'end';
    await yieldToOthers();
    mayGoOn();
  }
}
