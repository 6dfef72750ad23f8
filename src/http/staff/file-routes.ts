import { pipeline } from 'node:stream/promises';
import express, { type Request, type Response } from 'express';
import { AppError } from '../../core/errors.js';
import type { Attachment } from '../../messages/message.js';
import type { StaffFiles } from '../../staff/read-file.js';
import { refuseTooLarge } from '../../store/files.js';
import { isFilm, withoutFilmMetadata } from '../../store/film-metadata.js';
import { parseRange, sliceBytes } from './byte-range.js';
import type { Gate } from './gate.js';
import { send } from './send.js';

const NOT_RAW = /^(multipart\/|application\/json|application\/x-www-form-urlencoded)/i;
/** Shown or played in the page; everything else is saved to a file, by whatever the browser makes of it. */
const SHOWN: ReadonlySet<Attachment['kind']> = new Set(['audio', 'video']);
const PLAIN_TYPE = /^(audio|video)\/[\w.+-]+$|^application\/pdf$/;
/** Paths below `/api/staff` that take uploads. */
export const UPLOAD_PATHS = /^\/api\/staff\/(?:conversations|cases)\/[^/?]+\/files$/;

/** Files: what was sent, and what staff send. */
export function createFileRoutes({ files, gate }: { files: StaffFiles; gate: Pick<Gate, 'actorOf'> }): express.Router {
  const router = express.Router();

  router.get('/files/:id', async (request, response) => {
    const actor = gate.actorOf(response);
    const wantsOriginal = request.query['original'] === '1';
    harmless(response);
    const shown = wantsOriginal ? undefined : await files.display(actor, request.params.id);
    if (shown) {
      response.setHeader('Content-Type', shown.mimeType);
      if (!shown.mimeType.startsWith('image/'))
        response.setHeader('Content-Disposition', `attachment; filename="${request.params.id}.pdf"`);
      response.setHeader('Content-Length', shown.body.length);
      response.end(shown.body);
      return;
    }
    const { attachment, stream } = await files.open(actor, request.params.id);
    const isCleaned = !wantsOriginal && isFilm(attachment.mimeType ?? '');
    await sendBytes(request, response, attachment, isCleaned ? withoutFilmMetadata(stream) : stream);
  });

  router.post('/conversations/:id/files', async (request, response) => {
    const mimeType = rawType(request);
    const saved = await files.saveToChat(gate.actorOf(response), request.params.id, request, mimeType);
    send(response, { status: 201, body: saved });
  });

  router.post('/cases/:number/files', async (request, response) => {
    const mimeType = rawType(request);
    const number = request.params.number.toUpperCase();
    const saved = await files.saveToCase(gate.actorOf(response), number, request, mimeType);
    send(response, { status: 201, body: saved });
  });

  return router;
}

/** Whatever the bytes are, nothing in them runs as a page of ours. */
function harmless(response: Response): void {
  response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', 'private, no-store');
}

async function sendBytes(
  request: Request,
  response: Response,
  { kind, mimeType = '', fileId = '', sizeBytes = 0 }: Attachment,
  stream: AsyncIterable<Buffer>,
): Promise<void> {
  const isShown = SHOWN.has(kind) && request.query['original'] !== '1';
  response.setHeader('Content-Type', PLAIN_TYPE.test(mimeType) ? mimeType : 'application/octet-stream');
  response.setHeader('Content-Disposition', isShown ? 'inline' : `attachment; filename="${fileId}"`);
  response.setHeader('Accept-Ranges', 'bytes');
  const range = parseRange(request.headers.range, sizeBytes);
  if (range === 'unsatisfiable') {
    response.statusCode = 416;
    response.setHeader('Content-Range', `bytes */${sizeBytes}`);
    response.end();
    return;
  }
  if (range) {
    response.statusCode = 206;
    response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${sizeBytes}`);
  }
  const sent = range ?? { start: 0, end: sizeBytes - 1 };
  response.setHeader('Content-Length', sent.end - sent.start + 1);
  await pipeline(sliceBytes(stream, sent), response);
}

/** @throws {AppError} `request.unsupported_type`, `file.too_large` */
function rawType(request: Request): string {
  const mimeType = request.headers['content-type'];
  if (!mimeType || NOT_RAW.test(mimeType))
    throw new AppError('request.unsupported_type', 'Send the file itself as the body, with its own Content-Type');
  refuseTooLarge(Number(request.headers['content-length'] ?? 0));
  return mimeType;
}
