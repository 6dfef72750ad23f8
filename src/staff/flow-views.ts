import { exitsOf } from '../flows/check-graph.js';
import type { Flows } from '../flows/flow.js';
import { toMermaid } from '../flows/graph.js';
import { kindOf } from '../flows/step-kinds.js';
import type { FlowsView } from './api/admin.js';
import type { StepTotals } from './flow-counts.js';

/** Each flow as a graph, and at each step that waits how many came, went on and stopped. */
export function flowsView({ all }: Flows, totals: StepTotals): FlowsView['flows'] {
  return [...all.values()].map((flow) => ({
    id: flow.id,
    version: flow.version,
    start: flow.start,
    mermaid: toMermaid(flow),
    steps: Object.entries(flow.steps).map(([id, step]) => {
      const { waits } = kindOf(step);
      const { entered = 0, left = 0 } = totals.get(`${flow.id}.${id}`) ?? {};
      return {
        id,
        kind: step.kind,
        waits,
        exits: exitsOf(flow, id).map(({ name, label }) => ({ to: name, ...(label === undefined ? {} : { label }) })),
        // who was in it when counting began leaves it without having come
        ...(waits ? { entered, left, stopped: Math.max(entered - left, 0) } : {}),
      };
    }),
  }));
}
