import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.js';

/**
 * Cuts a request whose body has not arrived whole after `limitMs`, so that a client that drips bytes can't hold a
 * connection. Requests without a body are left alone.
 */
export function limitBodyTime(request: IncomingMessage, response: ServerResponse, clock: Clock, limitMs: number): void {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) return;
  const cancel = clock.after(limitMs, () => {
    if (request.complete) return;
    if (!response.headersSent) response.writeHead(408, { Connection: 'close' }).end();
    request.destroy();
  });
  request.once('end', cancel);
  request.once('close', cancel);
}
