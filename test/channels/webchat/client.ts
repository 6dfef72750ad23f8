/** What the page does over HTTP, for tests of the server side. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export async function openChat(url: string): Promise<string> {
  const response = await fetch(`${url}/api/webchat/sessions`, { method: 'POST' });
  const { token } = (await response.json()) as { token: string };
  return token;
}

export async function call<T = Record<string, unknown>>(
  url: string,
  init: RequestInit = {},
  token?: string,
): Promise<Answer<T>> {
  const headers = new Headers(init.headers);
  if (token) headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(url, { ...init, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as T };
}

export function post<T = Record<string, unknown>>(
  url: string,
  token: string | undefined,
  body: unknown,
  contentType = 'application/json',
): Promise<Answer<T>> {
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  return call<T>(
    `${url}/api/webchat/messages`,
    { method: 'POST', headers: { 'Content-Type': contentType }, body: sent },
    token,
  );
}

export interface StreamEvent {
  readonly id: string;
  readonly data: readonly { readonly seq: number; readonly part: number; readonly text: string }[];
}

export interface OpenStream {
  readonly status: number;
  readonly contentType: string | null;
  /** The next event; undefined when the stream ended. */
  next(): Promise<StreamEvent | undefined>;
  close(): void;
}

export async function openStream(url: string, token: string, lastEventId?: string): Promise<OpenStream> {
  const abort = new AbortController();
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  if (lastEventId !== undefined) headers['Last-Event-ID'] = lastEventId;
  const response = await fetch(`${url}/api/webchat/stream`, { headers, signal: abort.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = '';

  async function nextBlock(): Promise<string | undefined> {
    for (;;) {
      const end = buffered.indexOf('\n\n');
      if (end >= 0) {
        const block = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        return block;
      }
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) return undefined;
      buffered += value;
    }
  }

  return {
    status: response.status,
    contentType: response.headers.get('Content-Type'),
    close: () => abort.abort(),
    async next() {
      for (;;) {
        const block = await nextBlock();
        if (block === undefined) return undefined;
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data) return { id: /^id: (.*)$/m.exec(block)?.[1] ?? '', data: JSON.parse(data) };
      }
    },
  };
}
