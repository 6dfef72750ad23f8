import { join } from 'node:path';
import type { Db } from 'mongodb';
import type { PushLane } from './channels/push-lane.js';
import { createTelegramLane } from './channels/telegram/telegram.js';
import { loadTemplates } from './channels/whatsapp-cloud/templates.js';
import { createWhatsappCloudLane } from './channels/whatsapp-cloud/whatsapp-cloud.js';
import { requireChromium } from './channels/whatsapp-web/find-chromium.js';
import { renderMessage } from './channels/whatsapp-web/render.js';
import { WARNING } from './channels/whatsapp-web/warning.js';
import {
  createWhatsappWebLane,
  LANE as WHATSAPP_WEB_LANE,
  type WhatsappWebDeps,
} from './channels/whatsapp-web/whatsapp-web.js';
import type { Config } from './config.js';
import type { Conversations } from './conversations/conversations.js';
import type { LaneSender } from './conversations/lane-sender.js';
import type { Quarantine } from './conversations/quarantine.js';
import { revealReceipt } from './conversations/transcript.js';
import type { OutState, Turn } from './conversations/turn.js';
import { openContent } from './conversations/turn-content.js';
import type { Clock } from './core/clock.js';
import type { Keys } from './core/crypto.js';
import { conversationIdOf } from './core/ids.js';
import type { Logger } from './core/log.js';
import { DEFAULT_LOCALE, type Texts } from './flows/i18n.js';
import type { Address } from './messages/message.js';
import type { FileStore } from './store/files.js';

/** What a channel account may use of the service. */
export interface LaneOffer {
  readonly keys: Keys;
  readonly files: FileStore;
  readonly db: Db;
  readonly texts: Texts;
  readonly receive: Conversations['receive'];
  readonly quarantine: Quarantine;
  readonly conversations: Pick<Conversations, 'turns' | 'staff' | 'noteFailedLater'>;
  /** Counts something that happened to a lane; both words are constants or codes. */
  readonly count: (lane: string, signal: string, detail?: string) => void;
  /** Puts a lane's trouble before staff; `problem` is a constant. */
  readonly alert: (lane: string, problem: string) => void;
  /** The sender of a lane, once the lane is made. */
  readonly senderOf: (lane: string) => LaneSender | undefined;
  /** A citizen blocked us, or let us in again. */
  readonly noteReachable: (conversationId: string, isReachable: boolean, at: Date) => Promise<void>;
  /** Lets a loader read flows/ with the office's own files in it. */
  readonly readFlows: <T>(read: (dir: string) => T) => T;
}

/** The channel accounts that the configuration turns on. */
export function createPushLanes(deps: {
  config: Config;
  clock: Clock;
  log: Logger;
  root: string;
  /** Shows a person at the terminal what is no log line: the QR code, a warning. */
  tell: (text: string) => void;
  /** WhatsApp Web's browser, where it is another than the configured one. */
  browser?: Partial<Pick<WhatsappWebDeps, 'startChild' | 'localPage' | 'extraArgs' | 'random'>>;
}) {
  const { config } = deps;
  return (offer: LaneOffer): PushLane[] => [
    ...(config.WHATSAPP_WEB === '1' ? [whatsappWebLane(deps, offer)] : []),
    ...(config.TELEGRAM_BOT_TOKEN ? [telegramLane(deps, offer, config.TELEGRAM_BOT_TOKEN)] : []),
    ...(config.WHATSAPP_CLOUD_TOKEN ? [whatsappCloudLane(deps, offer, config.WHATSAPP_CLOUD_TOKEN)] : []),
  ];
}

/** Words of locales/ that Telegram's menu button lists; each is understood with a slash. */
const COMMANDS = ['menu', 'status', 'batal', 'petugas', 'bantuan', 'bahasa'] as const;

/** How far back a message of ours is looked for by its platform id. */
const RECENT_TURNS = 50;
/** Receipts come within days; nobody asks for older ones. */
const RECEIPT_KEEP_MS = 30 * 24 * 60 * 60 * 1000;

type Deps = Parameters<typeof createPushLanes>[0];

function telegramLane({ config, clock, log }: Deps, offer: LaneOffer, token: string): PushLane {
  const { keys, files, texts } = offer;
  const { PUBLIC_URL: publicUrl, TELEGRAM_WEBHOOK_SECRET: webhookSecret } = config;
  return createTelegramLane({
    settings: {
      token,
      apiRoot: config.TELEGRAM_API_ROOT,
      ...(publicUrl ? { publicUrl } : {}),
      ...(webhookSecret ? { webhookSecret } : {}),
    },
    words: {
      sendLocation: texts.format(DEFAULT_LOCALE, 'telegram.send_location'),
      leaving: texts.format(DEFAULT_LOCALE, 'telegram.leaving'),
    },
    commands: COMMANDS.map((command) => ({
      command,
      description: texts.format(DEFAULT_LOCALE, `telegram.command.${command}`),
    })),
    keys,
    files,
    clock,
    log,
    receive: offer.receive,
    quarantine: offer.quarantine,
    onReachable: ({ channel, account, chatId }, isReachable, at) =>
      offer.noteReachable(conversationIdOf(keys.addressKey, channel, account, chatId), isReachable, at),
  });
}

function whatsappCloudLane({ config, clock, log }: Deps, offer: LaneOffer, token: string): PushLane {
  return createWhatsappCloudLane({
    settings: {
      token,
      phoneNumberId: config.WHATSAPP_CLOUD_PHONE_NUMBER_ID ?? '',
      appSecrets: (config.WHATSAPP_CLOUD_APP_SECRETS ?? '').split(','),
      verifyToken: config.WHATSAPP_CLOUD_VERIFY_TOKEN ?? '',
      apiRoot: config.WHATSAPP_CLOUD_API_ROOT,
      perSecond: config.WHATSAPP_CLOUD_PER_SECOND,
      identity: config.WHATSAPP_CLOUD_IDENTITY,
    },
    templates: offer.readFlows((dir) => loadTemplates(join(dir, 'templates.yaml'))),
    words: { choose: offer.texts.format(DEFAULT_LOCALE, 'whatsapp.choose') },
    serviceName: config.TENANT_NAME,
    keys: offer.keys,
    files: offer.files,
    receipts: offer.db.collection('receipts'),
    clock,
    log,
    receive: offer.receive,
    quarantine: offer.quarantine,
    noteFailed: offer.conversations.noteFailedLater,
    onSignal: (signal, detail) => offer.count(laneOf(config), signal, detail),
    onProblem: (problem) => offer.alert(laneOf(config), problem),
  });
}

/** It may stand in the chat under an id that we never learned: sent twice, or overtaken or given up while in doubt. */
function mayHaveLeft(out: OutState): boolean {
  return out.state === 'superseded' || out.state === 'dead' || (out.state === 'sent' && out.resent === true);
}

/** What a message of a turn looks like in WhatsApp Web, bubble by bubble. */
function saysIn(keys: Keys, turn: Turn, index: number): readonly string[] {
  const { address, out } = openContent(keys, turn);
  const bubble = out[index];
  if (!bubble) return [];
  const { kind = 'reply' } = turn.out[index] ?? {};
  return renderMessage({ ...revealReceipt(keys, bubble), id: turn._id, address, seq: turn.seq, kind }).map(
    (each) => each.text,
  );
}

function laneOf({ WHATSAPP_CLOUD_PHONE_NUMBER_ID: account = '' }: Config): string {
  return `whatsapp_cloud:${account}`;
}

function whatsappWebLane({ config, clock, log, tell, browser }: Deps, offer: LaneOffer): PushLane {
  const { keys, files, conversations } = offer;
  const idOf = ({ channel, account, chatId }: Address) => conversationIdOf(keys.addressKey, channel, account, chatId);
  const recentTurns = (address: Address) => conversations.turns.newest(idOf(address), RECENT_TURNS);
  const receipts = offer.db.collection<{ _id: string }>('receipts');
  tell(WARNING);
  return createWhatsappWebLane({
    dataDir: join(config.DATA_DIR, 'whatsapp-web'),
    chromiumPath: requireChromium(config.CHROMIUM_PATH),
    perMinute: config.WHATSAPP_WEB_PER_MINUTE,
    keys,
    files,
    clock,
    log,
    random: Math.random,
    ...browser,
    quarantine: offer.quarantine,
    lastCommittedAt: async (address) => (await conversations.turns.tip(idOf(address)))?.after.lastSentAt,
    own: {
      isOurs: async (address, platformId, text) =>
        (await recentTurns(address)).some((turn) =>
          turn.out.some(
            (each, index) =>
              (each.state === 'sent' && each.platformId === platformId) ||
              (mayHaveLeft(each) && saysIn(keys, turn, index).includes(text)),
          ),
        ),
      isSending: async (address) =>
        (await recentTurns(address)).some(({ out }) =>
          out.some((each) => each.state === 'sending' || (each.state === 'due' && each.resent === true)),
        ),
      inDoubt: async (address) => offer.senderOf(WHATSAPP_WEB_LANE)?.inDoubt(idOf(address)) ?? [],
      settle: async (message, platformId) => offer.senderOf(WHATSAPP_WEB_LANE)?.confirm(message.id, platformId),
      takeover: ({ address, externalId, text }) =>
        conversations.staff.takeOverFromPhone(idOf(address), externalId, text),
    },
    onReceipt: ({ platformId, rank }) => {
      const _id = `whatsapp_web:${platformId}`;
      const expiresAt = new Date(clock.now().getTime() + RECEIPT_KEEP_MS);
      receipts
        .updateOne({ _id }, { $max: { rank }, $set: { expiresAt } }, { upsert: true })
        .catch((error: unknown) => log.warn({ lane: WHATSAPP_WEB_LANE, err: error }, 'receipt could not be kept'));
    },
    onState: ({ state, qr }) => {
      if (state === 'qr' && qr) tell(`Scan this with WhatsApp on the office's phone (Linked devices):\n${qr.text}`);
    },
    onProblem(problem, state) {
      offer.count(WHATSAPP_WEB_LANE, `${problem}_${state}`);
      if (state === 'raised') offer.alert(WHATSAPP_WEB_LANE, problem);
    },
  });
}
