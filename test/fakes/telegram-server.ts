import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Clock, systemClock } from '../../src/core/clock.js';
import { createCitizen, type FakeCitizen } from './telegram-server-citizen.js';
import { ApiError, BotState, METHODS, type Payload } from './telegram-server-methods.js';
import { type MultipartFields, readMultipart } from './telegram-server-multipart.js';
import { UpdateQueue } from './telegram-server-updates.js';

const MS_PER_SECOND = 1000;
const SENDS = /^send(?!ChatAction)/;

/** What the server does instead of answering a call properly. */
export type Behaviour =
  /** A Bot API error; nothing is done. */
  | { readonly fail: number; readonly description?: string; readonly retryAfterSeconds?: number }
  /** A body as it stands, such as a proxy's page; nothing is done. */
  | { readonly page: string; readonly status?: number }
  /** Done, but the connection is cut after so many bytes of the answer. */
  | { readonly cutAfterBytes: number }
  /** Cut without being done. */
  | { readonly hangUp: true }
  /** Done or not, no answer ever comes. */
  | { readonly silence: 'done' | 'not_done' }
  /** A download that stops there without an end. */
  | { readonly stallAfterBytes: number }
  | { readonly redirectTo: string }
  /** Done once the promise resolves. */
  | { readonly after: Promise<unknown> };

export interface FakeCall {
  readonly method: string;
  readonly payload: Payload;
  readonly atMs: number;
}

export interface FakeTelegramOptions {
  readonly token?: string;
  readonly clock?: Clock;
  readonly firstUpdateId?: number;
  /** What pauses between pushes are multiplied by. */
  readonly retryScale?: number;
  /** More sends than this in any second are refused, as by the platform. */
  readonly maxSendsPerSecond?: number;
}

export interface FakeTelegram {
  readonly apiRoot: string;
  readonly token: string;
  readonly queue: UpdateQueue;
  readonly bot: BotState;
  /** Every call, in the order of arrival. */
  readonly calls: readonly FakeCall[];
  /** Sends that came before a `retry_after` was over. */
  readonly early: readonly FakeCall[];
  callsOf(method: string): readonly FakeCall[];
  citizen(chatId: number, name?: string): FakeCitizen;
  /** Puts the behaviours first in line for the next calls of a method; `file` is the download. */
  script(method: string, ...behaviours: readonly Behaviour[]): void;
  revokeToken(): void;
  /** How many connections were ever made. */
  connectionCount(): number;
  /** Cuts every open connection. */
  cutAll(): void;
  stop(): Promise<void>;
}

/** A Bot API server on loopback that behaves as the real one, and remembers everything. */
export async function startFakeTelegram(options: FakeTelegramOptions = {}): Promise<FakeTelegram> {
  const { token = '7001:AAE_canary-canary-canary-canary-0', clock = systemClock } = options;
  const queue = new UpdateQueue(clock, options.firstUpdateId ?? 880_001, options.retryScale ?? 1);
  const bot = new BotState(clock, queue);
  const calls: FakeCall[] = [];
  const early: FakeCall[] = [];
  const scripts = new Map<string, Behaviour[]>();
  let isRevoked = false;
  let closedUntilMs = 0;
  let recentSendsMs: number[] = [];
  let connections = 0;

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  server.on('connection', () => {
    connections += 1;
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    const [, isFile, given, rest = ''] = /^(\/file)?\/bot([^/]+)\/(.*)$/.exec(path) ?? [];
    const { payload, files } = await readBody(request);
    if (given === undefined) return answer(response, 404, { ok: false, error_code: 404, description: 'Not Found' });
    if (given !== token || isRevoked)
      return answer(response, 401, { ok: false, error_code: 401, description: 'Unauthorized' });
    const method = isFile ? 'file' : rest;
    const call = { method, payload, atMs: clock.monotonicMs() };
    calls.push(call);

    const behaviour = scripts.get(method)?.shift();
    if (behaviour && 'after' in behaviour) await behaviour.after;
    if (behaviour && 'fail' in behaviour) return answer(response, behaviour.fail, failure(behaviour));
    if (behaviour && 'page' in behaviour) return answerPage(response, behaviour.status ?? 200, behaviour.page);
    if (behaviour && 'redirectTo' in behaviour)
      return void response.writeHead(302, { location: behaviour.redirectTo }).end();
    if (behaviour && 'hangUp' in behaviour) return void response.destroy();
    if (behaviour && 'silence' in behaviour && behaviour.silence === 'not_done') return;
    if (method === 'file') return answerFile(response, rest, behaviour);

    const refused = SENDS.test(method) ? refusal(call) : undefined;
    const result = refused ?? (await run(method, payload, files, gone.signal));
    if (behaviour && 'silence' in behaviour) return;
    const status = result.ok ? 200 : result.error_code;
    answer(response, status, result, behaviour && 'cutAfterBytes' in behaviour ? behaviour.cutAfterBytes : undefined);
  }

  function failure(behaviour: Extract<Behaviour, { fail: number }>): Failure {
    const { fail, retryAfterSeconds } = behaviour;
    if (retryAfterSeconds !== undefined) closedUntilMs = clock.monotonicMs() + retryAfterSeconds * MS_PER_SECOND;
    return failureOf(new ApiError(fail, behaviour.description ?? 'Scripted', waitOf(retryAfterSeconds)));
  }

  /** The platform's own limits: a time to wait that was told, and sends a second. */
  function refusal(call: FakeCall): Failure | undefined {
    const nowMs = call.atMs;
    if (nowMs < closedUntilMs) {
      early.push(call);
      return tooMany((closedUntilMs - nowMs) / MS_PER_SECOND);
    }
    recentSendsMs = recentSendsMs.filter((atMs) => atMs > nowMs - MS_PER_SECOND);
    if (recentSendsMs.length >= (options.maxSendsPerSecond ?? Number.POSITIVE_INFINITY)) {
      closedUntilMs = nowMs + MS_PER_SECOND;
      return tooMany(1);
    }
    recentSendsMs.push(nowMs);
    return undefined;
  }

  async function run(
    method: string,
    payload: Payload,
    files: MultipartFields['files'],
    gone: AbortSignal,
  ): Promise<Result> {
    if (method === 'getUpdates') {
      if (Array.isArray(payload['allowed_updates'])) queue.allowed = payload['allowed_updates'].map(String);
      const { offset = 0, limit = 100, timeout = 0 } = payload;
      const polled = await queue.poll(
        { offset: Number(offset), limit: Number(limit), timeoutSeconds: Number(timeout) },
        gone,
      );
      return polled.ok
        ? { ok: true, result: polled.updates }
        : failureOf(new ApiError(polled.code, polled.description));
    }
    try {
      const implementation = METHODS[method];
      if (!implementation) throw new ApiError(404, 'Not Found: method not found');
      return { ok: true, result: implementation(bot, payload, files) };
    } catch (error) {
      if (error instanceof ApiError) return failureOf(error);
      throw error;
    }
  }

  function answerFile(response: ServerResponse, path: string, behaviour: Behaviour | undefined): void {
    const file = [...bot.files.values()].find((each) => each.path === path);
    if (!file) {
      answer(response, 404, { ok: false, error_code: 404, description: 'Not Found' });
      return;
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.bytes.length });
    if (behaviour && 'stallAfterBytes' in behaviour) response.write(file.bytes.subarray(0, behaviour.stallAfterBytes));
    else if (!behaviour || !('cutAfterBytes' in behaviour)) response.end(file.bytes);
    else response.write(file.bytes.subarray(0, behaviour.cutAfterBytes), () => response.destroy());
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    apiRoot: `http://127.0.0.1:${port}`,
    token,
    queue,
    bot,
    calls,
    early,
    callsOf: (method) => calls.filter((call) => call.method === method),
    citizen: (chatId, name) => createCitizen(bot, chatId, name),
    script: (method, ...behaviours) => void scripts.set(method, [...(scripts.get(method) ?? []), ...behaviours]),
    revokeToken() {
      isRevoked = true;
    },
    connectionCount: () => connections,
    cutAll: () => server.closeAllConnections(),
    async stop() {
      queue.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Failure = { ok: false; error_code: number; description: string; parameters?: Payload };
type Result = { ok: true; result: unknown } | Failure;

function failureOf({ code, message, parameters }: ApiError): Failure {
  return { ok: false, error_code: code, description: message, ...(parameters ? { parameters } : {}) };
}

function tooMany(seconds: number): Failure {
  const rounded = Math.max(1, Math.ceil(seconds));
  return failureOf(new ApiError(429, `Too Many Requests: retry after ${rounded}`, waitOf(rounded)));
}

function waitOf(seconds: number | undefined): Payload | undefined {
  return seconds === undefined ? undefined : { retry_after: seconds };
}

function answer(response: ServerResponse, status: number, body: unknown, cutAfterBytes?: number): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length });
  if (cutAfterBytes === undefined) response.end(text);
  else if (cutAfterBytes === 0) response.destroy();
  else response.write(text.subarray(0, cutAfterBytes), () => response.destroy());
}

function answerPage(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end(page);
}

async function readBody(request: IncomingMessage): Promise<{ payload: Payload; files: MultipartFields['files'] }> {
  const body = await buffer(request);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    const { fields, files } = readMultipart(body, type);
    return { payload: fields, files };
  }
  return { payload: body.length > 0 ? (JSON.parse(body.toString('utf8')) as Payload) : {}, files: {} };
}
