import type { FlowsView } from '../../wire-admin.js';

type Flow = Pick<FlowsView['flows'][number], 'start' | 'steps'>;
type Step = FlowsView['flows'][number]['steps'][number];

/** Steps by how many moves they are from the start, nearest first; what can't be reached stands last. Pure. */
export function layersOf({ start, steps }: Flow): Step[][] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const seen = new Set<string>();
  const layers: Step[][] = [];
  let next = [start];
  while (next.length > 0) {
    const layer = next.flatMap((id) => {
      const step = byId.get(id);
      if (!step || seen.has(id)) return [];
      seen.add(id);
      return [step];
    });
    if (layer.length > 0) layers.push(layer);
    next = layer.flatMap(({ exits }) => exits.map(({ to }) => to)).filter((id) => !seen.has(id));
  }
  const unreached = steps.filter(({ id }) => !seen.has(id));
  return unreached.length > 0 ? [...layers, unreached] : layers;
}
