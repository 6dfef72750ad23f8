import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import { backoffMs, pause } from '../../core/pause.js';
import type { Problems } from '../problems.js';
import { ALLOWED_UPDATES } from './allowed-updates.js';
import type { TelegramApi } from './api.js';
import { ApiFailure, toApiFailure } from './api-failure.js';
import type { TelegramProblem } from './problems.js';

const MS_PER_SECOND = 1000;
const MAX_CONNECTIONS = 40;
const WATCH_EVERY_MS = 60 * MS_PER_SECOND;
/** An error older than two looks is over. */
const FRESH_ERROR_SECONDS = 150;
const LARGE_BACKLOG = 1000;
const MANY_FAILURES = 4;

export interface RegistrationDeps {
  readonly api: TelegramApi;
  readonly clock: Clock;
  readonly log: Logger;
  readonly problems: Problems<TelegramProblem>;
  readonly url: string;
  readonly secret: string;
}

/**
 * Sets the webhook, checks that it is set, and looks after it every minute until stopped. An API that doesn't answer is
 * a problem to be told of, not a reason to stop: updates wait at Telegram for a day.
 */
export function keepWebhook(deps: RegistrationDeps): { stop(): Promise<void> } {
  const aborter = new AbortController();
  const running = run(deps, aborter.signal);
  return {
    async stop() {
      aborter.abort();
      await running;
    },
  };
}

async function run(deps: RegistrationDeps, signal: AbortSignal): Promise<void> {
  const { clock, log, problems } = deps;
  let isSet = false;
  for (let failures = 0; !signal.aborted; ) {
    try {
      if (!isSet) await register(deps, signal);
      isSet = await look(deps, isSet, signal);
      failures = 0;
      problems.clear('unreachable', 'unauthorized');
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const { code, message } = toApiFailure(error);
      if (code === 401 || code === 404) problems.raise('unauthorized', message);
      else if (failures >= MANY_FAILURES) problems.raise('unreachable', message);
      log.warn({ channel: 'telegram', err: error, failures }, 'webhook could not be looked after, will retry');
    }
    const isQuiet = failures === 0 && isSet;
    await pause(
      clock,
      isQuiet ? WATCH_EVERY_MS : backoffMs(failures + 1, MS_PER_SECOND, WATCH_EVERY_MS, Math.random()),
      signal,
    );
  }
}

async function register({ api, url, secret, log }: RegistrationDeps, signal: AbortSignal): Promise<void> {
  await api.call(
    'setWebhook',
    {
      url,
      secret_token: secret,
      allowed_updates: ALLOWED_UPDATES,
      max_connections: MAX_CONNECTIONS,
      drop_pending_updates: false,
    },
    { signal },
  );
  log.info({ channel: 'telegram' }, 'webhook set');
}

/** @returns false when it must be set again */
async function look(deps: RegistrationDeps, wasSet: boolean, signal: AbortSignal): Promise<boolean> {
  const { api, clock, problems, url } = deps;
  const info = await api.call('getWebhookInfo', {}, { signal });
  if (info.url !== url) {
    problems.raise('webhook_taken', info.url ? 'the webhook points elsewhere' : 'the webhook was removed');
    // another service with our token that polls removed it; one that set its own is left alone, or both would fight
    if (!info.url && wasSet) return false;
    if (!info.url) throw new ApiFailure('the webhook was not kept', { transport: 'foreign' });
    return true;
  }
  problems.clear('webhook_taken');

  const nowSeconds = clock.now().getTime() / MS_PER_SECOND;
  const isFailing = info.last_error_date !== undefined && nowSeconds - info.last_error_date < FRESH_ERROR_SECONDS;
  if (isFailing) problems.raise('webhook_failing', info.last_error_message ?? 'no reason given');
  else problems.clear('webhook_failing');
  if (info.pending_update_count > LARGE_BACKLOG) problems.raise('backlog', `${info.pending_update_count} updates wait`);
  else problems.clear('backlog');
  return true;
}
