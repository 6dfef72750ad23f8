import { findField, RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { StoreError } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import type { Filter } from '../query/filter.js';
import { matches } from '../query/match.js';
import { matchedPosition } from '../query/matched-position.js';
import { type Selected, type Selection, selectInside, selectOutside } from '../query/select.js';
import type { Sort } from '../query/sort.js';
import type { Collection } from '../storage/catalog.js';
import { requireSize, withIdFirst } from '../storage/records.js';
import { applyUpdate, upsertBase } from '../update/apply-update.js';
import type { Update } from '../update/parse-update.js';
import type { CommandContext } from './context.js';

/** One statement of an update, delete or findAndModify command. */
export interface Modification {
  readonly collection: Collection;
  readonly filter: Filter;
  readonly plan: Plan;
  readonly sort: Sort | undefined;
  readonly multi: boolean;
  readonly upsert: boolean;
  /** Undefined to delete. */
  readonly update: Update | undefined;
}

export interface Outcome {
  matched: number;
  modified: number;
  /** The `_id` of a document the statement inserted. */
  upsertedId: RawValue | undefined;
  /** Of the last document concerned: before and after. */
  before: Buffer | undefined;
  after: Buffer | undefined;
}

const nothing = (): Outcome => ({
  matched: 0,
  modified: 0,
  upsertedId: undefined,
  before: undefined,
  after: undefined,
});

/** Records changed in one commit when they were found outside of it. */
const CHUNK = 200;

function selectionOf({ collection, filter, plan, sort, multi }: Modification): Selection {
  return { collection, filter, plan, sort, one: !multi };
}

/**
 * Carries a statement out inside the running write transaction.
 *
 * @returns undefined when finding its documents would take too long there; see {@link modifyOutside}
 */
export function modifyInside(context: CommandContext, modification: Modification): Outcome | undefined {
  if (!isThere(context, modification)) return nothing();
  const selected = selectInside(context.store, selectionOf(modification));
  if (!selected) return undefined;
  const outcome = nothing();
  for (const each of selected) changeOne(context, modification, each, outcome);
  if (selected.length === 0 && modification.upsert) upsert(context, modification, outcome);
  return outcome;
}

/** @throws {StoreError} 175 where an upsert's collection was dropped meanwhile; everything else finds nothing in it */
function isThere({ store }: CommandContext, { collection, upsert: inserts }: Modification): boolean {
  if (store.isCurrent(collection)) return true;
  if (!inserts) return false;
  throw new StoreError(175, `collection dropped: ${collection.namespace}`);
}

/** Finds the documents in slices, then changes them in commits of their own, each checked again. */
export async function modifyOutside(
  context: CommandContext,
  modification: Modification,
  mayGoOn: () => void,
): Promise<Outcome> {
  const outcome = nothing();
  for (;;) {
    const found = await selectOutside(context.store, selectionOf(modification), mayGoOn);
    for (let at = 0; at < found.length; at += CHUNK) {
      const chunk = await context.store.writer.run(() =>
        changeFound(context, modification, found.slice(at, at + CHUNK)),
      );
      merge(outcome, chunk);
    }
    if (found.length === 0) {
      if (!modification.upsert) return outcome;
      return context.store.writer.run(() => {
        const inserted = nothing();
        isThere(context, modification);
        upsert(context, modification, inserted);
        return inserted;
      });
    }
    // another client was faster with the one document that was wanted
    if (modification.multi || outcome.matched > 0) return outcome;
  }
}

function changeFound(context: CommandContext, modification: Modification, recordIds: readonly number[]): Outcome {
  const outcome = nothing();
  if (!isThere(context, modification)) return outcome;
  for (const recordId of recordIds) {
    const bytes = context.store.records.get(modification.collection, recordId);
    if (bytes && matches(modification.filter, bytes)) changeOne(context, modification, { recordId, bytes }, outcome);
  }
  return outcome;
}

function merge(into: Outcome, from: Outcome): void {
  into.matched += from.matched;
  into.modified += from.modified;
  into.before = from.before ?? into.before;
  into.after = from.after ?? into.after;
}

function changeOne(
  { store }: CommandContext,
  { collection, filter, update }: Modification,
  { recordId, bytes }: Selected,
  outcome: Outcome,
): void {
  outcome.matched++;
  outcome.before = bytes;
  if (!update) {
    store.records.remove(collection, recordId, bytes);
    return;
  }
  const position = update.kind === 'modify' ? matchedPosition(filter, bytes) : undefined;
  const after = applyUpdate(update, bytes, { matchedPosition: position, inserting: false });
  outcome.after = after;
  if (after === bytes) return;
  store.records.replace(collection, recordId, bytes, after);
  outcome.modified++;
}

const ID = Buffer.from('_id');

function upsert(
  { store, newObjectId }: CommandContext,
  { collection, filter, update }: Modification,
  outcome: Outcome,
): void {
  if (!update) return;
  const base = upsertBase(filter, update.kind === 'replace');
  const made = applyUpdate(update, base, { matchedPosition: undefined, inserting: true });
  const document = withIdFirst(made, newObjectId);
  requireSize(document);
  store.records.insert(collection, document);
  const id = findField(document, 0, ID);
  if (!id) throw new StoreError(1, 'inserted document has no _id');
  outcome.upsertedId = new RawValue(id.type, document, id.start, id.end);
  outcome.after = document;
}

/** Whether an update document is one at all; findAndModify and update share the refusal. */
export function requireUpdateType(value: RawValue | undefined): RawValue {
  if (!value || (value.type !== T.object && value.type !== T.array)) {
    throw new StoreError(9, 'Update argument must be either an object or an array');
  }
  return value;
}
