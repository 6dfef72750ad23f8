import type { Index } from '../index/index-spec.js';
import { isMultikey } from '../index/index-spec.js';
import type { Collection } from '../storage/catalog.js';
import type { Store } from '../storage/store.js';
import { rangeOfId, recordIdOf } from '../storage/tables.js';
import type { KeyRange, Plan } from './plan.js';

/** Called for each candidate; false stops the step, and the next step goes on behind this candidate. */
export type Visit = (recordId: number, bytes: Buffer) => boolean;

/**
 * Walks a plan's candidates in steps. Between steps it holds no lmdb cursor and no snapshot, only the place where it
 * stands; documents that move meanwhile may be met twice or not at all, as in MongoDB.
 */
export interface Scan {
  /**
   * @param budget how much to look at: a key looked up costs 1, a document 1 and 1 more for each 4 kB
   * @returns true when there are no more candidates
   */
  step(visit: Visit, budget: number): boolean;
  readonly examined: { keys: number; documents: number };
}

export function openScan(store: Store, collection: Collection, plan: Plan): Scan {
  switch (plan.kind) {
    case 'collection':
      return new CollectionScan(store, collection, plan.reverse);
    case 'index':
      return plan.exact
        ? new KeyScan(store, collection, plan.ranges, plan.reverse)
        : new IndexScan(store, collection, plan.index, plan.ranges, plan.reverse);
    case 'union':
      return new UnionScan(plan.plans.map((each) => openScan(store, collection, each)));
  }
}

function costOf(bytes: Buffer): number {
  return 1 + (bytes.length >>> 12);
}

class CollectionScan implements Scan {
  readonly examined = { keys: 0, documents: 0 };
  private last: Buffer | undefined;

  constructor(
    private readonly store: Store,
    private readonly collection: Collection,
    private readonly reverse: boolean,
  ) {}

  step(visit: Visit, budget: number): boolean {
    const range = rangeOfId(this.collection.id);
    let left = budget;
    for (const { key, value } of this.store.tables.documents.getRange(
      rangeOptions({ low: range.start, high: range.end }, this.reverse, this.last),
    )) {
      this.examined.documents++;
      this.last = key;
      left -= costOf(value);
      if (!visit(recordIdOf(key), value) || left <= 0) return false;
    }
    return true;
  }
}

/** lmdb's options for [low, high), or for what follows `last` in it. */
function rangeOptions({ low, high }: KeyRange, reverse: boolean, last: Buffer | undefined) {
  if (!reverse) return { start: last ?? low, end: high, exclusiveStart: last !== undefined };
  return { start: last ?? high, end: low, exclusiveStart: true, inclusiveEnd: true, reverse: true };
}

class IndexScan implements Scan {
  readonly examined = { keys: 0, documents: 0 };
  private readonly ranges: readonly KeyRange[];
  private current = 0;
  private last: Buffer | undefined;
  private left = 0;
  /** Only where one document can have several entries. */
  private readonly seen: Set<number> | undefined;

  constructor(
    private readonly store: Store,
    private readonly collection: Collection,
    index: Index,
    ranges: readonly KeyRange[],
    private readonly reverse: boolean,
  ) {
    this.ranges = reverse ? [...ranges].reverse() : ranges;
    this.seen = isMultikey(index) ? new Set() : undefined;
  }

  step(visit: Visit, budget: number): boolean {
    this.left = budget;
    for (; this.current < this.ranges.length; this.current++) {
      const range = this.ranges[this.current];
      if (!range) break;
      // an empty range is looked for as well
      if (this.left-- <= 0) return false;
      for (const { key, value } of this.store.tables.entries.getRange(rangeOptions(range, this.reverse, this.last))) {
        this.examined.keys++;
        this.last = key;
        this.left--;
        if (!this.visitEntry(recordIdOf(value), visit) || this.left <= 0) return false;
      }
      this.last = undefined;
    }
    return true;
  }

  private visitEntry(recordId: number, visit: Visit): boolean {
    if (this.seen?.has(recordId)) return true;
    this.seen?.add(recordId);
    const bytes = this.store.records.get(this.collection, recordId);
    if (!bytes) return true;
    this.examined.documents++;
    this.left -= costOf(bytes);
    return visit(recordId, bytes);
  }
}

/** Looks single keys up, without a cursor. */
class KeyScan implements Scan {
  readonly examined = { keys: 0, documents: 0 };
  private readonly keys: readonly Buffer[];
  private current = 0;

  constructor(
    private readonly store: Store,
    private readonly collection: Collection,
    ranges: readonly KeyRange[],
    reverse: boolean,
  ) {
    const keys = ranges.map(({ low }) => low);
    this.keys = reverse ? keys.reverse() : keys;
  }

  step(visit: Visit, budget: number): boolean {
    for (let left = budget; this.current < this.keys.length; left--) {
      if (left <= 0) return false;
      const key = this.keys[this.current++];
      const owner = key && this.store.tables.entries.get(key);
      if (!owner) continue;
      this.examined.keys++;
      const recordId = recordIdOf(owner);
      const bytes = this.store.records.get(this.collection, recordId);
      if (!bytes) continue;
      this.examined.documents++;
      left -= costOf(bytes);
      if (!visit(recordId, bytes)) return false;
    }
    return true;
  }
}

class UnionScan implements Scan {
  private readonly seen = new Set<number>();
  private current = 0;

  constructor(private readonly scans: readonly Scan[]) {}

  get examined(): { keys: number; documents: number } {
    return this.scans.reduce(
      (sum, { examined }) => ({
        keys: sum.keys + examined.keys,
        documents: sum.documents + examined.documents,
      }),
      { keys: 0, documents: 0 },
    );
  }

  step(visit: Visit, budget: number): boolean {
    const visitNew: Visit = (recordId, bytes) => {
      if (this.seen.has(recordId)) return true;
      this.seen.add(recordId);
      return visit(recordId, bytes);
    };
    const scan = this.scans[this.current];
    if (!scan) return true;
    if (scan.step(visitNew, budget)) this.current++;
    return this.current >= this.scans.length;
  }
}
