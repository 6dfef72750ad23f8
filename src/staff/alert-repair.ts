import type { Db } from 'mongodb';
import type { ConversationRow } from '../conversations/rows.js';
import type { Turn } from '../conversations/turn.js';
import type { Clock } from '../core/clock.js';
import { OLDEST_WAITING_MS } from './alert-rules.js';
import type { Alerts } from './alerts.js';
import { alertsOfWaiting, dangerAlertsOfTurn, type WaitingRow } from './feed-alerts.js';

const MAX_WAITING = 1000;
const MAX_REMEMBERED = 20_000;
const TURN_FIELDS = { conversationId: 1, seq: 1, at: 1, source: 1, 'after.warned': 1 } as const;
const FIELDS = { handoverSeq: 1, handoverReason: 1, overdue: 1, queuedAt: 1, lastAt: 1, queueUnit: 1 } as const;

/** A process that died is started again within this. */
const LOOK_BACK_MS = 10 * 60_000;

/**
 * Raises what may have been left out by a process that died between a turn and its alert; the same id again is the same
 * alert. Who waits stands in a durable row, and is looked at each time, by index mode, queuedAt. Danger stands only in
 * the turn, and is looked for once, in those of the last ten minutes, by index at.
 *
 * @returns how many alerts were looked at for the first time by this process
 */
export type RepairAlerts = () => Promise<number>;

export function createRepairAlerts(deps: { db: Db; alerts: Pick<Alerts, 'raise'>; clock: Clock }): RepairAlerts {
  const rows = deps.db.collection<ConversationRow>('conversations');
  const turns = deps.db.collection<Turn>('turns');
  const seen = new Set<string>();
  let hasLookedBack = false;

  const lookBack = async (): Promise<void> => {
    const since = new Date(deps.clock.now().getTime() - LOOK_BACK_MS);
    const warned = await turns
      .find({ at: { $gte: since }, 'after.warned.0': { $exists: true } }, { projection: TURN_FIELDS })
      .sort({ at: 1 })
      .limit(MAX_WAITING)
      .toArray();
    for (const turn of warned) {
      const { conversationId, seq } = turn;
      const before = await turns.findOne({ conversationId, seq: seq - 1 }, { projection: TURN_FIELDS });
      for (const alert of dangerAlertsOfTurn(turn, before?.after)) await deps.alerts.raise(alert);
    }
    hasLookedBack = true;
  };

  return async () => {
    if (!hasLookedBack) await lookBack();
    const since = new Date(deps.clock.now().getTime() - OLDEST_WAITING_MS);
    const waiting = await rows
      .find({ mode: 'queued', queuedAt: { $gt: since } }, { projection: FIELDS })
      .sort({ queuedAt: -1, _id: -1 })
      .limit(MAX_WAITING)
      .toArray();
    const unseen = waiting.flatMap((row) => alertsOfWaiting(row as WaitingRow)).filter(({ _id }) => !seen.has(_id));
    if (seen.size > MAX_REMEMBERED) seen.clear();
    for (const alert of unseen) {
      await deps.alerts.raise(alert);
      seen.add(alert._id);
    }
    return unseen.length;
  };
}
