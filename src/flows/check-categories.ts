import { DEFAULT_LOCALE, type LocaleFiles, type Texts } from './i18n.js';
import type { ReadFlows } from './load.js';
import type { Problem } from './yaml-source.js';

/** What flows and texts owe to flows/categories.yaml: words for each danger, and only categories that exist. */
export function checkCategories(
  data: { readonly categories: ReadonlyMap<string, unknown>; readonly dangers: ReadonlyMap<string, unknown> },
  read: ReadFlows,
  texts: Texts,
  files: LocaleFiles,
): Problem[] {
  const problems: Problem[] = [];
  const [source] = files.get(DEFAULT_LOCALE) ?? [];
  for (const danger of data.dangers.keys()) {
    const key = `danger.${danger}`;
    if (source && !texts.has(key)) {
      problems.push(source.problem([], `danger "${danger}" has no text`, `add "${key}:" with the numbers to call`));
    }
  }
  for (const { flow, source: file } of read.flows) {
    for (const [id, step] of Object.entries(flow.steps)) {
      const used =
        step.kind === 'classify'
          ? [step.otherwise]
          : step.kind === 'choose'
            ? step.options.map((each) => each.category)
            : [];
      for (const category of used) {
        if (category === undefined || data.categories.has(category)) continue;
        problems.push(file.problem(['steps', id], `no category "${category}"`, 'use one of flows/categories.yaml'));
      }
    }
  }
  return problems;
}
