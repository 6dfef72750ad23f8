import type { IncomingMessage } from 'node:http';

export type RawBody =
  | { readonly type: 'body'; readonly bytes: Buffer }
  | { readonly type: 'too_large' }
  /** The sender went away in the middle. */
  | { readonly type: 'cut' };

/** Reads a body as it came over the wire, at most `maxBytes` of it. Never rejects. */
export function readRaw(request: IncomingMessage, maxBytes: number): Promise<RawBody> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve({ type: 'too_large' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBytes) chunks.push(chunk);
      else resolve({ type: 'too_large' });
    });
    request.once('end', () => resolve({ type: 'body', bytes: Buffer.concat(chunks) }));
    request.once('error', () => resolve({ type: 'cut' }));
    request.once('close', () => resolve({ type: 'cut' }));
  });
}
