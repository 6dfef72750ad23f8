import type { Flow } from './schema.js';
import type { Ref } from './step.js';
import { kindOf } from './step-kinds.js';
import { nearest, type Problem, type YamlSource } from './yaml-source.js';

/** Steps that lead nowhere, that nobody reaches, and loops on which a conversation would never come to rest. */
export function checkGraph(flow: Flow, source: YamlSource): Problem[] {
  const ids = Object.keys(flow.steps);
  const problems: Problem[] = [];
  const requireStep = (name: string, path: readonly PropertyKey[]) => {
    if (Object.hasOwn(flow.steps, name)) return;
    const meant = nearest(name, ids);
    const mend = meant ? `did you mean "${meant}"?` : `add a step "${name}"`;
    problems.push(source.problem(path, `no step called "${name}"`, mend));
  };

  requireStep(flow.start, ['start']);
  if (flow.absorb?.next !== undefined) requireStep(flow.absorb.next, ['absorb', 'next']);
  for (const [index, { next }] of (flow.asides ?? []).entries())
    if (next !== undefined) requireStep(next, ['asides', index, 'next']);
  for (const id of ids) {
    for (const exit of exitsOf(flow, id)) requireStep(exit.name, ['steps', id, ...exit.path]);
  }

  const reached = reachable(flow);
  for (const id of ids.filter((each) => !reached.has(each))) {
    const mend = `lead some step's "next" to it, or remove it`;
    problems.push(source.problem(['steps', id], `step "${id}" can't be reached`, mend));
  }
  const loop = loopWithoutWait(flow);
  if (loop) {
    const mend = 'put a step that waits (ask, choose, ...) into it';
    problems.push(source.problem(['steps', loop[0] ?? ''], `loop without a wait: ${loop.join(' -> ')}`, mend));
  }
  return problems;
}

export function exitsOf(flow: Flow, id: string): readonly Ref[] {
  const step = flow.steps[id];
  return step
    ? kindOf(step)
        .refs(step)
        .filter((ref) => ref.to === 'step')
    : [];
}

/** Steps that may be gone to from any other. */
export function anytime({ absorb, asides = [] }: Flow): readonly string[] {
  return [absorb?.next, ...asides.map(({ next }) => next)].filter((next) => next !== undefined);
}

function reachable(flow: Flow): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [flow.start, ...anytime(flow)];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id) || !Object.hasOwn(flow.steps, id)) continue;
    reached.add(id);
    open.push(...exitsOf(flow, id).map((exit) => exit.name));
  }
  return reached;
}

/** A step that may be passed because its answer is known is no wait, unless it always asks. */
function loopWithoutWait(flow: Flow): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (id: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    const step = flow.steps[id];
    if (done.has(id) || !step || kindOf(step).waits) return undefined;
    for (const exit of exitsOf(flow, id)) {
      const loop = walk(exit.name, [...path, id]);
      if (loop) return loop;
    }
    done.add(id);
    return undefined;
  };
  for (const id of Object.keys(flow.steps)) {
    const loop = walk(id, []);
    if (loop) return loop;
  }
  return undefined;
}
