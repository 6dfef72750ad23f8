import { setMaxListeners } from 'node:events';
import { type ErrorRequestHandler, type RequestHandler, Router, raw } from 'express';
import type { Clock } from '../../core/clock.js';
import { equalSecrets } from '../../core/crypto.js';
import type { Logger } from '../../core/log.js';
import { isForLater } from '../take-or-give-up.js';
import type { TakeUpdate } from './intake.js';

/** Updates are a few kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Telegram obeys it; otherwise it waits up to two minutes, long after the store is back. */
const RETRY_AFTER_SECONDS = 5;
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';
const WARN_EVERY_MS = 60_000;

export interface WebhookDeps {
  readonly secret: string;
  readonly take: TakeUpdate;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Webhook {
  /** To be mounted at a path that can't be guessed, before any parser of bodies. */
  readonly router: Router;
  /** Refuses what comes from now on, so that it goes to another process, and waits for what is under way. */
  stop(): Promise<void>;
}

/**
 * Telegram's way in. The answer is 200 once the update is durable. It is 503 when it can't be made so just now; then
 * Telegram delivers it again, and nothing else of that chat before it. What is wrong with an update itself is never
 * answered by an error, as that would block its citizen for a day.
 */
export function createWebhook({ secret, take, clock, log }: WebhookDeps): Webhook {
  const router = Router();
  const stopping = new AbortController();
  // every update that is tried again listens to it
  setMaxListeners(0, stopping.signal);
  const running = new Set<Promise<void>>();
  let warnedAtMs = Number.NEGATIVE_INFINITY;

  const requireSecret: RequestHandler = (request, response, next) => {
    if (equalSecrets(request.get(SECRET_HEADER) ?? '', secret)) return next();
    if (clock.monotonicMs() - warnedAtMs >= WARN_EVERY_MS) {
      warnedAtMs = clock.monotonicMs();
      log.warn({ channel: 'telegram' }, 'webhook called without its secret');
    }
    response.status(401).end();
  };

  const takeIn: RequestHandler = async (request, response) => {
    const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const update = parseJson(text);
    if (typeof update !== 'object' || update === null || Array.isArray(update)) return void response.status(400).end();
    if (stopping.signal.aborted) return void later(response);
    const work = take(update, () => text, stopping.signal);
    running.add(work);
    try {
      await work;
      response.status(200).end();
    } catch (error) {
      if (!isForLater(error)) log.error({ channel: 'telegram', err: error }, 'update could not even be put aside');
      later(response);
    } finally {
      running.delete(work);
    }
  };

  // whatever is wrong with the body, it isn't from Telegram; four arguments make it an error handler
  const refuseBody: ErrorRequestHandler = (error: { status?: unknown }, _request, response, _next) => {
    const status = typeof error.status === 'number' && error.status >= 400 && error.status < 500 ? error.status : 400;
    response.status(status).end();
  };

  router.post('/', requireSecret, raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false }), takeIn);
  router.use(refuseBody);

  return {
    router,
    async stop() {
      stopping.abort();
      await Promise.allSettled(running);
    },
  };
}

function later(response: Parameters<RequestHandler>[1]): void {
  response.status(503).set('Retry-After', String(RETRY_AFTER_SECONDS)).end();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
