import type { Plan } from '../plan/plan.js';
import { openScan, type Scan } from '../plan/scan.js';
import type { Filter } from '../query/filter.js';
import { SLICE } from '../query/find-source.js';
import { matches } from '../query/match.js';
import { addToBatch, type Batch, type Filled, type Source } from '../query/source.js';
import type { Collection } from '../storage/catalog.js';
import type { Store } from '../storage/store.js';
import type { Emit, Stage } from './stage.js';

/** The results of a pipeline, a slice of its input at a time. */
export class AggregateSource implements Source {
  readonly scan: Scan | undefined;
  private output: Buffer[] = [];
  private taken = 0;
  private outputBytes = 0;
  private ended = false;
  /** Where each stage passes its documents to; the first is where candidates go. */
  private readonly entries: Emit[] = [];

  constructor(
    store: Store,
    collection: Collection | undefined,
    plan: Plan,
    private readonly filter: Filter,
    private readonly stages: readonly Stage[],
  ) {
    this.scan = collection && openScan(store, collection, plan);
    let emit: Emit = (document) => {
      this.output.push(document);
      this.outputBytes += document.length;
      return true;
    };
    this.entries.unshift(emit);
    for (const stage of [...stages].reverse()) {
      emit = entryOf(stage, emit);
      this.entries.unshift(emit);
    }
  }

  fill(batch: Batch): Filled {
    for (;;) {
      for (; this.taken < this.output.length; this.taken++) {
        const document = this.output[this.taken];
        if (!document) continue;
        if (!addToBatch(batch, document)) return 'full';
        this.outputBytes -= document.length;
      }
      this.output = [];
      this.taken = 0;
      if (this.ended) return 'end';
      if (batch.documents.length >= batch.maxDocuments) return 'full';
      if (!this.work()) return 'time';
    }
  }

  heldBytes(): number {
    return this.outputBytes;
  }

  /** @returns whether there may be output now; false after a slice that made none */
  private work(): boolean {
    const first = this.entries[0];
    let wanted = true;
    const done =
      !this.scan ||
      this.scan.step((_, bytes) => {
        if (matches(this.filter, bytes)) wanted = first?.(bytes) ?? false;
        return wanted;
      }, SLICE);
    if (done || !wanted) {
      for (const [position, stage] of this.stages.entries()) stage.end(this.entries[position + 1] ?? (() => false));
      this.ended = true;
    }
    return this.ended || this.output.length > 0;
  }
}

/** Remembers when a stage has enough, so that it is not fed again at the end of the one before. */
function entryOf(stage: Stage, next: Emit): Emit {
  let open = true;
  return (document) => {
    if (open) open = stage.add(document, next);
    return open;
  };
}
