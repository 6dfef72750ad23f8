import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const LIMIT_PER_SECOND = 30;
const MS_PER_SECOND = 1000;
/** Calls that were on their way when a wait was told aren't early. */
const ON_THE_WAY_MS = 250;
const MAX_UPDATES = 100;

export interface Sent {
  readonly chatId: string;
  readonly text: string;
  readonly atMs: number;
}

/** A Bot API as lean as can be, with the platform's limit of 30 messages in any second. */
export interface BenchApi {
  readonly apiRoot: string;
  readonly token: string;
  readonly webhook: () => { readonly url: string; readonly secret: string } | undefined;
  /** Hands them out to getUpdates, in order. */
  queue(updates: readonly unknown[]): void;
  /** How many of those queued were confirmed. */
  confirmed(): number;
  /** When the newest was confirmed. */
  confirmedAtMs(): number;
  readonly sent: Sent[];
  /** The next message is refused with this time to wait. */
  refuseNext(retryAfterSeconds: number): void;
  /** Messages refused for being too many, and those that came before a time to wait was over. */
  readonly refused: { tooMany: number; early: number };
  stop(): Promise<void>;
}

export async function startBenchApi(): Promise<BenchApi> {
  const token = '7001:AAE_bench-bench-bench-bench-bench-0';
  const sent: Sent[] = [];
  const refused = { tooMany: 0, early: 0 };
  let webhook: { url: string; secret: string } | undefined;
  let pending: { update_id: number }[] = [];
  let head = 0;
  let confirmed = 0;
  let confirmedAtMs = 0;
  let wake: () => void = () => undefined;
  let recentMs: number[] = [];
  let toldAtMs = 0;
  let closedUntilMs = 0;
  let refusal = 0;
  let messageId = 1_000_000;

  const send = (payload: Record<string, unknown>): unknown => {
    const atMs = performance.now();
    const close = (seconds: number) => {
      toldAtMs = atMs;
      closedUntilMs = atMs + seconds * MS_PER_SECOND;
      return { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: seconds } };
    };
    if (refusal > 0) {
      const seconds = refusal;
      refusal = 0;
      return close(seconds);
    }
    if (atMs < closedUntilMs) {
      if (atMs - toldAtMs > ON_THE_WAY_MS) refused.early += 1;
      const seconds = Math.ceil((closedUntilMs - atMs) / MS_PER_SECOND);
      return { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: seconds } };
    }
    recentMs = recentMs.filter((each) => each > atMs - MS_PER_SECOND);
    if (recentMs.length >= LIMIT_PER_SECOND) {
      refused.tooMany += 1;
      return close(1);
    }
    recentMs.push(atMs);
    const chatId = String(payload['chat_id']);
    sent.push({ chatId, text: String(payload['text']), atMs });
    messageId += 1;
    return { ok: true, result: { message_id: messageId, date: 0, chat: { id: Number(chatId), type: 'private' } } };
  };

  const getUpdates = async ({ offset, limit, timeout }: Record<string, unknown>): Promise<unknown> => {
    const from = Number(offset ?? 0);
    for (let first = pending[head]; first && first.update_id < from; first = pending[head]) {
      head += 1;
      confirmed += 1;
      confirmedAtMs = performance.now();
    }
    if (head === pending.length && Number(timeout) > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Number(timeout) * MS_PER_SECOND);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return { ok: true, result: pending.slice(head, head + Math.min(Number(limit ?? MAX_UPDATES), MAX_UPDATES)) };
  };

  const perform = (method: string, payload: Record<string, unknown>): unknown => {
    switch (method) {
      case 'getUpdates':
        return getUpdates(payload);
      case 'sendMessage':
        return send(payload);
      case 'getMe':
        return { ok: true, result: { id: 7001, is_bot: true, first_name: 'Bench', username: 'bench_bot' } };
      case 'setWebhook':
        webhook = { url: String(payload['url']), secret: String(payload['secret_token']) };
        return { ok: true, result: true };
      case 'getWebhookInfo':
        return { ok: true, result: { url: webhook?.url ?? '', pending_update_count: 0 } };
      default:
        return { ok: true, result: true };
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const payload = body.length > 0 ? (JSON.parse(body.toString('utf8')) as Record<string, unknown>) : {};
    const answer = await perform((request.url ?? '').split('/').at(-1) ?? '', payload);
    const text = JSON.stringify(answer);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    webhook: () => webhook,
    queue(updates) {
      pending = [...pending.slice(head), ...(updates as { update_id: number }[])];
      head = 0;
      wake();
    },
    confirmed: () => confirmed,
    confirmedAtMs: () => confirmedAtMs,
    sent,
    refuseNext(seconds) {
      refusal = seconds;
    },
    refused,
    async stop() {
      wake();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
