import type { App } from '../../src/app.js';
import type { Case } from '../../src/cases/case.js';
import { loadCaseRules } from '../../src/cases/case-rules.js';
import { caseOf } from '../../src/cases/file-case.js';
import { FLOWS_DIR } from './shipped-rules.js';

const rules = loadCaseRules(FLOWS_DIR, 'WIB', [2026]);

/** A case as filing makes it, without a conversation: number `LP-261124-<index>`. */
export function storedCase(
  { keys }: Pick<App, 'keys'>,
  index: number,
  {
    category,
    receivedAt,
    rahasia = false,
    restricted = false,
    description = 'Jalan di depan rumah rusak parah dan berlubang',
  }: {
    readonly category: string;
    readonly receivedAt: Date;
    readonly rahasia?: boolean;
    readonly restricted?: boolean;
    readonly description?: string;
  },
): Case {
  const guess = {
    type: 'guess' as const,
    kind: 'pengaduan',
    category,
    confidence: 0.9,
    candidates: [{ category, confidence: 0.9 }],
    urgency: 'biasa',
    evidence: [],
    restricted,
    by: 'classifier' as const,
  };
  const case_number = `LP-261124-${String(index).padStart(4, '0')}`;
  const facts = { effectKey: `stored#${index}/0`, receivedAt, rules };
  return caseOf(keys, { case_number, description, guess, rahasia }, facts);
}
