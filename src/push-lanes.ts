import { join } from 'node:path';
import type { LaneOffer } from './app.js';
import type { PushLane } from './channels/push-lane.js';
import { createTelegramLane } from './channels/telegram/telegram.js';
import { loadTemplates } from './channels/whatsapp-cloud/templates.js';
import { createWhatsappCloudLane } from './channels/whatsapp-cloud/whatsapp-cloud.js';
import type { Config } from './config.js';
import type { Clock } from './core/clock.js';
import { conversationIdOf } from './core/ids.js';
import type { Logger } from './core/log.js';
import { DEFAULT_LOCALE } from './flows/i18n.js';

/** The channel accounts that the configuration turns on. */
export function createPushLanes(deps: { config: Config; clock: Clock; log: Logger; root: string }) {
  const { config } = deps;
  return (offer: LaneOffer): PushLane[] => [
    ...(config.TELEGRAM_BOT_TOKEN ? [telegramLane(deps, offer, config.TELEGRAM_BOT_TOKEN)] : []),
    ...(config.WHATSAPP_CLOUD_TOKEN ? [whatsappCloudLane(deps, offer, config.WHATSAPP_CLOUD_TOKEN)] : []),
  ];
}

/** Words of locales/ that Telegram's menu button lists; each is understood with a slash. */
const COMMANDS = ['menu', 'status', 'batal', 'petugas', 'bantuan', 'bahasa'] as const;

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

function whatsappCloudLane({ config, clock, log, root }: Deps, offer: LaneOffer, token: string): PushLane {
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
    templates: loadTemplates(join(root, 'flows', 'templates.yaml')),
    words: { choose: offer.texts.format(DEFAULT_LOCALE, 'whatsapp.choose') },
    serviceName: config.TENANT_NAME,
    keys: offer.keys,
    files: offer.files,
    receipts: offer.db.collection('receipts'),
    clock,
    log,
    receive: offer.receive,
    quarantine: offer.quarantine,
  });
}
