import { createHmac } from 'node:crypto';
import type { Router } from 'express';
import type { Clock } from '../../core/clock.js';
import { base32 } from '../../core/ids.js';
import type { Logger } from '../../core/log.js';
import type { Address } from '../../messages/message.js';
import type { Channel, ReceiveMessage } from '../channel.js';
import { createTelegramApi } from './api.js';
import { createFetchAttachment, type FetchAttachment, type SaveFile } from './attachments.js';
import { createHints } from './hints.js';
import { createIntake, type TakeUpdate } from './intake.js';
import { createObey, type OnReachable } from './obey.js';
import { createPoller } from './poll.js';
import { createProblems, type OnProblem, type TelegramProblem } from './problems.js';
import type { TelegramWords } from './render.js';
import { createSend, type SendDeps } from './send.js';
import { createWebhook, type Webhook } from './webhook.js';
import { keepWebhook } from './webhook-registration.js';

export interface TelegramDeps {
  /** As BotFather gave it: `<bot id>:<secret>`. */
  readonly token: string;
  readonly apiRoot: string;
  /** Absent = poll. */
  readonly webhook?: { readonly publicUrl: string; readonly secret?: string };
  readonly clock: Clock;
  readonly log: Logger;
  readonly words: TelegramWords;
  /** Keeps an update that can't be taken in, sealed; resolves once durable. */
  readonly quarantine: (raw: string, reason: string) => Promise<void>;
  readonly onReachable: OnReachable;
  readonly onProblem: OnProblem;
  readonly openFile: SendDeps['openFile'];
  readonly saveFile: SaveFile;
}

export interface TelegramChannel extends Channel {
  readonly type: 'telegram';
  /** The bot's id: an account of the channel, half of the lane's name. */
  readonly account: string;
  /**
   * The webhook's route, for every process, whoever holds the lane; undefined when polling. To be mounted at the root
   * before any parser of bodies.
   */
  webhookRouter(receive: ReceiveMessage): Router | undefined;
  readonly fetchAttachment: FetchAttachment;
  /** A hint that somebody is writing to that chat. */
  typing(address: Address): void;
  problems(): readonly TelegramProblem[];
  /** For the end of the process: the webhook's route refuses from now on, and what it took in is waited for. */
  close(): Promise<void>;
}

/** Telegram, by polling or by webhook. `start` and `stop` follow the lane; the webhook's route doesn't. */
export function createTelegramChannel(deps: TelegramDeps): TelegramChannel {
  const { token, apiRoot, clock, log } = deps;
  const account = accountOf(token);
  const api = createTelegramApi({ token, apiRoot, clock });
  const hints = createHints(api);
  const problems = createProblems(log, deps.onProblem);
  const { path, secret, url } = webhookOf(deps);
  let username: string | undefined;
  let served: Webhook | undefined;
  let work: { stop(): Promise<void> } | undefined;

  const takeWith = (receive: ReceiveMessage): TakeUpdate =>
    createIntake({
      clock,
      log,
      receive,
      context: () => ({ account, ...(username === undefined ? {} : { username }) }),
      quarantine: deps.quarantine,
      obey: createObey({ api, log, words: deps.words, onReachable: deps.onReachable }),
      answerTap: hints.answerTap,
    });

  const learnName = () => {
    // only a command that names a bot needs it, so nothing waits for it
    void api.call('getMe', {}).then(
      (me) => {
        username = me.username;
      },
      () => undefined,
    );
  };

  return {
    type: 'telegram',
    account,

    webhookRouter(receive) {
      if (url === undefined) return undefined;
      learnName();
      served = createWebhook({ path, secret, clock, log, take: takeWith(receive) });
      return served.router;
    },

    async start(receive) {
      if (work) return;
      learnName();
      if (url !== undefined) {
        work = keepWebhook({ api, clock, log, problems, url, secret });
        return;
      }
      const poller = createPoller({ api, clock, log, problems, take: takeWith(receive) });
      poller.start();
      work = poller;
    },

    async stop() {
      await work?.stop();
      work = undefined;
      await hints.stop();
    },

    send: createSend({ api, words: deps.words, openFile: deps.openFile }),
    fetchAttachment: createFetchAttachment({ api, apiRoot, token, clock, log, saveFile: deps.saveFile }),
    typing: ({ chatId }) => hints.typing(chatId),
    problems: problems.current,

    async close() {
      await served?.stop();
      await hints.stop();
      api.close();
    },
  };
}

/** The part of a bot token before the colon. */
export function accountOf(token: string): string {
  return token.split(':', 1)[0] ?? token;
}

/** Path and secret follow from the token, the same in every process, so that neither needs to be configured. */
function webhookOf({ token, webhook }: TelegramDeps): { path: string; secret: string; url: string | undefined } {
  const derive = (purpose: string) => base32(createHmac('sha256', token).update(purpose).digest());
  const path = `/telegram/${derive('webhook path').slice(0, 26)}`;
  const secret = webhook?.secret ?? derive('webhook secret');
  return { path, secret, url: webhook && `${webhook.publicUrl.replace(/\/+$/, '')}${path}` };
}
