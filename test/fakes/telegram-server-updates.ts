import { request } from 'node:http';
import type { Clock } from '../../src/core/clock.js';

const MS_PER_SECOND = 1000;
const MESSAGE_TTL_MS = 86_400 * MS_PER_SECOND;
const TAP_TTL_MS = 150 * MS_PER_SECOND;
const MAX_RESEND_MS = 60 * MS_PER_SECOND;
const PUSH_TIMEOUT_MS = 60 * MS_PER_SECOND;
const MAX_BATCH = 100;
/** All but these are sent unless asked for. */
const NOT_BY_DEFAULT = ['chat_member', 'message_reaction', 'message_reaction_count'];

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  readonly maxConnections: number;
}

interface Pending {
  readonly id: number;
  readonly update: Readonly<Record<string, unknown>>;
  /** Updates of one queue are delivered one after another; of different ones, side by side. */
  readonly queue: string;
  readonly expiresAtMs: number;
  fails: number;
  /** A pause after a failed push. */
  pausing: boolean;
  pushing: boolean;
}

export type PollAnswer =
  | { readonly ok: true; readonly updates: readonly unknown[] }
  | { readonly ok: false; readonly code: number; readonly description: string };

interface Waiter {
  readonly limit: number;
  answer(answer: PollAnswer): void;
}

/** What Telegram keeps for a bot until it is confirmed, by offset or by 2xx, with its rules of order and retry. */
export class UpdateQueue {
  /** Every update that was confirmed, in the order of confirmation. */
  readonly acknowledged: number[] = [];
  /** Every try to push one, with the status that came back (0 = none). */
  readonly pushes: { readonly id: number; readonly status: number }[] = [];
  allowed: readonly string[] | undefined;
  webhook: Webhook | undefined;
  lastError: { readonly atMs: number; readonly message: string } | undefined;
  #pending: Pending[] = [];
  #waiter: Waiter | undefined;
  #nextId: number;
  #open = 0;
  #stopped = false;

  /** @param retryScale what the pauses between pushes are multiplied by, so that tests needn't wait minutes */
  constructor(
    private readonly clock: Clock,
    firstId: number,
    private readonly retryScale: number,
  ) {
    this.#nextId = firstId;
  }

  /** @returns its id, or undefined when the bot didn't ask for its kind */
  push(kind: string, body: unknown, queue: string): number | undefined {
    if (!this.#isAllowed(kind)) return undefined;
    const id = this.#nextId++;
    const ttlMs = kind === 'callback_query' ? TAP_TTL_MS : MESSAGE_TTL_MS;
    const expiresAtMs = this.clock.monotonicMs() + ttlMs;
    this.#pending.push({
      id,
      update: { update_id: id, [kind]: body },
      queue,
      expiresAtMs,
      fails: 0,
      pausing: false,
      pushing: false,
    });
    this.#feed();
    return id;
  }

  /** As after a week without updates: ids go on from anywhere. */
  jumpTo(id: number): void {
    this.#nextId = id;
  }

  /** Hands out a confirmed update again, as Telegram may. */
  redeliver(id: number, update: Readonly<Record<string, unknown>>): void {
    const expiresAtMs = this.clock.monotonicMs() + MESSAGE_TTL_MS;
    this.#pending.unshift({ id, update, queue: 'again', expiresAtMs, fails: 0, pausing: false, pushing: false });
    this.#feed();
  }

  get pendingCount(): number {
    return this.#pending.length;
  }

  /** @param gone aborted when the client hangs up */
  poll(ask: { offset: number; limit: number; timeoutSeconds: number }, gone: AbortSignal): Promise<PollAnswer> {
    if (this.webhook) {
      const description =
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
      return Promise.resolve({ ok: false, code: 409, description });
    }
    const description =
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
    this.#waiter?.answer({ ok: false, code: 409, description });
    this.#confirm(ask.offset);
    const limit = Math.min(MAX_BATCH, Math.max(1, ask.limit));
    const ready = this.#take(limit);
    if (ready.length > 0 || ask.timeoutSeconds <= 0) return Promise.resolve({ ok: true, updates: ready });

    return new Promise((resolve) => {
      const answer = (result: PollAnswer) => {
        cancel();
        gone.removeEventListener('abort', leave);
        if (this.#waiter === waiter) this.#waiter = undefined;
        resolve(result);
      };
      const leave = () => answer({ ok: true, updates: [] });
      const cancel = this.clock.after(ask.timeoutSeconds * MS_PER_SECOND, leave);
      gone.addEventListener('abort', leave);
      const waiter: Waiter = { limit, answer };
      this.#waiter = waiter;
    });
  }

  setWebhook(webhook: Webhook | undefined, dropPending: boolean): void {
    if (dropPending) this.#pending = [];
    this.webhook = webhook;
    this.#feed();
  }

  stop(): void {
    this.#stopped = true;
    this.#waiter?.answer({ ok: true, updates: [] });
  }

  #isAllowed(kind: string): boolean {
    if (this.allowed === undefined || this.allowed.length === 0) return !NOT_BY_DEFAULT.includes(kind);
    return this.allowed.includes(kind);
  }

  #confirm(offset: number): void {
    if (offset > 0) this.#drop((each) => each.id < offset, true);
    if (offset < 0) {
      const kept = this.#pending.slice(offset);
      this.#drop((each) => !kept.includes(each), true);
    }
  }

  #drop(isGone: (pending: Pending) => boolean, confirmed: boolean): void {
    if (confirmed) this.acknowledged.push(...this.#pending.filter(isGone).map(({ id }) => id));
    this.#pending = this.#pending.filter((each) => !isGone(each));
  }

  #take(limit: number): readonly unknown[] {
    const nowMs = this.clock.monotonicMs();
    this.#drop((each) => each.expiresAtMs <= nowMs, false);
    return this.#pending.slice(0, limit).map(({ update }) => update);
  }

  #feed(): void {
    if (this.webhook) this.#pushDue();
    else if (this.#waiter && this.#pending.length > 0) {
      this.#waiter.answer({ ok: true, updates: this.#take(this.#waiter.limit) });
    }
  }

  #pushDue(): void {
    const { webhook } = this;
    if (!webhook || this.#stopped) return;
    const nowMs = this.clock.monotonicMs();
    this.#drop((each) => !each.pushing && each.expiresAtMs <= nowMs, false);
    const busy = new Set<string>();
    for (const pending of this.#pending) {
      if (this.#open >= webhook.maxConnections) return;
      if (busy.has(pending.queue)) continue;
      busy.add(pending.queue);
      if (!pending.pushing && !pending.pausing) void this.#pushOne(pending, webhook);
    }
  }

  async #pushOne(pending: Pending, webhook: Webhook): Promise<void> {
    pending.pushing = true;
    this.#open += 1;
    const { status, retryAfterSeconds } = await post(webhook, pending.update);
    this.#open -= 1;
    pending.pushing = false;
    if (this.#stopped) return;
    this.pushes.push({ id: pending.id, status });
    if (status >= 200 && status < 300) this.#drop((each) => each === pending, true);
    else this.#postpone(pending, status, retryAfterSeconds);
    this.#pushDue();
  }

  #postpone(pending: Pending, status: number, retryAfterSeconds: number | undefined): void {
    const message = status === 0 ? 'Connection refused' : `Wrong response from the webhook: ${status}`;
    this.lastError = { atMs: this.clock.now().getTime(), message };
    // at once after the first failure, then 2, 4, 8 ... seconds
    const backoffMs = pending.fails === 0 ? 0 : Math.min(2 ** pending.fails * MS_PER_SECOND, MAX_RESEND_MS);
    const delayMs = (retryAfterSeconds === undefined ? backoffMs : retryAfterSeconds * MS_PER_SECOND) * this.retryScale;
    pending.fails += 1;
    // a flag, as a timer may end a fraction of a millisecond before its time
    pending.pausing = true;
    this.clock.after(delayMs, () => {
      pending.pausing = false;
      this.#pushDue();
    });
  }
}

function post(webhook: Webhook, update: unknown): Promise<{ status: number; retryAfterSeconds?: number }> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': webhook.secret };
    const posting = request(webhook.url, { method: 'POST', headers, timeout: PUSH_TIMEOUT_MS }, (response) => {
      response.resume();
      response.once('close', () => {
        const retryAfter = Number(response.headers['retry-after']);
        resolve({ status: response.statusCode ?? 0, ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}) });
      });
    });
    posting.once('timeout', () => posting.destroy());
    posting.once('error', () => resolve({ status: 0 }));
    posting.end(JSON.stringify(update));
  });
}
