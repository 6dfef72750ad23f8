import type { CaseStore } from './case-store.js';
import type { ReporterStore } from './reporter-store.js';

/**
 * Lets a chat whose writer proved to be the complainant hear of a case as such; and, where it was merged into another,
 * of that one as its supporter. Again is no harm.
 */
export async function addComplainant(
  { cases, reporters }: { cases: Pick<CaseStore, 'find'>; reporters: Pick<ReporterStore, 'add'> },
  caseNumber: string,
  conversationId: string,
  at: Date,
): Promise<void> {
  await reporters.add({ caseNumber, conversationId, audience: 'complainant', at });
  const mergedInto = (await cases.find(caseNumber))?.mergedInto;
  if (mergedInto) {
    await reporters.add({ caseNumber: mergedInto, conversationId, audience: 'supporter', at, via: caseNumber });
  }
}
