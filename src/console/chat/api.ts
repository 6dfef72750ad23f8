import { createEventParser } from './sse.js';
import type { Attachment, Entry, Outgoing } from './wire.js';

const BASE = '/api/webchat';
const TIMEOUT_MS = 40_000;
/** The server beats every 20 s; twice silent is gone. */
const SILENCE_MS = 45_000;

/** The server's answer to a request that it understood and refuses; `code` as in its problem document. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

/** The network or the server is away for now: the same request may succeed later. */
export class Unreachable extends Error {}

export async function openSession(): Promise<string> {
  const { token } = await request<{ token: string }>('/sessions', { method: 'POST' });
  return token;
}

export async function postMessage(token: string, message: Outgoing): Promise<readonly Entry[]> {
  const { entries } = await request<{ entries: Entry[] }>('/messages', {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(message),
  });
  return entries;
}

export async function getMessages(token: string, after: number): Promise<readonly Entry[]> {
  const headers = { Authorization: `Bearer ${token}` };
  const { entries } = await request<{ entries: Entry[] }>(`/messages?after=${after}`, { headers });
  return entries;
}

export async function getPhoto(token: string, fileId: string): Promise<Blob> {
  const response = await fetchOrFail(`/files/${fileId}`, { headers: { Authorization: `Bearer ${token}` } });
  return response.blob();
}

/** `fetch` can't tell how far an upload is, so this one is done the old way. @returns the file's id */
export function uploadFile(token: string, file: Blob, onProgress: (share: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', `${BASE}/files`);
    xhr.setRequestHeader('Authorization', `Bearer ${token}`);
    xhr.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    xhr.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    xhr.onerror = () => reject(new Unreachable());
    xhr.onload = () => {
      const body = parse(xhr.responseText) as { attachment?: Attachment; code?: string };
      if (xhr.status === 201 && body.attachment?.fileId) resolve(body.attachment.fileId);
      else reject(failureOf(xhr.status, body.code));
    };
    xhr.send(file);
  });
}

/**
 * Follows the chat until the connection ends or `signal` aborts; then it rejects. `onOpen` is called once it stands.
 */
export async function followMessages(
  token: string,
  lastSeq: number,
  signal: AbortSignal,
  onOpen: () => void,
  onEntries: (entries: readonly Entry[]) => void,
): Promise<never> {
  const silence = new AbortController();
  signal.addEventListener('abort', () => silence.abort());
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const headers = { Authorization: `Bearer ${token}`, 'Last-Event-ID': String(lastSeq) };
    const response = await fetchOrFail('/stream', { headers, signal: silence.signal });
    onOpen();
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    const take = createEventParser((event) => onEntries(JSON.parse(event.data) as Entry[]));
    for (;;) {
      const piece = await reader?.read();
      if (!piece || piece.done) throw new Unreachable();
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      take(decoder.decode(piece.value, { stream: true }));
    }
  } finally {
    clearTimeout(timer);
  }
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetchOrFail(path, { ...init, signal: abort.signal });
    return (await response.json()) as T;
  } catch (error) {
    throw error instanceof Refusal ? error : new Unreachable();
  } finally {
    clearTimeout(timer);
  }
}

async function fetchOrFail(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(BASE + path, init);
  } catch {
    throw new Unreachable();
  }
  if (response.ok) return response;
  const body = parse(await response.text().catch(() => '')) as { code?: string };
  throw failureOf(response.status, body.code);
}

/** What waiting may mend is {@link Unreachable}; a quota, though a 429, is not mended within this visit. */
function failureOf(status: number, code = ''): Error {
  const passes = status === 0 || status === 408 || status >= 500 || (status === 429 && code !== 'file.quota_exceeded');
  return passes ? new Unreachable() : new Refusal(status, code);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
