import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import { failureOf, GraphFailure, toGraphFailure } from './graph-failure.js';

const ANSWER_TIMEOUT_MS = 30_000;
/** Meta's media host answers some unnamed clients with a page. */
const USER_AGENT = 'kanal-aduan';

const SentSchema = z.object({ messages: z.array(z.object({ id: z.string().min(1) })).min(1) });
const MediaInfoSchema = z.object({
  url: z.string().min(1),
  mime_type: z.string().optional().catch(undefined),
  file_size: z.coerce.number().int().nonnegative().optional().catch(undefined),
});
const NumberSchema = z.object({ display_phone_number: z.string().regex(/\d/) });
const UploadedSchema = z.object({ id: z.string().min(1) });

/** Where a file is; `url` holds for five minutes. */
export interface MediaInfo {
  readonly url: string;
  readonly mimeType?: string;
  readonly sizeBytes?: number;
}

/** The Graph API as we use it: every call ends, and what it throws may be logged. */
export interface GraphApi {
  /**
   * @returns the platform's id of the message (`wamid...`), which holds the citizen's number
   * @throws {GraphFailure} always, and only, when Meta did not say that it took the message
   */
  sendMessage(payload: object, signal: AbortSignal): Promise<string>;

  /** Our phone number: digits with the country in front. @throws {GraphFailure} */
  ownNumber(signal: AbortSignal): Promise<string>;

  /** @throws {GraphFailure} code 100 when the file is gone */
  mediaInfo(mediaId: string, signal: AbortSignal): Promise<MediaInfo>;

  /**
   * Opens a file by the url of its {@link MediaInfo}. The token goes with it, so the caller checks the host first;
   * redirects are refused.
   *
   * @throws {GraphFailure}
   */
  download(url: string, signal: AbortSignal): Promise<{ stream: Readable; sizeBytes: number | undefined }>;

  /** @returns the media id, good for 30 days */
  upload(file: Blob, name: string, signal: AbortSignal): Promise<string>;
}

export interface GraphApiDeps {
  readonly token: string;
  /** With the version, without a slash at the end: `https://graph.facebook.com/v25.0`. */
  readonly apiRoot: string;
  readonly phoneNumberId: string;
  readonly clock: Clock;
}

export function createGraphApi({ token, apiRoot, phoneNumberId, clock }: GraphApiDeps): GraphApi {
  const headers = { Authorization: `Bearer ${token}`, 'User-Agent': USER_AGENT };

  /** Ends when `read` has, or by time: a half-open connection shows by silence only. */
  async function call<T>(url: string, init: RequestInit, signal: AbortSignal, read: (answer: Response) => Promise<T>) {
    const aborter = new AbortController();
    const abort = () => aborter.abort();
    if (signal.aborted) throw new GraphFailure('given up before it was sent', { transport: 'not_sent' });
    signal.addEventListener('abort', abort);
    const cancel = clock.after(ANSWER_TIMEOUT_MS, abort);
    try {
      const answer = await fetch(url, {
        ...init,
        headers: { ...headers, ...init.headers },
        // the token must not follow a redirect to wherever it leads
        redirect: 'manual',
        signal: aborter.signal,
      });
      if (!answer.ok) throw failureOf(answer.status, await jsonOf(answer), answer.headers.get('retry-after'));
      return await read(answer);
    } catch (error) {
      throw toGraphFailure(error);
    } finally {
      cancel();
      signal.removeEventListener('abort', abort);
    }
  }

  return {
    sendMessage(payload, signal) {
      const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(payload) };
      return call(`${apiRoot}/${phoneNumberId}/messages`, init, signal, async (answer) => {
        return (await shapeOf(answer, SentSchema)).messages[0]?.id ?? '';
      });
    },

    ownNumber(signal) {
      return call(`${apiRoot}/${phoneNumberId}?fields=display_phone_number`, {}, signal, async (answer) => {
        return (await shapeOf(answer, NumberSchema)).display_phone_number.replace(/\D/g, '');
      });
    },

    mediaInfo(mediaId, signal) {
      const url = `${apiRoot}/${encodeURIComponent(mediaId)}?phone_number_id=${phoneNumberId}`;
      return call(url, {}, signal, async (answer) => {
        const { url: at, mime_type, file_size } = await shapeOf(answer, MediaInfoSchema);
        return {
          url: at,
          ...(mime_type === undefined ? {} : { mimeType: mime_type }),
          ...(file_size === undefined ? {} : { sizeBytes: file_size }),
        };
      });
    },

    download: (url, signal) =>
      call(url, {}, signal, async (answer) => {
        const sizeBytes = Number(answer.headers.get('content-length') ?? Number.NaN);
        // fetch's and Node's own types of the same stream differ in name only
        const stream = answer.body ? Readable.fromWeb(answer.body as ReadableStream) : Readable.from([]);
        return { stream, sizeBytes: Number.isFinite(sizeBytes) ? sizeBytes : undefined };
      }),

    upload(file, name, signal) {
      const form = new FormData();
      form.set('messaging_product', 'whatsapp');
      form.set('type', file.type);
      form.set('file', file, name);
      return call(`${apiRoot}/${phoneNumberId}/media`, { method: 'POST', body: form }, signal, async (answer) => {
        return (await shapeOf(answer, UploadedSchema)).id;
      });
    },
  };
}

async function shapeOf<T>(answer: Response, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await jsonOf(answer));
  if (parsed.success) return parsed.data;
  // a yes that can't be read may still be a yes
  throw new GraphFailure('the answer of the Graph API could not be read', { status: answer.status, transport: 'cut' });
}

/** Undefined when the body is no JSON; throws when it is cut off. */
async function jsonOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
