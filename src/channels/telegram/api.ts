import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { Telegram } from 'telegraf';
import type { Telegram as Methods, Opts } from 'telegraf/types';
import type { Clock } from '../../core/clock.js';
import { ApiFailure, toApiFailure } from './api-failure.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** A half-open connection shows by silence only. */
const ANSWER_TIMEOUT_MS = 35_000;

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** The Bot API as we use it: every call ends, and what it throws may be logged. */
export interface TelegramApi {
  /**
   * @throws {ApiFailure} always, and only, when the Bot API did not say yes
   */
  call<M extends keyof Methods>(method: M, payload: Opts<M>, options?: CallOptions): Promise<ReturnType<Methods[M]>>;

  /** Drops the connections kept for later calls. */
  close(): void;
}

export function createTelegramApi(deps: { token: string; apiRoot: string; clock: Clock }): TelegramApi {
  const { token, apiRoot, clock } = deps;
  const agent = createAgent(apiRoot, clock);
  const telegram = new Telegram(token, { apiRoot: apiRoot.replace(/\/*$/, '/'), webhookReply: false });
  // the constructor drops an agent given for http://, which a Bot API server of one's own uses
  telegram.options.agent = agent;
  const forgetCuts = endCutAnswers(agent);

  return {
    async call(method, payload, { signal, timeoutMs = ANSWER_TIMEOUT_MS } = {}) {
      if (signal?.aborted) throw new ApiFailure('stopped before the call', { transport: 'not_sent' });
      const aborter = new AbortController();
      const abort = () => aborter.abort();
      signal?.addEventListener('abort', abort);
      const cancel = clock.after(timeoutMs, abort);
      try {
        // telegraf types the signal by a package that stood in for it before Node had its own
        return await telegram.callApi(method, payload, { signal: aborter.signal as never });
      } catch (error) {
        throw toApiFailure(error, token);
      } finally {
        cancel();
        signal?.removeEventListener('abort', abort);
      }
    },
    close() {
      forgetCuts();
      agent.destroy();
    },
  };
}

/**
 * Keeps connections, and tells one that can't be made from one that fell silent: the first can be retried at will, the
 * second may have carried a message.
 */
function createAgent(apiRoot: string, clock: Clock): HttpAgent {
  const isTls = apiRoot.startsWith('https:');
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (...args: Parameters<typeof connect>) => {
    const socket = connect(...args) as Socket;
    const cancel = clock.after(CONNECT_TIMEOUT_MS, () => {
      socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ECONNECTTIMEOUT' }));
    });
    socket.once(isTls ? 'secureConnect' : 'connect', cancel).once('close', cancel);
    return socket;
  };
  return agent;
}

/**
 * node-fetch 2 doesn't notice that an answer of known length was cut: it would wait for the rest until time is up, and
 * keep a timer of its own for 500 s. So the answer is ended where it was cut, and is no JSON then.
 *
 * @returns stops watching
 */
function endCutAnswers(agent: HttpAgent): () => void {
  const watch = (message: unknown) => {
    const { request, response } = message as {
      request: ClientRequest & { agent?: unknown };
      response: IncomingMessage;
    };
    if (request.agent !== agent) return;
    response.once('close', () => {
      if (!response.complete) response.emit('end');
    });
  };
  subscribe('http.client.response.finish', watch);
  return () => unsubscribe('http.client.response.finish', watch);
}
