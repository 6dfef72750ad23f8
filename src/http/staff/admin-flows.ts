import express from 'express';
import type { Clock } from '../../core/clock.js';
import type { Flows } from '../../flows/flow.js';
import { ClassifyBody, FlowsQuery, type FlowsView } from '../../staff/api/admin.js';
import type { FlowCounts } from '../../staff/flow-counts.js';
import { flowsView } from '../../staff/flow-views.js';
import { demand } from '../../staff/rights.js';
import type { TryText } from '../../staff/try-text.js';
import type { Gate } from './gate.js';
import { parseInput, readInput } from './read-input.js';
import { send } from './send.js';

/** How conversations run: the flows with where people stop, and what a text would become. */
export function createAdminFlowRoutes(deps: {
  readonly gate: Pick<Gate, 'actorOf'>;
  readonly clock: Clock;
  readonly flows: Flows;
  readonly counts: Pick<FlowCounts, 'totals'>;
  readonly tryText: TryText;
}): express.Router {
  const { gate, clock, flows, counts, tryText } = deps;
  const router = express.Router();

  router.get('/flows', async (request, response) => {
    demand(gate.actorOf(response), 'flow', 'read');
    const { days } = parseInput(FlowsQuery, request.query);
    const since = new Date(clock.now().getTime() - days * 86_400_000).toISOString();
    const body: FlowsView = { since, flows: flowsView(flows, await counts.totals(days)) };
    send(response, { status: 200, body });
  });

  // a read, though it is posted: what a citizen wrote doesn't belong in an address that proxies log
  router.post('/classify', async (request, response) => {
    demand(gate.actorOf(response), 'category', 'read');
    const { text } = await readInput(request, ClassifyBody);
    send(response, { status: 200, body: tryText(text) });
  });

  return router;
}
