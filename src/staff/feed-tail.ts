import type { Collection, Db, Filter, WithId } from 'mongodb';
import type { Case } from '../cases/case.js';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { Alerts } from './alerts.js';
import type { Feed } from './feed.js';
import type { TailedRow } from './feed-rows.js';
import type { Notes } from './notes.js';
import type { Viewers } from './viewers.js';

const LOOK_EVERY_MS = 400;
const LOOK_SELDOM_EVERY_MS = 2000;
/** What was written may show a little after its time; the overlap is told apart by what is known. */
const OVERLAP_MS = 5000;
const MAX_AT_ONCE = 500;
const PAGE = 1000;
const MAX_PAGES = 10;
const MAX_REMEMBERED = 20_000;
/** With so many changes in the last seconds, looking at all of them again and again would cost more than it tells. */
const BUSY_ROWS = 1000;
/** How far before the newest row a restart looks for cases whose chats may not know of their unit. */
const REPAIR_MARGIN_MS = 60_000;

const ROW_FIELDS = {
  lastSeq: 1,
  mode: 1,
  unit: 1,
  queueUnit: 1,
  staffId: 1,
  circles: 1,
  readInbound: 1,
  blockedAt: 1,
  changedAt: 1,
} as const;

export interface FeedTailDeps {
  readonly db: Db;
  readonly feed: Feed;
  readonly notes: Pick<Notes, 'since'>;
  readonly alerts: Pick<Alerts, 'since'>;
  readonly viewers: Pick<Viewers, 'changedSince' | 'leftBetween'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Tells the feed what other processes do: whatever says of itself that it changed since shortly before the last look.
 * Cases are looked at also while nobody follows, because who may see a chat follows from them.
 *
 * @returns stops it
 */
export function tailFeed({ db, feed, notes, alerts, viewers, clock, log }: FeedTailDeps): () => void {
  const rows = db.collection<TailedRow & { readonly changedAt: Date }>('conversations');
  const cases = db.collection<Case>('cases');
  const seenCases = new Map<string, number>();
  const seen = new Set<string>();
  let stopped = false;
  let cancel: () => void = () => undefined;
  let last: Date | undefined;
  let isBusy = false;

  /** @returns up to where it looked, when that isn't the end yet */
  const lookAtCases = async (since: Date): Promise<Date | undefined> => {
    const { found, upTo } = await readChanged(cases, since, { rev: 1, changedAt: 1 });
    for (const { _id, rev } of found) {
      if (seenCases.get(_id) === rev) continue;
      seenCases.set(_id, rev);
      // a new case told its chat itself
      if (rev > 1 || feed.size() > 0) feed.caseChanged(_id);
    }
    if (seenCases.size > MAX_REMEMBERED) seenCases.clear();
    return upTo;
  };

  const lookForReaders = async (since: Date, now: Date): Promise<Date | undefined> => {
    const { found: changed, upTo } = await readChanged(rows, since, ROW_FIELDS);
    for (const row of changed) if (!feed.knows(row)) feed.changed(row._id);
    isBusy = changed.length > BUSY_ROWS;
    for (const note of await notes.since(since, MAX_AT_ONCE)) {
      if (!seen.has(note._id)) feed.noted(note);
      seen.add(note._id);
    }
    for (const alert of await alerts.since(since, MAX_AT_ONCE)) {
      if (!seen.has(alert._id)) feed.alerted(alert);
      seen.add(alert._id);
    }
    if (seen.size > MAX_REMEMBERED) seen.clear();
    const came = await viewers.changedSince(new Date(now.getTime() - LOOK_EVERY_MS * 2), MAX_AT_ONCE);
    const left = await viewers.leftBetween(new Date(now.getTime() - LOOK_EVERY_MS * 2), now, MAX_AT_ONCE);
    for (const id of new Set([...came, ...left])) feed.viewersChanged(id);
    return upTo;
  };

  const look = async () => {
    const now = clock.now();
    last ??= await whereToBegin();
    const since = new Date(last.getTime() - OVERLAP_MS);
    const behind = [await lookAtCases(since), feed.size() > 0 ? await lookForReaders(since, now) : undefined];
    // what couldn't be read in one go is where the next one begins
    const ends = behind.flatMap((each) => (each ? [each.getTime() + OVERLAP_MS] : []));
    last = new Date(Math.min(now.getTime(), ...ends));
  };

  /** Cases that changed while nobody looked, or as the last process died. */
  const whereToBegin = async (): Promise<Date> => {
    const newest = await rows.findOne({}, { sort: { changedAt: -1 }, projection: { changedAt: 1 } });
    return new Date((newest?.changedAt ?? clock.now()).getTime() - REPAIR_MARGIN_MS);
  };

  const loop = () => {
    void look()
      .catch((error: unknown) => log.warn({ err: error }, 'changes of other processes could not be read'))
      .finally(() => {
        const isSeldom = feed.size() === 0 || isBusy;
        if (!stopped) cancel = clock.after(isSeldom ? LOOK_SELDOM_EVERY_MS : LOOK_EVERY_MS, loop);
      });
  };
  loop();
  return () => {
    stopped = true;
    cancel();
  };
}

interface Changed {
  readonly _id: string;
  readonly changedAt: Date;
}

/** What changed at or after an instant, in order, by index changedAt; `upTo` is set when there is more. */
async function readChanged<T extends Changed>(
  collection: Collection<T>,
  since: Date,
  projection: Record<string, 1>,
): Promise<{ readonly found: readonly WithId<T>[]; readonly upTo?: Date }> {
  const found: WithId<T>[] = [];
  let from = since;
  for (let page = 0; page < MAX_PAGES; page++) {
    const filter = { changedAt: { $gte: from } } as Filter<T>;
    const read = await collection.find(filter, { sort: { changedAt: 1 }, limit: PAGE, projection }).toArray();
    found.push(...(read as WithId<T>[]));
    const lastAt = read.at(-1)?.changedAt;
    if (read.length < PAGE || !lastAt) return { found };
    // a whole page of one instant must not be read for ever
    from = lastAt > from ? lastAt : new Date(lastAt.getTime() + 1);
  }
  return { found, upTo: from };
}
