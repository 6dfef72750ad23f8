import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.js';

const LOOK_EVERY_MS = 1000;

interface OpenRequest {
  readonly request: IncomingMessage;
  /** On the monotonic clock. */
  readonly bodyDueMs: number;
}

/** The requests being answered, and how long their bodies may still take. */
export interface OpenRequests {
  add(request: IncomingMessage, response: ServerResponse, bodyLimitMs: number): void;
  remove(response: ServerResponse): void;
  responses(): Iterable<ServerResponse>;
  readonly size: number;
  /**
   * Starts cutting, with 408, requests whose body has not arrived whole in time, so that a client that drips bytes
   * can't hold a connection. Looked at once a second and all at once: a timer a request would cost the fast ones.
   */
  watch(): void;
  unwatch(): void;
}

export function createOpenRequests(clock: Clock, shortestLimitMs: number): OpenRequests {
  const open = new Map<ServerResponse, OpenRequest>();
  const everyMs = Math.min(LOOK_EVERY_MS, shortestLimitMs);
  let cancel: () => void = () => undefined;

  function look(): void {
    const nowMs = clock.monotonicMs();
    for (const [response, { request, bodyDueMs }] of open) {
      if (!request.complete && nowMs > bodyDueMs) cut(request, response);
    }
    cancel = clock.after(everyMs, look);
  }

  return {
    add: (request, response, bodyLimitMs) =>
      void open.set(response, { request, bodyDueMs: clock.monotonicMs() + bodyLimitMs }),
    remove: (response) => void open.delete(response),
    responses: () => open.keys(),
    get size() {
      return open.size;
    },
    watch() {
      cancel = clock.after(everyMs, look);
    },
    unwatch: () => cancel(),
  };
}

function cut(request: IncomingMessage, response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(408, { Connection: 'close' }).end();
  request.destroy();
}
