import type { Db, Filter } from 'mongodb';
import type { Case } from '../cases/case.js';
import type { CaseLists } from '../cases/case-lists.js';
import type { CaseStore } from '../cases/case-store.js';
import { type CircleRules, mayRead, scopeOf } from '../cases/circle.js';
import { CASE_STATUSES, ENDED_STATUSES } from '../cases/status.js';
import type { HandoverLog } from '../conversations/handover-log.js';
import type { ConversationRow } from '../conversations/rows.js';
import type { Clock } from '../core/clock.js';
import type { Actor } from './actor.js';
import type { ShiftView } from './api/settings.js';
import { type Circles, sightOf } from './circles.js';
import type { Directory, StaffCard } from './directory.js';
import { branchesFor } from './inbox-branches.js';
import { demand } from './rights.js';
import { firstResponseOf, hoursOf, type Movement } from './shift-figures.js';

const MS_PER_HOUR = 60 * 60 * 1000;
const DAY_MS = 24 * MS_PER_HOUR;
const AHEAD_MS = 4 * MS_PER_HOUR;
const MAX_COUNTED = 9999;
const MAX_READ = 5000;
const MAX_LISTED = 10;
/** A screen on the wall asks again and again. */
const KEEP_MS = 5000;

export interface ShiftDeps {
  readonly db: Db;
  readonly lists: Pick<CaseLists, 'counts'>;
  readonly cases: Pick<CaseStore, 'loadOf'>;
  readonly handovers: Pick<HandoverLog, 'since'>;
  readonly circles: Circles;
  readonly directory: Directory;
  readonly clock: Clock;
}

/** How the shift goes, for whoever leads: of the units they lead. @throws {AppError} `request.forbidden` */
export type ReadShift = (actor: Actor) => Promise<ShiftView>;

export function createReadShift(deps: ShiftDeps): ReadShift {
  const rows = deps.db.collection<ConversationRow>('conversations');
  const cases = deps.db.collection<Case>('cases');
  const kept = new Map<string, { readonly atMs: number; readonly view: Promise<ShiftView> }>();

  /** Ranges of an index on what is due, one a circle and unit, as cases are read elsewhere. */
  const dueIn = (actor: Actor, rules: CircleRules, dueAt: Record<string, Date>): Filter<Case>[] => {
    const { circles, units } = scopeOf(actor, rules);
    const places = units
      ? circles.flatMap((circle) => units.map((unit) => ({ unit, circle })))
      : circles.map((circle) => ({ circle }));
    return places.map((place) => ({ ...place, dueAt }));
  };

  const countDue = async (filters: readonly Filter<Case>[]) => {
    const counts = await Promise.all(filters.map((each) => cases.countDocuments(each, { limit: MAX_COUNTED })));
    return Math.min(MAX_COUNTED, sum(counts));
  };

  const nextDue = async (filters: readonly Filter<Case>[], nameOf: (id: string) => string | undefined) => {
    const projection = { category: 1, dueAt: 1, staffId: 1 } as const;
    const found = await Promise.all(
      filters.map((each) => cases.find(each, { projection }).sort({ dueAt: 1, _id: 1 }).limit(MAX_LISTED).toArray()),
    );
    const dueMs = ({ dueAt }: Pick<Case, 'dueAt'>) => dueAt?.getTime() ?? 0;
    return found
      .flat()
      .sort((a, b) => dueMs(a) - dueMs(b))
      .slice(0, MAX_LISTED)
      .map(({ _id: number, category, dueAt, staffId }) => {
        const staffName = staffId && nameOf(staffId);
        return { number, category, dueAt: (dueAt ?? new Date(0)).toISOString(), ...(staffName ? { staffName } : {}) };
      });
  };

  const loadOf = async (colleagues: readonly StaffCard[]): Promise<ShiftView['load']> => {
    const ids = colleagues.map(({ id }) => id);
    const [held, owed] = await Promise.all([
      rows
        .find({ staffId: { $in: ids }, mode: 'staff' }, { projection: { staffId: 1 } })
        .limit(MAX_READ)
        .toArray(),
      deps.cases.loadOf(ids),
    ]);
    return colleagues.map(({ id: staffId, name, isAvailable, capacity }) => ({
      ...{ staffId, name, isAvailable, capacity },
      chats: held.filter((row) => row.staffId === staffId).length,
      cases: owed.get(staffId)?.openCases ?? 0,
    }));
  };

  /** What came and what was resolved; of the cases that changed, since each change says so. */
  const movementOf = async (actor: Actor, rules: CircleRules, since: Date): Promise<Movement> => {
    const projection = { circle: 1, unit: 1, staffId: 1, receivedAt: 1, 'history.to': 1, 'history.at': 1 } as const;
    const found = await cases
      .find({ changedAt: { $gte: since } }, { projection })
      .sort({ changedAt: 1 })
      .limit(MAX_READ)
      .toArray();
    const readable = found.filter((each) => mayRead(actor, each, rules));
    return {
      received: readable.map(({ receivedAt }) => receivedAt),
      resolved: readable.flatMap(({ history }) => history.flatMap(({ to, at }) => (to === 'resolved' ? [at] : []))),
    };
  };

  const read = async (actor: Actor): Promise<ShiftView> => {
    const now = deps.clock.now();
    const rules = await deps.circles.rules();
    const since = new Date(now.getTime() - DAY_MS);
    const late = dueIn(actor, rules, { $lt: now });
    const near = dueIn(actor, rules, { $gte: now, $lt: new Date(now.getTime() + AHEAD_MS) });
    const [waitingHere] = branchesFor(sightOf(actor, rules), 'queue', {});
    const queue = { ...waitingHere?.filter, queuedAt: { $gt: new Date(0) } } as Filter<ConversationRow>;
    const names = await deps.directory.all();
    const { units } = sightOf(actor, rules);
    const colleagues = [...names.values()].filter(
      (each) => WORKING.has(each.role) && (!units || each.units.some((unit) => units.includes(unit))),
    );
    const [waiting, oldest, handovers, byStatus, breached, breachIn4h, nextBreaches, load, movement] =
      await Promise.all([
        rows.countDocuments(queue, { limit: MAX_COUNTED }),
        rows.findOne(queue, { sort: { queuedAt: 1, _id: 1 }, projection: { queuedAt: 1 } }),
        deps.handovers.since(since, MAX_READ),
        deps.lists.counts(actor),
        countDue(late),
        countDue(near),
        nextDue(near, (id) => names.get(id)?.name),
        loadOf(colleagues),
        movementOf(actor, rules, since),
      ]);
    const firstResponse = firstResponseOf(handovers);
    return {
      now: now.toISOString(),
      queue: { waiting, ...(oldest?.queuedAt ? { oldestSince: oldest.queuedAt.toISOString() } : {}) },
      ...(firstResponse ? { firstResponse } : {}),
      backlog: CASE_STATUSES.filter((status) => !ENDED_STATUSES.has(status)).map((status) => ({
        ...{ status, count: byStatus[status] },
      })),
      ...{ breached, breachIn4h, nextBreaches, load },
      hours: hoursOf(handovers, movement, now),
    };
  };

  return async (actor) => {
    demand(actor, 'stats', 'read');
    const key = JSON.stringify([actor.role, actor.units, actor.staffId, actor.scopes]);
    const nowMs = deps.clock.monotonicMs();
    const before = kept.get(key);
    if (before && nowMs - before.atMs < KEEP_MS) return before.view;
    const view = read(actor);
    kept.set(key, { atMs: nowMs, view });
    view.catch(() => kept.delete(key));
    return view;
  };
}

const WORKING: ReadonlySet<StaffCard['role']> = new Set(['agent', 'coordinator']);

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
