import type { Plan } from '../plan/plan.js';
import { openScan } from '../plan/scan.js';
import type { Collection } from '../storage/catalog.js';
import type { Store } from '../storage/store.js';
import type { Filter } from './filter.js';
import { SLICE } from './find-source.js';
import { matches } from './match.js';
import type { Sort } from './sort.js';

/** Which documents a write is about. */
export interface Selection {
  readonly collection: Collection;
  readonly filter: Filter;
  readonly plan: Plan;
  readonly sort: Sort | undefined;
  /** Only the first. */
  readonly one: boolean;
}

export interface Selected {
  readonly recordId: number;
  readonly bytes: Buffer;
}

/** What a write may spend on its search inside its transaction; beyond, it looks outside, where others get a turn. */
const MAX_INSIDE = 2000;

/**
 * The documents a write is about, found inside its transaction.
 *
 * @returns undefined when that would take too long
 */
export function selectInside(store: Store, selection: Selection): Selected[] | undefined {
  const { collection, filter, plan, sort, one } = selection;
  const inOrder = !sort || (plan.kind === 'index' && plan.sorted);
  const found: Selected[] = [];
  const scan = openScan(store, collection, plan);
  const ended = scan.step((recordId, bytes) => {
    if (!matches(filter, bytes)) return true;
    found.push({ recordId, bytes });
    return !(one && inOrder);
  }, MAX_INSIDE);
  if (!ended && !(one && inOrder && found.length > 0)) return undefined;
  return inOrder || !sort ? found : firstOf(found, sort, one);
}

function firstOf(found: Selected[], sort: Sort, one: boolean): Selected[] {
  const keyed = found.map((each) => ({ each, key: sort.keyOf(each.bytes) }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  const ordered = keyed.map(({ each }) => each);
  return one ? ordered.slice(0, 1) : ordered;
}

/**
 * The record ids a write is about, found in slices outside its transaction; to be checked again inside.
 *
 * @param mayGoOn called between slices; throws to give up
 */
export async function selectOutside(store: Store, selection: Selection, mayGoOn: () => void): Promise<number[]> {
  const { collection, filter, plan, sort, one } = selection;
  const inOrder = !sort || (plan.kind === 'index' && plan.sorted);
  const scan = openScan(store, collection, plan);
  const found: number[] = [];
  let least: { recordId: number; key: Buffer } | undefined;
  for (;;) {
    const ended = scan.step((recordId, bytes) => {
      if (!matches(filter, bytes)) return true;
      if (one && sort && !inOrder) {
        const key = sort.keyOf(bytes);
        if (!least || Buffer.compare(key, least.key) < 0) least = { recordId, key };
        return true;
      }
      found.push(recordId);
      return !one;
    }, SLICE);
    if (least && ended) return [least.recordId];
    if (ended || (one && found.length > 0)) return found;
    await new Promise<void>((resolve) => setImmediate(resolve));
    mayGoOn();
  }
}
