import { join } from 'node:path';
import type { Zone } from '../cases/calendar.js';
import { type CaseRules, loadCaseRules } from '../cases/case-rules.js';
import { type Categories, loadCategories } from '../classification/categories.js';
import { AppError } from '../core/errors.js';
import { checkCategories } from '../flows/check-categories.js';
import { readTexts } from '../flows/i18n.js';
import { readFlows, showProblem } from '../flows/load.js';
import type { ToneRule } from './api/settings.js';
import { loadTone } from './load-tone.js';

/** What the data files of an office hold, read and checked together: they name each other. */
export interface TenantRead {
  readonly rules: CaseRules;
  readonly categories: Categories;
  readonly tone: readonly ToneRule[];
}

export interface TenantLoadDeps {
  readonly localesDir: string;
  readonly zone: Zone;
  readonly years: readonly number[];
  /** Loaders of files that only an edge reads; each throws what is wrong. */
  readonly alsoCheck: readonly ((flowsDir: string) => void)[];
}

/**
 * Reads and checks every file an office may write.
 *
 * @throws {AppError} `config.invalid` or `flow.invalid` naming file, line where known, and what is wrong
 */
export function loadTenant(dir: string, { localesDir, zone, years, alsoCheck }: TenantLoadDeps): TenantRead {
  const rules = loadCaseRules(dir, zone, years);
  const categories = loadCategories(join(dir, 'categories.yaml'));
  const { texts, files } = readTexts(localesDir);
  const problems = checkCategories(categories, readFlows(dir), texts, files);
  if (problems.length > 0) throw new AppError('flow.invalid', problems.map(showProblem).join('\n'));
  demandKnown(rules, categories);
  for (const check of alsoCheck) check(dir);
  return { rules, categories, tone: loadTone(dir) };
}

/**
 * A change must not take away what cases, accounts and rules go by.
 * @throws {AppError} `config.invalid`
 */
export function demandNothingLost(before: TenantRead, after: TenantRead): void {
  const lost = (kind: string, ids: Iterable<string>, kept: (id: string) => boolean, mend: string) => {
    for (const id of ids) if (!kept(id)) throw new AppError('config.invalid', `${kind} "${id}" is gone; ${mend}`);
  };
  const { units } = after.rules.routing;
  lost('unit', Object.keys(before.rules.routing.units), (id) => id in units, 'give it abolishedOn and successor');
  const { categories } = after.categories;
  lost(
    'category',
    before.categories.categories.keys(),
    (id) => categories.has(id),
    'keep it: cases were filed under it',
  );
}

function demandKnown({ routing, sla }: CaseRules, { categories }: Categories): void {
  const named = [
    ...Object.entries(routing.units).flatMap(([id, unit]) =>
      unit.categories.map((category) => [`units.yaml: units.${id}.categories`, category] as const),
    ),
    ...routing.external.flatMap((each, index) =>
      each.categories.map((category) => [`units.yaml: external.${index}.categories`, category] as const),
    ),
    ...Object.keys(sla.categories).map((category) => ['sla.yaml: categories', category] as const),
  ];
  const strange = named.find(([, category]) => !categories.has(category));
  if (strange)
    throw new AppError(
      'config.invalid',
      `${strange[0]}: there is no category "${strange[1]}"; use an id of categories.yaml`,
    );
}
