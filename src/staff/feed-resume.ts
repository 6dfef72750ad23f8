import type { Db } from 'mongodb';
import type { Case } from '../cases/case.js';
import { mayRead } from '../cases/circle.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import type { Actor } from './actor.js';
import { cardOf } from './case-card.js';
import { type Circles, sightOf } from './circles.js';
import type { Directory } from './directory.js';
import type { Feed } from './feed.js';
import { type BuildRows, rowEventFor } from './feed-rows.js';
import { type Notes, noteOf } from './notes.js';
import { may } from './rights.js';

const OVERLAP_MS = 5000;
/** More than this is quicker read anew than told one by one. */
const MAX_MISSED = 300;
const RELOAD = JSON.stringify({ type: 'reload' });

export interface FeedResumeDeps {
  readonly db: Db;
  readonly feed: Pick<Feed, 'remember'>;
  readonly buildRows: BuildRows;
  /** Writes the rows of turns that were committed here. */
  readonly flushRows: () => Promise<void>;
  readonly notes: Pick<Notes, 'since'>;
  readonly circles: Circles;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly clock: Clock;
}

/**
 * What somebody missed since an instant: everything that changed from then on, as it stands now. Some of it may have
 * reached them; it does no harm twice. Too much of it comes to one word: read the lists again.
 */
export type ResumeFeed = (actor: Actor, since: Date) => Promise<string[]>;

export function createResumeFeed(deps: FeedResumeDeps): ResumeFeed {
  const rows = deps.db.collection<{ _id: string; changedAt: Date }>('conversations');
  const cases = deps.db.collection<Case>('cases');

  return async (actor, since) => {
    // a turn that was told before they came may not be in its row yet
    await deps.flushRows();
    const from = { changedAt: { $gte: new Date(since.getTime() - OVERLAP_MS) } };
    const first = { sort: { changedAt: 1 }, limit: MAX_MISSED + 1 } as const;
    const [changed, found, noted] = await Promise.all([
      rows.find(from, { ...first, projection: { _id: 1 } }).toArray(),
      cases.find(from, first).toArray(),
      deps.notes.since(from.changedAt.$gte, MAX_MISSED + 1),
    ]);
    if (changed.length > MAX_MISSED || found.length > MAX_MISSED || noted.length > MAX_MISSED) return [RELOAD];
    const [rules, names, built] = await Promise.all([
      deps.circles.rules(),
      deps.directory.all(),
      deps.buildRows(
        [...new Set([...changed.map(({ _id }) => _id), ...noted.map(({ subject }) => subject)])],
        new Map(),
      ),
    ]);
    deps.feed.remember(built);
    const nameOf = (staffId: string) => names.get(staffId)?.name;
    const sight = sightOf(actor, rules);
    const now = deps.clock.now();
    const missed = new Set(changed.map(({ _id }) => _id));
    const seen = new Map(built.map((each) => [each.row._id, rowEventFor(sight, each, rules)]));
    const rowEvents = [...missed].map((id) => seen.get(id) ?? JSON.stringify({ type: 'row_gone', conversationId: id }));
    const readable = may(actor, 'case', 'stream') ? found.filter((each) => mayRead(actor, each, rules)) : [];
    const cards = readable.map((each) =>
      JSON.stringify({ type: 'case', card: cardOf(each, { keys: deps.keys, now, nameOf }) }),
    );
    const numbers = new Set(readable.map(({ _id }) => _id));
    const notes = noted
      .filter(({ subject }) => may(actor, 'note', 'read') && (seen.get(subject) ?? numbers.has(subject)))
      .map((note) => JSON.stringify({ type: 'note', subject: note.subject, note: noteOf(deps.keys, note, nameOf) }));
    return [...rowEvents, ...cards, ...notes];
  };
}
