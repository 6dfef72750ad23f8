import type { Clock } from '../core/clock.js';
import { SendError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { backoffMs } from '../core/pause.js';
import type { Address } from '../messages/message.js';
import type { Account } from './account.js';
import type { AccountStore } from './account-store.js';
import { concerns, earliest, isTooOld, NOT_AGAIN_WITHIN_MS, OLDEST_MS } from './alert-rules.js';
import type { AlertSend, AlertSends, AlertWay } from './alert-sends.js';
import type { AlertSettings, AlertSettingsStore } from './alert-settings.js';
import { alertText } from './alert-words.js';
import type { Alert, Alerts } from './alerts.js';
import type { Looking } from './looking.js';
import type { SendMail } from './mail.js';

const BATCH = 50;
const MAX_ALERTS = 1000;
/** Alerts of other processes may show a little after their time. */
const OVERLAP_MS = 10_000;
const RETRY_FIRST_MS = 10_000;
const RETRY_MAX_MS = 10 * 60_000;

/** Sends words to somebody's own chat. @throws {SendError} */
export type SendTelegram = (id: string, address: Address, text: string) => Promise<void>;

export interface AlertDeliveryDeps {
  readonly alerts: Pick<Alerts, 'since'>;
  readonly sends: AlertSends;
  readonly settings: Pick<AlertSettingsStore, 'of' | 'wanting'>;
  readonly accounts: Pick<AccountStore, 'find' | 'findMany'>;
  readonly looking: Pick<Looking, 'isLooking'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of the office's zone, for quiet hours. */
  readonly offsetMs: number;
  readonly consoleUrl: string | undefined;
  readonly siteName: string;
  /** Left out where there is no bot, or no mail server. */
  readonly sendTelegram?: SendTelegram | undefined;
  readonly sendMail?: SendMail | undefined;
}

/**
 * Tells staff who aren't looking: once an alert is kept, each whom it concerns is owed it, by a key of alert, person and
 * way, until it was sent, they look themselves, or it is too old to matter. Any number of processes may run it.
 *
 * A process that dies between sending and saying so sends once more: twice is better than never.
 */
export interface AlertDelivery {
  /** Looks for new alerts and owes them. */
  plan(): Promise<void>;
  /** Sends what is due. @returns how many were sent */
  send(): Promise<number>;
}

export function createAlertDelivery(deps: AlertDeliveryDeps): AlertDelivery {
  const { alerts, sends, settings, accounts, clock, log } = deps;
  const ways: readonly AlertWay[] = [
    ...(deps.sendTelegram ? (['telegram'] as const) : []),
    ...(deps.sendMail ? (['email'] as const) : []),
  ];
  const planned = new Set<string>();
  let lookedAt: Date | undefined;

  async function owe(alert: Alert): Promise<void> {
    const now = clock.now();
    if (isTooOld(alert, now)) return;
    const wanting = await settings.wanting(alert.what);
    if (wanting.length === 0) return;
    const known = new Map(
      (await accounts.findMany(wanting.map(({ staffId }) => staffId))).map((each) => [each._id, each]),
    );
    for (const each of wanting) {
      const account = known.get(each.staffId);
      if (!account || !concerns(alert, account)) continue;
      const sendAt = earliest(alert.what, now, each.quietHours, deps.offsetMs);
      for (const way of ways)
        if (addressFor(way, each) !== undefined) await sends.owe(alert, each.staffId, way, sendAt);
    }
  }

  async function sendOne(send: AlertSend): Promise<boolean> {
    const now = clock.now();
    if (isTooOld(send, now)) return skip(send, 'too_old');
    if (await deps.looking.isLooking(send.staffId)) return skip(send, 'looking');
    const notWithinMs = NOT_AGAIN_WITHIN_MS[send.what];
    if (notWithinMs !== undefined && (await sends.toldSince(send, new Date(now.getTime() - notWithinMs))))
      return skip(send, 'told_lately');
    const [choice, account] = await Promise.all([settings.of(send.staffId), accounts.find(send.staffId)]);
    if (!account?.isActive || !choice.kinds.includes(send.what)) return skip(send, 'no_address');
    try {
      if (!(await tell(send, choice, account))) return skip(send, 'no_address');
    } catch (error) {
      return failed(send, error, now);
    }
    await sends.sent(send._id);
    return true;
  }

  async function skip(send: AlertSend, reason: Parameters<AlertSends['skip']>[1]): Promise<false> {
    await sends.skip(send._id, reason);
    return false;
  }

  /** @returns false when they have no address of this way any more */
  async function tell(send: AlertSend, choice: AlertSettings, account: Account): Promise<boolean> {
    const text = alertText(send, account.locale, deps.consoleUrl);
    if (send.way === 'telegram') {
      const address = addressFor('telegram', choice);
      if (!deps.sendTelegram || address === undefined || typeof address === 'string') return false;
      await deps.sendTelegram(send._id, address, text);
      return true;
    }
    const to = addressFor('email', choice);
    if (!deps.sendMail || typeof to !== 'string') return false;
    const [subject = ''] = text.split('\n');
    await deps.sendMail({ id: send._id, to, subject: `${deps.siteName}: ${subject}`, text });
    return true;
  }

  async function failed(send: AlertSend, error: unknown, now: Date): Promise<false> {
    const isFinal = error instanceof SendError && (error.reason === 'blocked' || error.reason === 'rejected');
    // ids only: what a mail server says may hold the address
    const reason = error instanceof SendError ? error.reason : 'mail_not_taken';
    log.warn({ way: send.way, what: send.what, attempt: send.attempt, reason }, 'alert could not be sent');
    if (isFinal) return skip(send, 'refused');
    await sends.retry(
      send._id,
      new Date(now.getTime() + backoffMs(send.attempt, RETRY_FIRST_MS, RETRY_MAX_MS, Math.random())),
    );
    return false;
  }

  return {
    async plan() {
      if (ways.length === 0) return;
      const now = clock.now();
      const since = lookedAt ? new Date(lookedAt.getTime() - OVERLAP_MS) : new Date(now.getTime() - OLDEST_MS);
      const found = await alerts.since(since, MAX_ALERTS);
      for (const alert of found) {
        if (planned.has(alert._id)) continue;
        await owe(alert);
        planned.add(alert._id);
      }
      if (planned.size > MAX_ALERTS * 10) planned.clear();
      // a full page is gone on from where it ended
      lookedAt = found.length < MAX_ALERTS ? now : found.at(-1)?.at;
    },
    async send() {
      if (ways.length === 0) return 0;
      let count = 0;
      for (const each of await sends.take(BATCH)) if (await sendOne(each)) count += 1;
      return count;
    },
  };
}

function addressFor(way: AlertWay, choice: AlertSettings): Address | string | undefined {
  if (way === 'telegram') return choice.telegram ? choice.telegramAddress : undefined;
  return choice.email ? choice.emailAddress : undefined;
}
