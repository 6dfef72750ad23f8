import type { Case } from '../cases/case.js';
import { standingOf } from '../cases/plan-change.js';
import type { Requirement } from '../cases/transition-requirements.js';
import { type CaseActor, transitionsFor } from '../cases/transitions.js';
import type { CaseAction } from './api/case.js';

/** The field by which a requirement is met; absent where it isn't a person's to give. */
const FIELDS: Readonly<Partial<Record<Requirement, string>>> = {
  reason: 'reason',
  rightAgency: 'rightAgency',
  appealWay: 'appealWay',
  question: 'question',
  unit: 'unit',
  destination: 'unit',
  result: 'result',
  proof: 'proofFileIds',
  outcome: 'outcome',
};
/** Done by deeds of their own, which keep the reporters of both cases informed. */
const APART: ReadonlySet<string> = new Set(['merge', 'unmerge']);

/** The steps that somebody may take with a case now, as the transition table has them. Pure. */
export function actionsFor(found: Case, role: CaseActor): CaseAction[] {
  const rows = transitionsFor(standingOf(found), role).filter(
    ({ action, requires }) => !APART.has(action) && !(requires.includes('unworked') && found.worked),
  );
  return rows.flatMap((row) => {
    const goals = row.requires.includes('heldStatus') ? row.to.filter((to) => to === found.heldFrom) : row.to;
    const requires = row.requires
      // an answer to a question or a wish is its own proof
      .filter((each) => each !== 'proof' || found.kind === 'pengaduan')
      .flatMap((each) => FIELDS[each] ?? []);
    return goals.map((to) => ({ to, requires }));
  });
}
