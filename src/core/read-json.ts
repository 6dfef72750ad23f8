import type { IncomingMessage } from 'node:http';
import { AppError } from './errors.js';

const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a JSON body of at most `maxBytes`.
 *
 * @throws {AppError} `request.unsupported_type` when it is not declared as JSON in UTF-8, `request.too_large`,
 *   `request.invalid` when it is no JSON
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
    throw new AppError('request.unsupported_type', 'Send the body as Content-Type: application/json, in UTF-8');
  }
  const body = await readBody(request, maxBytes);
  try {
    return JSON.parse(utf8.decode(body));
  } catch (cause) {
    throw new AppError('request.invalid', 'The body is not valid JSON', {}, { cause });
  }
}

function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // made only when needed: an error's stack costs more than the rest of this
  const tooLarge = () => new AppError('request.too_large', `The body may have at most ${maxBytes} bytes`, { maxBytes });
  const cutOff = () => new AppError('request.invalid', 'The body was cut off');
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBytes) chunks.push(chunk);
      else reject(tooLarge());
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', () => reject(cutOff()));
    request.once('close', () => {
      if (!request.complete) reject(cutOff());
    });
  });
}
