import { CASE_STATUSES, ENDED_STATUSES } from './status.js';
import { type CaseActor, TRANSITIONS, type Transition } from './transitions.js';

/** Too many arrows hide the life they should show; these leave from nearly everywhere and are told in words. */
const FROM_ANYWHERE: ReadonlySet<string> = new Set([
  'ask',
  'ask_again',
  'answer',
  'resume',
  'withdraw',
  'merge',
  'transfer',
  'pass_on',
]);

/** The life of a case as a Mermaid state diagram, drawn from the transition table; docs/case-life.md holds it. */
export function lifecycleMermaid(): string {
  const arrows = TRANSITIONS.filter(({ action }) => !FROM_ANYWHERE.has(action)).flatMap(({ action, from, to, by }) =>
    from.flatMap((one) => to.map((other) => `  ${one} --> ${other}: ${action} (${actors(by)})`)),
  );
  const ends = CASE_STATUSES.filter((status) => ENDED_STATUSES.has(status)).map((status) => `  ${status} --> [*]`);
  return ['stateDiagram-v2', '  [*] --> received: file (complainant)', ...arrows, ...ends].join('\n');
}

/** Every row of the transition table as Markdown; docs/case-life.md holds it. */
export function transitionsMarkdown(): string {
  const head = ['| action | from | to | who | needs | told |', '|---|---|---|---|---|---|'];
  return [...head, ...TRANSITIONS.map(markdownRow)].join('\n');
}

function markdownRow({ action, from, to, by, requires, kinds, event, goesTo }: Transition): string {
  const needs = [...requires, ...(kinds ? [`kind ${kinds.join(' or ')}`] : [])].join(', ');
  const goal = requires.includes('heldStatus') ? 'where it was' : to.join(', ');
  const desk = goesTo ? ` (to the ${goesTo})` : '';
  return `| ${action} | ${from.join(', ')} | ${goal}${desk} | ${actors(by)} | ${needs || '-'} | ${event ?? '-'} |`;
}

function actors(by: readonly CaseActor[]): string {
  const all = by.join(', ');
  return all.replace('agent, coordinator, supervisor', 'staff').replace('coordinator, supervisor', 'leads');
}
