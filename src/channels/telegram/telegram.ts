import { createHmac } from 'node:crypto';
import type { LaneLimits } from '../../conversations/permits.js';
import type { Clock } from '../../core/clock.js';
import type { Keys } from '../../core/crypto.js';
import { SendError } from '../../core/errors.js';
import { base32, conversationIdOf } from '../../core/ids.js';
import type { Logger } from '../../core/log.js';
import type { Received } from '../../messages/chat-entry.js';
import type { FetchAttachment } from '../../messages/fetch.js';
import type { Address, InboundMessage, OutboundMessage } from '../../messages/message.js';
import type { FileStore } from '../../store/files.js';
import type { Channel } from '../channel.js';
import { createProblems, type OnProblem, type Problems } from '../problems.js';
import type { PushLane } from '../push-lane.js';
import { createTelegramApi, type TelegramApi } from './api.js';
import { createFetchAttachment } from './attachments.js';
import { type BotName, createBotName } from './bot-name.js';
import { type Command, offerCommands } from './commands.js';
import { createHints, type Hints } from './hints.js';
import { createIntake, type TakeUpdate } from './intake.js';
import { createObey, type OnReachable } from './obey.js';
import { createPoller } from './poll.js';
import type { TelegramProblem } from './problems.js';
import type { TelegramWords } from './render.js';
import { createSend, type OpenFile } from './send.js';
import { createWebhook } from './webhook.js';
import { keepWebhook } from './webhook-registration.js';

/**
 * Telegram allows about 30 a second over all chats and one a second in a chat, short bursts aside; these stay below.
 * Groups, which have a limit of their own, are left.
 */
export const TELEGRAM_LIMITS: LaneLimits = {
  perSecond: 25,
  // none: what is late on the way comes together with what follows, and 30 in any second are too many
  perSecondBurst: 1,
  chatIntervalMs: 1000,
  chatBurst: 3,
  maxInFlight: 30,
};

const LONG_SILENCE_MS = 600_000;

export interface TelegramSettings {
  /** As BotFather gave it: `<bot id>:<secret>`. */
  readonly token: string;
  readonly apiRoot: string;
  /** Where Telegram reaches us; absent = poll. */
  readonly publicUrl?: string;
  /** Derived from the token when omitted. */
  readonly webhookSecret?: string;
}

/** What taking a message in came to, as far as the channel looks at it. */
type Answer = Pick<Received, 'repeated' | 'entries'>;

export interface TelegramDeps {
  readonly settings: TelegramSettings;
  readonly words: TelegramWords;
  /** What the menu button lists; none when omitted. */
  readonly commands?: readonly Command[];
  readonly keys: Keys;
  readonly files: Pick<FileStore, 'open' | 'save'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Resolves when the message is durable. */
  readonly receive: (message: InboundMessage) => Promise<Answer>;
  /** Keeps an update that can't be taken in; resolves once that is durable. */
  readonly quarantine: (lane: string, raw: string, reason: string) => Promise<void>;
  readonly onReachable?: OnReachable;
  readonly onProblem?: OnProblem<TelegramProblem>;
}

export interface TelegramLane extends PushLane {
  readonly fetchAttachment: FetchAttachment;
  /** Shows somebody that an answer is being written: for staff who write one. The bot's own need no call. */
  typing(address: Address): void;
  /** For health and console. */
  problems(): readonly TelegramProblem[];
  /** For the end of the process, after `channel.stop`. */
  close(): Promise<void>;
}

/** One bot, by polling or by webhook. Its channel starts and stops with the lane; the webhook's route serves always. */
export function createTelegramLane(deps: TelegramDeps): TelegramLane {
  const { settings, clock, log } = deps;
  const lane = `telegram:${accountOf(settings.token)}`;
  const api = createTelegramApi({ token: settings.token, apiRoot: settings.apiRoot, clock });
  const botName = createBotName({ api, clock });
  const hints = createHints(api, clock);
  const problems = createProblems<TelegramProblem>(lane, log, deps.onProblem ?? (() => undefined));
  const take = createTake(deps, { lane, api, hints, botName });
  const way = webhookOf(settings);
  const webhook = way && createWebhook({ secret: way.secret, take, clock, log });
  let work: { stop(): Promise<void> } | undefined;

  const channel: Channel = {
    type: 'telegram',
    async start() {
      if (work) return;
      offerCommands(api, log, deps.commands ?? []);
      if (way) {
        work = keepWebhook({ api, clock, log, problems, ...way });
        return;
      }
      const poller = createPoller({ api, clock, log, problems, take });
      poller.start();
      work = poller;
    },
    async stop() {
      await work?.stop();
      work = undefined;
    },
    send: withProblems(createSend({ api, clock, words: deps.words, openFile: createOpenFile(deps) }), problems),
  };

  return {
    lane,
    limits: TELEGRAM_LIMITS,
    channel,
    ...(way && webhook ? { routes: { path: way.path, router: webhook.router } } : {}),
    fetchAttachment: createFetchAttachment({ ...settings, lane, api, clock, log, saveFile: deps.files.save }),
    typing: ({ chatId }) => hints.typing(chatId),
    problems: problems.current,
    linkTo(token) {
      const username = botName.current();
      return username === undefined ? undefined : { name: 'Telegram', url: `https://t.me/${username}?start=${token}` };
    },
    async close() {
      await webhook?.stop();
      await botName.stop();
      await hints.stop();
      api.close();
    },
  };
}

/** The bot's own id: the part of its token before the colon. */
function accountOf(token: string): string {
  return token.split(':', 1)[0] ?? token;
}

function createTake(
  deps: TelegramDeps,
  { lane, api, hints, botName }: { lane: string; api: TelegramApi; hints: Hints; botName: BotName },
): TakeUpdate {
  const { clock, log, words, settings } = deps;
  const account = accountOf(settings.token);
  return createIntake({
    clock,
    log,
    lane,
    async receive(message) {
      const received = await deps.receive(message);
      if (isAnsweredLater(message, received)) hints.typing(message.address.chatId);
    },
    context: () => {
      const username = botName.current();
      return { account, ...(username === undefined ? {} : { username }) };
    },
    quarantine: (raw, reason) => deps.quarantine(lane, raw, reason),
    obey: createObey({ api, log, words, onReachable: deps.onReachable ?? (async () => undefined) }),
    answerTap: hints.answerTap,
  });
}

/** True when a question follows that is held back a moment, in case more is being written. */
function isAnsweredLater({ choice }: InboundMessage, { repeated, entries }: Answer): boolean {
  return !choice && !repeated && entries.some(({ from, step }) => from === 'bot' && step !== undefined);
}

/** The sender rests while the token is refused; that nothing leaves is for a person to know. */
function withProblems(send: Channel['send'], problems: Problems<TelegramProblem>): Channel['send'] {
  return async (message, signal) => {
    try {
      const platformId = await send(message, signal);
      problems.clear('halted', 'throttled');
      return platformId;
    } catch (error) {
      if (error instanceof SendError && error.reason === 'misconfigured') problems.raise('halted', error.message);
      if (error instanceof SendError && (error.retryAfterMs ?? 0) > LONG_SILENCE_MS)
        problems.raise('throttled', error.message);
      throw error;
    }
  };
}

function createOpenFile({ keys, files }: TelegramDeps): OpenFile {
  return async ({ address }: OutboundMessage, { fileId }) => {
    const owner = conversationIdOf(keys.addressKey, address.channel, address.account, address.chatId);
    const opened = fileId === undefined ? undefined : await files.open(owner, fileId);
    return opened?.stream;
  };
}

/** Path and secret follow from the token, the same in every process, so that neither needs to be configured. */
function webhookOf(settings: TelegramSettings): { path: string; secret: string; url: string } | undefined {
  if (settings.publicUrl === undefined) return undefined;
  const derive = (purpose: string) => base32(createHmac('sha256', settings.token).update(purpose).digest());
  const path = `/telegram/${derive('webhook path').slice(0, 26)}`;
  return {
    path,
    url: `${settings.publicUrl.replace(/\/+$/, '')}${path}`,
    secret: settings.webhookSecret ?? derive('webhook secret'),
  };
}
