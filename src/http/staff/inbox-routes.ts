import express from 'express';
import { InboxQuery } from '../../staff/api/inbox.js';
import type { Inbox } from '../../staff/inbox.js';
import type { Gate } from './gate.js';
import { parseInput } from './read-input.js';
import { send } from './send.js';

/** Lists of chats. */
export function createInboxRoutes({ inbox, gate }: { inbox: Inbox; gate: Pick<Gate, 'actorOf'> }): express.Router {
  const router = express.Router();
  router.get('/inbox', async (request, response) => {
    const query = parseInput(InboxQuery, request.query);
    send(response, { status: 200, body: await inbox.page(gate.actorOf(response), query) });
  });
  return router;
}
