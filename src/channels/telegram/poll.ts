import { setMaxListeners } from 'node:events';
import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import { backoffMs, pause } from '../../core/pause.js';
import type { Problems } from '../problems.js';
import { isForLater } from '../take-or-give-up.js';
import { ALLOWED_UPDATES } from './allowed-updates.js';
import type { TelegramApi } from './api.js';
import { ApiFailure, toApiFailure } from './api-failure.js';
import type { TakeUpdate } from './intake.js';
import { createPollWindow, type PollWindow } from './poll-window.js';
import type { TelegramProblem } from './problems.js';

const MS_PER_SECOND = 1000;
const POLL_SECONDS = 50;
const POLL_ANSWER_MS = 60 * MS_PER_SECOND;
/** As many as the Bot API hands out at once; also how far we read on behind one that isn't done. */
const BATCH = 100;
/** One slow update holds up the next batch so long, then it is left to itself. */
const PATIENCE_MS = 2 * MS_PER_SECOND;
const STORE_PAUSE_MS = { first: MS_PER_SECOND, max: 5 * MS_PER_SECOND };
const API_PAUSE_MS = { first: MS_PER_SECOND, max: 60 * MS_PER_SECOND };
const TOKEN_PAUSE_MS = 300 * MS_PER_SECOND;
const DEFAULT_RETRY_AFTER_MS = 5 * MS_PER_SECOND;
const LONG_SILENCE_MS = 600 * MS_PER_SECOND;
/** Failures in a row that are a problem and not a hiccup. */
const MANY_FAILURES = 4;
/** What `stop` waits for messages under way, and then for the last confirmation. */
const DRAIN_MS = 5 * MS_PER_SECOND;
const LAST_CONFIRM_MS = 2 * MS_PER_SECOND;

export interface PollDeps {
  readonly api: TelegramApi;
  readonly clock: Clock;
  readonly log: Logger;
  readonly take: TakeUpdate;
  readonly problems: Problems<TelegramProblem>;
}

export interface Poller {
  /** At most one process may poll: call it only while the lane is held. */
  start(): void;
  /** Resolves when nothing is polled any more and what was under way is done, or after some seconds. */
  stop(): Promise<void>;
}

export function createPoller(deps: PollDeps): Poller {
  let aborter: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();

  return {
    start() {
      if (aborter) return;
      aborter = new AbortController();
      // every chat that waits for the store listens to it
      setMaxListeners(0, aborter.signal);
      running = run(deps, aborter.signal);
    },
    async stop() {
      aborter?.abort();
      await running;
      aborter = undefined;
    },
  };
}

async function run(deps: PollDeps, signal: AbortSignal): Promise<void> {
  const window = createPollWindow((update) => takeWhenStoreIsThere(deps, update, signal));
  const isFree = await insist(deps, signal, () => removeWebhook(deps, signal));
  if (!isFree) return;
  while (!signal.aborted) {
    const fresh = await insist(deps, signal, () => fetch(deps, window, signal));
    if (fresh === undefined) break;
    await settle(deps.clock, window, fresh, signal);
  }
  await drain(deps, window);
}

/** @returns how many updates are new */
async function fetch(
  { api }: PollDeps,
  window: PollWindow,
  signal: AbortSignal,
): Promise<{ count: number; fresh: number }> {
  const offset = window.offset();
  const updates: unknown = await api.call(
    'getUpdates',
    {
      limit: BATCH,
      timeout: POLL_SECONDS,
      allowed_updates: ALLOWED_UPDATES,
      ...(offset === undefined ? {} : { offset }),
    },
    { signal, timeoutMs: POLL_ANSWER_MS },
  );
  if (!Array.isArray(updates)) throw new ApiFailure('getUpdates answered with no list', { transport: 'foreign' });
  if (offset !== undefined) window.confirmed(offset);
  return { count: updates.length, fresh: window.admit(updates) };
}

/** Waits until it is worth polling again: at best when all is done, else when something is and time has passed. */
async function settle(
  clock: Clock,
  window: PollWindow,
  { count, fresh }: { count: number; fresh: number },
  signal: AbortSignal,
): Promise<void> {
  if (count === 0) return;
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener('abort', end);
  const patience = pause(clock, PATIENCE_MS, over.signal);
  await Promise.race([window.allSettled(), patience]);
  // nothing new came, so nothing new can come until something is done
  if (fresh === 0 && window.openCount() > 0) await Promise.race([window.oneSettled(), untilAborted(over.signal)]);
  // what has no id can't be confirmed and would be handed out again at once
  if (window.openCount() === 0 && window.offset() === undefined) await patience;
  signal.removeEventListener('abort', end);
  end();
}

/** Repeats a call until it succeeds; each failure is answered by its kind. @returns undefined when stopped */
async function insist<T>(deps: PollDeps, signal: AbortSignal, call: () => Promise<T>): Promise<T | undefined> {
  const { clock, log, problems } = deps;
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      const result = await call();
      problems.clear('unreachable', 'conflict', 'unauthorized', 'throttled');
      return result;
    } catch (error) {
      if (signal.aborted) return undefined;
      const delayMs = answerFailure(error, failures, problems);
      log.warn({ channel: 'telegram', err: error, failures, delayMs }, 'polling failed, will retry');
      await pause(clock, delayMs, signal);
    }
  }
  return undefined;
}

/** @returns how long to wait */
function answerFailure(error: unknown, failures: number, problems: Problems<TelegramProblem>): number {
  const { code, message, retryAfterMs } = toApiFailure(error);
  if (code === 401 || code === 404) {
    problems.raise('unauthorized', message);
    return TOKEN_PAUSE_MS;
  }
  if (code === 429) {
    const waitMs = retryAfterMs ?? DEFAULT_RETRY_AFTER_MS;
    if (waitMs > LONG_SILENCE_MS) problems.raise('throttled', message);
    return waitMs;
  }
  // one conflict is usual when a lane changes hands: the old long poll still hangs
  if (code === 409 && failures > 1) problems.raise('conflict', message);
  if (code !== 409 && failures >= MANY_FAILURES) problems.raise('unreachable', message);
  return backoffMs(failures, API_PAUSE_MS.first, API_PAUSE_MS.max, Math.random());
}

/** Waits in place while the store is away, so that the chat's order holds and the update stays unconfirmed. */
async function takeWhenStoreIsThere(
  { clock, log, take }: PollDeps,
  update: unknown,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 1; ; failures++) {
    if (signal.aborted) throw new Error('polling stopped');
    try {
      return await take(update, () => textOf(update), signal);
    } catch (error) {
      const delayMs = backoffMs(failures, STORE_PAUSE_MS.first, STORE_PAUSE_MS.max, Math.random());
      if (!isForLater(error)) log.error({ channel: 'telegram', err: error }, 'update could not even be put aside');
      else if (failures === 1) log.warn({ channel: 'telegram', err: error }, 'update waits for the store');
      await pause(clock, delayMs, signal);
    }
  }
}

/** A webhook keeps getUpdates from working. Nothing that waits is dropped. */
async function removeWebhook({ api, log }: PollDeps, signal: AbortSignal): Promise<true> {
  const { url } = await api.call('getWebhookInfo', {}, { signal });
  if (!url) return true;
  await api.call('deleteWebhook', { drop_pending_updates: false }, { signal });
  log.warn({ channel: 'telegram' }, 'webhook removed, as this service polls');
  return true;
}

/** Confirms what is done, so that it isn't handed out again. What isn't done comes again. */
async function drain({ api, clock, log }: PollDeps, window: PollWindow): Promise<void> {
  const late = new AbortController();
  await Promise.race([window.allSettled(), pause(clock, DRAIN_MS, late.signal)]);
  late.abort();
  const offset = window.offset();
  if (offset === undefined) return;
  try {
    await api.call(
      'getUpdates',
      { offset, limit: 1, timeout: 0, allowed_updates: ALLOWED_UPDATES },
      { timeoutMs: LAST_CONFIRM_MS },
    );
  } catch (error) {
    // they come again and are known then
    log.debug({ channel: 'telegram', err: error }, 'last confirmation failed');
  }
}

function textOf(update: unknown): string {
  try {
    return JSON.stringify(update) ?? 'undefined';
  } catch {
    return '[nested too deep to be kept]';
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
}
