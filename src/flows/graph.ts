import { anytime, exitsOf } from './check-graph.js';
import type { Flow, Step } from './schema.js';
import { kindOf } from './step-kinds.js';

/** A flow as a Mermaid flowchart: rounded = waits for the citizen, hexagon = decides, flag = hands over or ends. */
export function toMermaid(flow: Flow): string {
  const lines = [`flowchart TD`, `  start((${flow.id})) --> ${node(flow.start)}`];
  for (const [id, step] of Object.entries(flow.steps)) {
    lines.push(`  ${node(id)}${shape(id, step)}`);
    for (const exit of exitsOf(flow, id)) {
      const label = exit.label === undefined || exit.label === 'next' ? '' : `|${exit.label}|`;
      lines.push(`  ${node(id)} -->${label} ${node(exit.name)}`);
    }
    if (step.kind === 'end' && step.flow) lines.push(`  ${node(id)} -.-> flow_${step.flow}[/${step.flow}/]`);
  }
  for (const next of anytime(flow)) lines.push(`  anytime([anything else told]) -.-> ${node(next)}`);
  return `${lines.join('\n')}\n`;
}

/** The page of one flow in docs/flows/. */
export function toGraphPage(flow: Flow): string {
  return `# Flow \`${flow.id}\`, version ${flow.version}\n\nMade by \`npm run flows:check -- --graph\`; don't edit.\n\n\`\`\`mermaid\n${toMermaid(flow)}\`\`\`\n`;
}

// "end" is a keyword in Mermaid, and step ids may be it
function node(id: string): string {
  return `s_${id}`;
}

function shape(id: string, step: Step): string {
  const text = `"${id}<br/><i>${step.kind}</i>"`;
  if (kindOf(step).waits) return `([${text}])`;
  if (step.kind === 'branch' || step.kind === 'classify') return `{{${text}}}`;
  if (step.kind === 'end' || step.kind === 'handover') return `>${text}]`;
  return `[${text}]`;
}
