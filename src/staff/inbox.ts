import type { Db, Filter } from 'mongodb';
import type { CaseStore } from '../cases/case-store.js';
import { mayRead } from '../cases/circle.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import type { ConversationRow } from '../conversations/rows.js';
import type { TurnStore } from '../conversations/turn-store.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { findCaseReference } from '../flows/answers/case-reference.js';
import type { Actor } from './actor.js';
import type { InboxCounts, InboxPage, InboxQuery, InboxRow } from './api/inbox.js';
import { cardOf } from './case-card.js';
import { type Circles, type Sight, sightOf } from './circles.js';
import type { Directory } from './directory.js';
import {
  behind,
  branchesFor,
  cursorOf,
  type InboxBranch,
  type InboxFilter,
  type InboxView,
  mergeRows,
  orderOf,
  ownBesides,
  parseCursor,
} from './inbox-branches.js';
import { inboxRowOf, unreadOf } from './inbox-row.js';
import { findNewestWords } from './newest-words.js';
import { demand } from './rights.js';
import { seesRow } from './row-sight.js';

/** Counting stops here: nobody needs to know how many more wait. */
const MAX_COUNTED = 999;
/** What many see alike is counted anew at most so often: counting is most of a page's work. */
const KEEP_COUNTS_MS = 2000;
const MAX_SHARED = 500;
/** Holds nothing. */
const NOBODY = '';
/** Filters that fit few chats must not hold the store up. */
const MAX_QUERY_MS = 2000;

export interface InboxDeps {
  readonly db: Db;
  readonly turns: Pick<TurnStore, 'each'>;
  readonly cases: Pick<CaseStore, 'find' | 'findAll'>;
  readonly reporters: Pick<ReporterStore, 'of'>;
  readonly circles: Circles;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly clock: Clock;
}

type SharedCounts = Pick<InboxCounts, 'queue' | 'unit' | 'all'>;

export interface Inbox {
  /** A page of chats, with how many each view holds. @throws {AppError} `request.forbidden`, `request.invalid` */
  page(actor: Actor, query: InboxQuery): Promise<InboxPage>;
  counts(actor: Actor): Promise<InboxCounts>;
}

/** Chats as each of staff may see them. Every query is a range of an index of `conversations`. */
export function createInbox(deps: InboxDeps): Inbox {
  const rows = deps.db.collection<ConversationRow>('conversations');

  const readBranch = async (
    { filter }: InboxBranch,
    view: InboxView,
    place: Record<string, unknown>,
    limit: number,
  ) => {
    const { field, direction } = orderOf(view);
    return rows
      .find({ ...filter, ...place } as Filter<ConversationRow>, { maxTimeMS: MAX_QUERY_MS })
      .sort({ [field]: direction, _id: direction })
      .limit(limit)
      .toArray();
  };

  const readView = async (
    sight: Sight,
    view: InboxView,
    filter: InboxFilter,
    after: string | undefined,
    size: number,
  ) => {
    const places = behind(view, after === undefined ? undefined : parseCursor(after, view));
    const pages = await Promise.all(
      branchesFor(sight, view, filter).flatMap((branch) =>
        places.map((place) => readBranch(branch, view, place, size + 1)),
      ),
    );
    const merged = mergeRows(pages, view);
    const last = merged.slice(0, size).at(-1);
    const cursor = last && merged.length > size ? cursorOf(last, view) : undefined;
    return { found: merged.slice(0, size), cursor };
  };

  /** The chats of a case, for whoever may read it. */
  const ofCase = async (sight: Sight, number: string): Promise<ConversationRow[]> => {
    const found = await deps.cases.find(number);
    if (!found || !mayRead(sight.actor, found, await deps.circles.rules())) return [];
    const ids = (await deps.reporters.of(number)).map(({ conversationId }) => conversationId);
    const of = await rows.find({ _id: { $in: ids } }).toArray();
    return mergeRows([of.filter((row) => row.lane !== undefined && seesRow(sight, row))], 'all');
  };

  const shown = async (sight: Sight, found: readonly ConversationRow[]): Promise<InboxRow[]> => {
    const [words, cases, names, rule] = await Promise.all([
      findNewestWords(deps, found),
      deps.cases.findAll([...new Set(found.flatMap(({ lastCase }) => lastCase ?? []))]),
      deps.directory.all(),
      deps.circles.rules(),
    ]);
    const byNumber = new Map(cases.map((each) => [each._id, each]));
    const nameOf = (staffId: string) => names.get(staffId)?.name;
    const now = deps.clock.now();
    return found.flatMap((row) => {
      const of = row.lastCase === undefined ? undefined : byNumber.get(row.lastCase);
      const isReadable = of !== undefined && mayRead(sight.actor, of, rule);
      // it was restricted just now, and the row doesn't know yet
      if (of && !isReadable && sight.hidden.includes(of.circle)) return [];
      const card = isReadable ? cardOf(of, { keys: deps.keys, now, nameOf }) : undefined;
      return [inboxRowOf(row, { words: words.get(row._id), card, nameOf })];
    });
  };

  const countOf = (sight: Sight, view: InboxView, filter: InboxFilter): Promise<number> =>
    countBranches(branchesFor(sight, view, filter), view);

  const countBranches = async (branches: readonly InboxBranch[], view: InboxView): Promise<number> => {
    const { field } = orderOf(view);
    const counted = await Promise.all(
      branches.map((branch) =>
        rows.countDocuments({ ...branch.filter, [field]: { $gt: new Date(0) } } as Filter<ConversationRow>, {
          limit: MAX_COUNTED,
        }),
      ),
    );
    return Math.min(
      MAX_COUNTED,
      counted.reduce((sum, count) => sum + count, 0),
    );
  };

  /** By what somebody may see: the same for all who see the same, and asked for by each of their pages. */
  const shared = new Map<string, { readonly atMs: number; readonly counts: Promise<SharedCounts> }>();

  const countShared = async (sight: Sight): Promise<SharedCounts> => {
    const [queue, unit, all] = await Promise.all([
      countOf(sight, 'queue', {}),
      countOf(sight, 'unit', {}),
      countOf({ ...sight, actor: { ...sight.actor, staffId: NOBODY } }, 'all', {}),
    ]);
    return { queue, unit, all };
  };

  const sharedFor = (sight: Sight): Promise<SharedCounts> => {
    const key = JSON.stringify([sight.units, sight.hidden]);
    const nowMs = deps.clock.monotonicMs();
    const known = shared.get(key);
    if (known && nowMs - known.atMs < KEEP_COUNTS_MS) return known.counts;
    const counts = countShared(sight);
    if (shared.size >= MAX_SHARED) shared.clear();
    shared.set(key, { atMs: nowMs, counts });
    counts.catch(() => shared.delete(key));
    return counts;
  };

  const countAll = async (sight: Sight): Promise<InboxCounts> => {
    const [{ queue, unit, all }, mine, unread, besides] = await Promise.all([
      sharedFor(sight),
      countOf(sight, 'mine', {}),
      countOf(sight, 'mine', { unread: true }),
      countBranches(ownBesides(sight), 'all'),
    ]);
    return { mine, queue, unit, unread, all: Math.min(MAX_COUNTED, all + besides) };
  };

  const sightFor = async (actor: Actor) => sightOf(actor, await deps.circles.rules());

  return {
    async page(actor, { view, q, cursor: after, limit, ...filter }) {
      demand(actor, 'conversation', 'list');
      const sight = await sightFor(actor);
      const counts = countAll(sight);
      // nobody awaits it while the page is being read
      counts.catch(() => undefined);
      if (q !== undefined && q.trim() !== '') {
        demand(actor, 'conversation', 'search');
        const number = findCaseReference(q)?.number;
        const found = number ? await ofCase(sight, number) : [];
        return { rows: await shown(sight, found.slice(0, limit)), counts: await counts };
      }
      const { found, cursor } = await readView(sight, view, filter, after, limit);
      const listed = await shown(sight, filter.unread ? found.filter((row) => unreadOf(row) > 0) : found);
      return { rows: listed, counts: await counts, ...(cursor ? { cursor } : {}) };
    },
    async counts(actor) {
      return countAll(await sightFor(actor));
    },
  };
}
