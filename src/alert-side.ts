import express from 'express';
import type { Db } from 'mongodb';
import type { PushLane } from './channels/push-lane.js';
import type { Config } from './config.js';
import type { Conversations } from './conversations/conversations.js';
import type { Clock } from './core/clock.js';
import type { Keys } from './core/crypto.js';
import type { Logger } from './core/log.js';
import type { MountedRouter } from './http/server.js';
import { createMyAlertRoutes } from './http/staff/admin-my-alerts.js';
import { startLoop } from './jobs/loop.js';
import type { Received } from './messages/chat-entry.js';
import type { Address, InboundMessage } from './messages/message.js';
import { createAlertDelivery, type SendTelegram } from './staff/alert-delivery.js';
import { createRepairAlerts } from './staff/alert-repair.js';
import { createAlertSends } from './staff/alert-sends.js';
import { createAlertSettings } from './staff/alert-settings.js';
import { LINK_WORDS } from './staff/alert-words.js';
import { type Alerts, raiseAll } from './staff/alerts.js';
import type { Audit } from './staff/audit.js';
import { dangerAlertsOfTurn } from './staff/feed-alerts.js';
import { createTelegramLinks, readStaffCode } from './staff/links-telegram.js';
import { createLooking, type Looking } from './staff/looking.js';
import { createSendMail } from './staff/mail.js';
import type { StaffSide } from './staff-side.js';

const EVERY_MS = 2000;
const REPAIR_EVERY_MS = 5000;
const SEND_TIMEOUT_MS = 20_000;

export interface AlertSideDeps {
  readonly db: Db;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: Config;
  readonly side: Pick<StaffSide, 'staff' | 'gate' | 'writeOnce'>;
  readonly alerts: Alerts;
  readonly audit: Audit;
  readonly conversations: Pick<Conversations, 'live'>;
  readonly offsetMs: number;
  /** The channel accounts, once they are made. */
  readonly lanes: () => readonly PushLane[];
}

/** Staff who aren't looking. */
export interface AlertSide {
  readonly router: MountedRouter;
  readonly looking: Looking;
  /** Takes a code of staff's out of what citizens send; everything else goes on to `receive`. */
  before(receive: (message: InboundMessage) => Promise<Received>): (message: InboundMessage) => Promise<Received>;
  /** Owes and sends what there is; runs by itself every two seconds once started. */
  deliver(): Promise<number>;
  /** @returns stops it, and resolves when what is under way has ended */
  start(): () => Promise<void>;
}

export function createAlertSide(deps: AlertSideDeps): AlertSide {
  const { db, keys, clock, log, config, alerts, audit, lanes } = deps;
  const { staff, gate, writeOnce } = deps.side;
  const settings = createAlertSettings({ db, keys });
  const links = createTelegramLinks({ db, keys, clock, settings });
  const looking = createLooking({ db, clock, log });
  const bot = () => lanes().find(({ lane }) => lane.startsWith('telegram:'));
  const { SMTP_URL: url, SMTP_FROM: from } = config;
  const sendTelegram: SendTelegram = async (id, address, text) => {
    const lane = lanes().find((each) => each.lane === `telegram:${address.account}`);
    const message = { id, address, text, seq: 0, kind: 'notice' } as const;
    await lane?.channel.send(message, AbortSignal.timeout(SEND_TIMEOUT_MS));
  };
  const hasBot = config.TELEGRAM_BOT_TOKEN !== undefined;
  const delivery = createAlertDelivery({
    ...{ alerts, settings, looking, clock, log, accounts: staff.store },
    sends: createAlertSends({ db, clock }),
    offsetMs: deps.offsetMs,
    consoleUrl: config.PUBLIC_URL && `${config.PUBLIC_URL}/console`,
    siteName: config.TENANT_NAME,
    sendTelegram: hasBot ? sendTelegram : undefined,
    sendMail: url && from ? createSendMail({ url, from }) : undefined,
  });
  const repair = createRepairAlerts({ db, alerts, clock });
  const deliver = async () => {
    await delivery.plan();
    return delivery.send();
  };
  const router = express.Router();
  router.use('/me', gate.signedIn);
  router.use(
    createMyAlertRoutes({
      ...{ gate, writeOnce, settings, links, audit },
      can: { telegram: hasBot, email: url !== undefined },
      linkTo: (code) => bot()?.linkTo?.(code)?.url,
    }),
  );

  async function takeCode(code: string, address: Address): Promise<void> {
    const taken = await links.take(code, address);
    if (taken.type === 'linked')
      await audit.append({ by: taken.staffId, what: 'staff.telegram_linked', subject: taken.staffId });
    if (taken.type === 'ignored') return;
    const text = LINK_WORDS[taken.type];
    await sendTelegram(`staff-link/${code}`, address, text).catch(() => undefined);
  }

  return {
    router: { path: '/api/staff', router },
    looking,
    before: (receive) => async (message) => {
      const code = readStaffCode(message);
      if (code === undefined) return receive(message);
      await takeCode(code, message.address);
      return { conversationId: '', seq: 0, repeated: true, entries: [] };
    },
    deliver,
    start() {
      const unwatch = deps.conversations.live.watchAll({
        committed: ({ turn, before }) => raiseAll(alerts, dangerAlertsOfTurn(turn, before)),
        changed: () => undefined,
      });
      const stopLoops = [
        startLoop({ clock, log }, 'alerts to staff', EVERY_MS, deliver),
        startLoop({ clock, log }, 'alerts left out', REPAIR_EVERY_MS, repair),
      ];
      return async () => {
        unwatch();
        looking.stop();
        await Promise.all(stopLoops.map((stop) => stop()));
      };
    },
  };
}
