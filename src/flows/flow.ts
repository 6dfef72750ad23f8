import type { Flow, Globals } from './schema.js';
import type { Locale } from './state.js';

/** What flows need to know of a category. */
export interface CategoryFacts {
  readonly label: Readonly<Partial<Record<Locale, string | undefined>>>;
  readonly restricted: boolean;
}

/** Checked flows, ready to be played. */
export interface Flows {
  readonly globals: Globals;
  readonly all: ReadonlyMap<string, Flow>;
  readonly categories: readonly string[];
  /** A category in the citizen's language; its id if it is unknown. */
  categoryLabel(id: string, locale: Locale): string;
  isRestricted(category: string): boolean;
}

export function createFlows(
  flows: readonly Flow[],
  globals: Globals,
  categories: ReadonlyMap<string, CategoryFacts>,
): Flows {
  return {
    globals,
    all: new Map(flows.map((flow) => [flow.id, flow])),
    // those there are now: an office may add one while the service runs
    get categories() {
      return [...categories.keys()];
    },
    categoryLabel(id, locale) {
      const label = categories.get(id)?.label;
      return label?.[locale] ?? label?.id ?? id.replaceAll('_', ' ');
    },
    isRestricted: (category) => categories.get(category)?.restricted ?? false,
  };
}
