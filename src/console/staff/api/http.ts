const BASE = '/api/staff';
const TIMEOUT_MS = 30_000;
const UPLOAD_TIMEOUT_MS = 300_000;

/** The server understood the request and refuses it; `code` and `details` as in its problem document. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly details: Readonly<Record<string, unknown>>,
  ) {
    super(code);
  }
}

/** The network or the server is away for now: the same request may succeed later. */
export class Unreachable extends Error {}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface SendOptions {
  /** The same key again is the same deed. One is made when omitted. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

export interface Http {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, options?: SendOptions): Promise<T>;
  upload<T>(path: string, file: Blob, key: string): Promise<T>;
  /** An open stream of server-sent events. @throws {Refusal | Unreachable} */
  stream(path: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Response>;
}

export interface HttpDeps {
  readonly csrf: () => string;
  /** In which names of statuses and categories are wanted. */
  readonly lang: () => string;
  /** The session has ended: whatever was asked was answered 401. */
  readonly onSignedOut: () => void;
}

/** All requests to the service. @throws {Refusal | Unreachable} and nothing else, from every member */
export function createHttp({ csrf, lang, onSignedOut }: HttpDeps): Http {
  async function ask(path: string, init: RequestInit, timeoutMs: number, signal?: AbortSignal): Promise<Response> {
    const abort = new AbortController();
    const timer = timeoutMs > 0 ? setTimeout(() => abort.abort(), timeoutMs) : undefined;
    const forward = () => abort.abort();
    signal?.addEventListener('abort', forward);
    try {
      const headers = { 'Accept-Language': lang(), ...init.headers };
      const response = await fetch(BASE + path, { ...init, headers, credentials: 'same-origin', signal: abort.signal });
      if (response.ok) return response;
      throw await failureOf(response, onSignedOut);
    } catch (error) {
      throw error instanceof Refusal || error instanceof Unreachable ? error : new Unreachable();
    } finally {
      clearTimeout(timer);
      // a stream goes on after its head has come, and must still be stopped by its signal
      if (timeoutMs > 0) signal?.removeEventListener('abort', forward);
    }
  }

  return {
    async get<T>(path: string, signal?: AbortSignal) {
      return readJson<T>(await ask(path, {}, TIMEOUT_MS, signal));
    },
    async send<T>(method: string, path: string, body?: unknown, options: SendOptions = {}) {
      const headers: Record<string, string> = {
        'Content-Type': 'application/json',
        'x-csrf-token': csrf(),
        'Idempotency-Key': options.key ?? newKey(),
      };
      const init = { method, headers, body: JSON.stringify(body ?? {}) };
      return readJson<T>(await ask(path, init, TIMEOUT_MS, options.signal));
    },
    async upload<T>(path: string, file: Blob, key: string) {
      const headers = {
        'Content-Type': file.type || 'application/octet-stream',
        'x-csrf-token': csrf(),
        'Idempotency-Key': key,
      };
      return readJson<T>(await ask(path, { method: 'POST', headers, body: file }, UPLOAD_TIMEOUT_MS));
    },
    stream(path, lastEventId, signal) {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (lastEventId !== undefined) headers['Last-Event-ID'] = lastEventId;
      return ask(path, { headers }, 0, signal);
    },
  };
}

/** A key that no other deed has. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function readJson<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  try {
    // the contract's schema made it on the other side
    return (await response.json()) as T;
  } catch {
    throw new Unreachable();
  }
}

async function failureOf(response: Response, onSignedOut: () => void): Promise<Error> {
  const { status } = response;
  const problem: Problem = (await response.json().catch(() => undefined)) ?? {};
  if (status === 401) onSignedOut();
  if (status === 408 || status >= 500) return new Unreachable();
  return new Refusal(status, problem.code ?? '', problem.detail ?? '', problem.details ?? {});
}
