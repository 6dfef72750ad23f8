import express from 'express';
import { AppError } from '../../core/errors.js';
import { demand } from '../../staff/rights.js';
import type { Gate } from './gate.js';
import { type LiveDeps, parseLastEventId, streamLive } from './live.js';

/** Open pages of one person that are followed; more is a page gone wrong. */
const MAX_STREAMS_EACH = 10;

/** What changes, told as it happens. */
export function createLiveRoutes(
  deps: LiveDeps & { readonly gate: Pick<Gate, 'actorOf' | 'onRevoked'> },
): express.Router {
  const { gate } = deps;
  const open = new Map<string, number>();
  const router = express.Router();

  router.get('/live', (request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'conversation', 'stream');
    const since = parseLastEventId(request.headers['last-event-id']);
    const count = open.get(actor.staffId) ?? 0;
    if (count >= MAX_STREAMS_EACH)
      throw new AppError('request.rate_limited', 'The console is open in too many places', { retryAfterSeconds: 30 });
    open.set(actor.staffId, count + 1);
    const end = streamLive(response, actor, since, deps);
    const unwatch = gate.onRevoked(response, end);
    response.once('close', () => {
      unwatch();
      const left = (open.get(actor.staffId) ?? 1) - 1;
      if (left > 0) open.set(actor.staffId, left);
      else open.delete(actor.staffId);
    });
  });
  return router;
}
