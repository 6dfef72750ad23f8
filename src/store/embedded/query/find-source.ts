import type { Plan } from '../plan/plan.js';
import { openScan, type Scan } from '../plan/scan.js';
import type { Collection } from '../storage/catalog.js';
import type { Store } from '../storage/store.js';
import type { Filter } from './filter.js';
import { matches } from './match.js';
import type { Projection } from './project.js';
import { type Sort, Sorter } from './sort.js';
import { addToBatch, type Batch, type Filled, ListSource, type Source } from './source.js';

/** What a scan may spend before others get a turn (see Scan.step); some milliseconds. */
export const SLICE = 800;

export interface FindOptions {
  readonly filter: Filter;
  readonly plan: Plan;
  readonly sort: Sort | undefined;
  readonly skip: number;
  /** 0 for no limit. */
  readonly limit: number;
  readonly projection: Projection | undefined;
}

/** The documents of a find, in order, a slice at a time. */
export class FindSource implements Source {
  readonly scan: Scan;
  private readonly sorter: Sorter | undefined;
  private sorted: ListSource | undefined;
  private skipped = 0;
  private returned = 0;
  /** A match for which the last batch had no room. */
  private waiting: Buffer | undefined;

  constructor(
    store: Store,
    collection: Collection,
    private readonly options: FindOptions,
  ) {
    const { plan, sort, skip, limit } = options;
    this.scan = openScan(store, collection, plan);
    const inOrder = !sort || (plan.kind === 'index' && plan.sorted);
    this.sorter = inOrder ? undefined : new Sorter(sort, limit > 0 ? limit + skip : 0);
  }

  fill(batch: Batch): Filled {
    if (this.sorted) return this.sorted.fill(batch);
    if (this.sorter) return this.collect(this.sorter, batch);
    if (this.waiting) {
      if (!addToBatch(batch, this.waiting)) return 'full';
      this.waiting = undefined;
    }
    return this.stream(batch);
  }

  heldBytes(): number {
    return (this.waiting?.length ?? 0) + (this.sorted?.heldBytes() ?? 0);
  }

  private stream(batch: Batch): Filled {
    const { filter, skip, limit } = this.options;
    if (limit > 0 && this.returned === limit) return 'end';
    // a batch that is full without a limit reached needs no look at the next candidate
    if (batch.documents.length >= batch.maxDocuments) return 'full';
    const ended = this.scan.step((_, bytes) => {
      if (!matches(filter, bytes)) return true;
      if (this.skipped < skip) {
        this.skipped++;
        return true;
      }
      this.returned++;
      const document = this.shape(bytes);
      if (!addToBatch(batch, document)) {
        this.waiting = document;
        return false;
      }
      return batch.documents.length < batch.maxDocuments && (limit === 0 || this.returned < limit);
    }, SLICE);
    if (ended || (limit > 0 && this.returned === limit && !this.waiting)) return 'end';
    return this.waiting || batch.documents.length >= batch.maxDocuments ? 'full' : 'time';
  }

  private collect(sorter: Sorter, batch: Batch): Filled {
    const { filter, skip, limit } = this.options;
    const ended = this.scan.step((_, bytes) => {
      if (matches(filter, bytes)) sorter.add(bytes);
      return true;
    }, SLICE);
    if (!ended) return 'time';
    const all = sorter.finish();
    const wanted = all.slice(skip, limit > 0 ? skip + limit : undefined);
    this.sorted = new ListSource(wanted.map((document) => this.shape(document)));
    return this.sorted.fill(batch);
  }

  private shape(document: Buffer): Buffer {
    return this.options.projection ? this.options.projection(document) : document;
  }
}
