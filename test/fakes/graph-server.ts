import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { refusalOf } from './graph-server-rules.js';
import { deliver, envelope, wamidOf } from './graph-server-webhook.js';

/** How the next send is answered. `cut` takes the message and drops the connection without an answer. */
export type GraphScript =
  | { readonly answer: 'error'; readonly code: number; readonly status?: number; readonly details?: string }
  | { readonly answer: 'page'; readonly status: number; readonly retryAfter?: string }
  | { readonly answer: 'cut' }
  | { readonly answer: 'redirect'; readonly to: string }
  | { readonly answer: 'slow'; readonly until: Promise<void> }
  | { readonly answer: 'ok' };

export interface Sent {
  readonly body: Record<string, unknown>;
  /** The phone number or user id it goes to. */
  readonly to: string;
  /** The platform's id; undefined when it was not taken. */
  readonly wamid: string | undefined;
}

export interface FakeMedia {
  readonly bytes: Buffer;
  readonly mimeType: string;
  /** As the media's description says, where that isn't true. */
  readonly declaredBytes?: number;
  /** In place of the address on this server. */
  readonly url?: string;
  /** Where its address leads on to. */
  readonly redirectTo?: string;
  /** Comes without a word on how long it is. */
  readonly isChunked?: boolean;
  /** Stops in the middle. */
  readonly breaksOff?: boolean;
  /** Says nothing more from the middle on. */
  readonly falls?: 'silent';
}

export interface GraphServer {
  /** To be given as the API root. */
  readonly apiRoot: string;
  readonly host: string;
  /** Every send, taken or not. */
  readonly sent: Sent[];
  /** Resolves once this person has been sent so many messages that were taken; to all of them. */
  takenFor(to: string, count: number): Promise<readonly Sent[]>;
  readonly uploads: { readonly name: string; readonly mimeType: string; readonly bytes: Buffer }[];
  /** Paths of everything asked for, with the token each came with. */
  readonly calls: { readonly path: string; readonly token: string | undefined }[];
  /** Answers for the sends to come, in order; after them what the rules allow is taken. */
  script(...answers: readonly GraphScript[]): void;
  /** Drops the connection of so many uploads to come, without an answer. */
  cutUploads(count: number): void;
  /** From now on only templates reach this person. */
  closeWindow(to: string): void;
  addMedia(id: string, media: FakeMedia): void;
  /** From now on each message taken is reported on, in this order. `before` the send is answered, if so wished. */
  reportTo(webhookUrl: string, secret: string, statuses: readonly string[], when?: 'before' | 'after'): void;
  /** What is taken for this person from now on turns out to be undeliverable, templates too when `all`. */
  failLater(to: string, code: number, all?: 'all'): void;
  /** Tells once more of everything that was reported as failed, as Meta does when it isn't sure that we heard. */
  reportAgain(): Promise<void>;
  /** Resolves when all reports so far have been delivered. */
  reported(): Promise<readonly number[]>;
  close(): Promise<void>;
}

type Report = (wamid: string, to: string, body: Record<string, unknown>) => Promise<number[]>;

const statusOf = (entry: object) => envelope({ phoneNumberId: PHONE_NUMBER_ID, statuses: [entry] });

/** Meta comes again, with growing pauses, while it is answered 503. */
async function insist(deliverOnce: () => Promise<number>): Promise<number> {
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
    const status = await deliverOnce();
    if (status !== 503) return status;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

export const GRAPH_TOKEN = 'EAAfake-token-0123456789-abcdefghij';
export const PHONE_NUMBER_ID = '100000000000001';

/** The Graph API as its documentation describes it: sends, uploads, media and reports, on a socket of this machine. */
export async function startGraphServer(): Promise<GraphServer> {
  const sent: Sent[] = [];
  const uploads: { name: string; mimeType: string; bytes: Buffer }[] = [];
  const calls: { path: string; token: string | undefined }[] = [];
  const scripts: GraphScript[] = [];
  const closed = new Set<string>();
  const media = new Map<string, FakeMedia>();
  const reports: Promise<number>[] = [];
  const waiting = new Set<() => void>();
  let uploadsToCut = 0;
  const failing = new Map<string, { code: number; all: boolean }>();
  const failures: object[] = [];
  let report: Report = async () => [];
  let reportWhen: 'before' | 'after' = 'after';
  let tell: (entry: object) => Promise<number> = async () => 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://graph');
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    calls.push({ path: url.pathname, token });
    const raw = await buffer(request);
    if (token !== GRAPH_TOKEN) return refuse(response, 401, 190);
    const [, version, id, edge] = url.pathname.split('/');
    if (version === 'files') return sendFile(response, media.get(id ?? ''));
    if (request.method === 'POST' && edge === 'media') return takeUpload(request, response, raw);
    if (request.method === 'POST' && edge === 'messages') {
      if (id !== PHONE_NUMBER_ID) return refuse(response, 400, 100, { error_subcode: 33 });
      return takeMessage(response, JSON.parse(raw.toString()) as Record<string, unknown>);
    }
    if (id === PHONE_NUMBER_ID) return json(response, 200, { display_phone_number: '+62 21-5000-0000', id });
    return describe(response, id ?? '');
  }

  async function takeMessage(response: ServerResponse, body: Record<string, unknown>): Promise<void> {
    const script = scripts.shift() ?? { answer: 'ok' };
    const to = String(body['to'] ?? body['recipient'] ?? '');
    const refusal = refusalOf(body);
    if (script.answer === 'slow') await script.until;
    const isTaken = (script.answer === 'ok' || script.answer === 'slow' || script.answer === 'cut') && !refusal;
    const isClosed = isTaken && closed.has(to) && body['type'] !== 'template';
    const wamid = isTaken && !isClosed ? wamidOf(to, `OUT${sent.length + 1}`) : undefined;
    sent.push({ body, to, wamid });
    for (const look of waiting) look();
    if (script.answer === 'cut') return void response.destroy();
    if (script.answer === 'page') {
      if (script.retryAfter !== undefined) response.setHeader('Retry-After', script.retryAfter);
      response.statusCode = script.status;
      return void response.end('<html>not Meta</html>');
    }
    if (script.answer === 'redirect') {
      response.statusCode = 302;
      response.setHeader('Location', script.to);
      return void response.end();
    }
    if (script.answer === 'error') {
      const { code, status = 400, details } = script;
      return refuse(response, status, code, details === undefined ? {} : { error_data: { details } });
    }
    if (refusal) return refuse(response, 400, refusal.code, { error_data: { details: refusal.details } });
    if (isClosed) return refuse(response, 400, 131047);
    const reporting = reportWhen === 'before' ? await report(wamid ?? '', to, body) : undefined;
    const field = body['to'] === undefined ? 'user_id' : 'wa_id';
    json(response, 200, {
      messaging_product: 'whatsapp',
      contacts: [{ input: to, [field]: to }],
      messages: [{ id: wamid }],
    });
    if (!reporting) reports.push(report(wamid ?? '', to, body).then((statuses) => statuses.at(-1) ?? 0));
  }

  function describe(response: ServerResponse, id: string): void {
    const file = media.get(id);
    if (!file) {
      refuse(response, 400, 100, { error_data: { details: 'no such media' } });
      return;
    }
    json(response, 200, {
      messaging_product: 'whatsapp',
      url: file.url ?? `http://${host()}/files/${id}`,
      mime_type: file.mimeType,
      file_size: file.declaredBytes ?? file.bytes.length,
      id,
    });
  }

  async function takeUpload(request: IncomingMessage, response: ServerResponse, raw: Buffer): Promise<void> {
    uploadsToCut -= 1;
    if (uploadsToCut >= 0) return void response.destroy();
    const form = await new Response(raw, {
      headers: { 'Content-Type': request.headers['content-type'] ?? '' },
    }).formData();
    const file = form.get('file');
    if (form.get('messaging_product') !== 'whatsapp' || !(file instanceof File)) return refuse(response, 400, 100);
    uploads.push({ name: file.name, mimeType: file.type, bytes: Buffer.from(await file.arrayBuffer()) });
    json(response, 200, { id: `media-${uploads.length}` });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    apiRoot: `http://${host()}/v25.0`,
    host: host(),
    sent,
    takenFor: (to, count) =>
      new Promise((resolve) => {
        const look = () => {
          const taken = sent.filter((each) => each.to === to && each.wamid !== undefined);
          if (taken.length < count) return;
          waiting.delete(look);
          resolve(taken);
        };
        waiting.add(look);
        look();
      }),
    uploads,
    calls,
    script: (...answers) => void scripts.push(...answers),
    cutUploads(count) {
      uploadsToCut = count;
    },
    closeWindow: (to) => void closed.add(to),
    addMedia: (id, file) => void media.set(id, file),
    reportTo(webhookUrl, secret, statuses, when = 'after') {
      reportWhen = when;
      tell = (entry) => insist(() => deliver(webhookUrl, statusOf(entry), secret));
      report = async (wamid, to, body) => {
        const failure = failing.get(to);
        const isFailing = failure !== undefined && (failure.all || body['type'] !== 'template');
        const mark = body['biz_opaque_callback_data'];
        const answers: number[] = [];
        for (const status of isFailing ? ['failed'] : statuses) {
          const entry = {
            id: wamid,
            status,
            timestamp: '1795489200',
            recipient_id: to,
            ...(mark === undefined ? {} : { biz_opaque_callback_data: mark }),
            ...(isFailing ? { errors: [{ code: failure.code, title: 'x' }] } : {}),
          };
          if (isFailing) failures.push(entry);
          answers.push(await tell(entry));
        }
        return answers;
      };
    },
    failLater: (to, code, all) => void failing.set(to, { code, all: all !== undefined }),
    async reportAgain() {
      for (const entry of failures) await tell(entry);
    },
    reported: () => Promise.all(reports),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sendFile(response: ServerResponse, file: FakeMedia | undefined): void {
  if (!file) {
    json(response, 404, {});
    return;
  }
  if (file.redirectTo !== undefined) {
    response.statusCode = 302;
    response.setHeader('Location', file.redirectTo);
    return void response.end();
  }
  response.setHeader('Content-Type', file.mimeType);
  if (!file.isChunked) response.setHeader('Content-Length', file.bytes.length);
  if (file.isChunked) response.flushHeaders();
  if (!file.breaksOff && !file.falls) return void response.end(file.bytes);
  response.write(file.bytes.subarray(0, file.bytes.length / 2), () => {
    if (file.breaksOff) response.destroy();
  });
}

function refuse(response: ServerResponse, status: number, code: number, more: object = {}): void {
  const error = {
    message: `(#${code}) a title that may change`,
    type: 'OAuthException',
    code,
    fbtrace_id: 'Atrace',
    ...more,
  };
  json(response, status, { error });
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value));
}
