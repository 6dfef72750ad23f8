import { SavedViewsMenu } from '../../parts/saved-views.js';
import { SearchBox } from '../../parts/search-box.js';
import { Tabs } from '../../parts/tabs.js';
import { go, toHash } from '../../routes.js';
import { useSettings, useTexts } from '../../state/console.js';
import type { TextKey } from '../../texts/texts.js';

type Query = Readonly<Record<string, string | undefined>>;

const VIEWS = {
  unit: 'casesUnit',
  mine: 'casesMine',
  overdue: 'casesOverdue',
  unassigned: 'casesUnassigned',
  review: 'casesReview',
  all: 'casesAll',
} as const satisfies Record<string, TextKey>;

export function CaseTabs({ query }: { readonly query: Query }) {
  const texts = useTexts();
  const tabs = Object.entries(VIEWS).map(([view, label]) => ({
    id: view,
    href: toHash(['cases'], { ...query, view }),
    text: texts[label],
  }));
  return <Tabs label={texts.views} openId={query['view'] ?? 'unit'} tabs={tabs} />;
}

/** By number or words, status, category, unit, colleague and deadline. */
export function CaseFilters({ query }: { readonly query: Query }) {
  const texts = useTexts();
  const { statuses, categories, units, staff } = useSettings();
  const set = (change: Query) => go(['cases'], { ...query, ...change });
  const stages = [
    { id: 'on_track', name: texts.stage_on_track },
    { id: 'due_soon', name: texts.stage_due_soon },
    { id: 'breached', name: texts.stage_breached },
  ];
  const choices = [
    { key: 'status', label: texts.status, options: statuses },
    { key: 'category', label: texts.category, options: categories },
    { key: 'unit', label: texts.unit, options: units },
    { key: 'staffId', label: texts.colleague, options: staff },
    { key: 'stage', label: texts.deadline, options: stages },
  ];
  return (
    <div class="filters">
      <SearchBox q={query['q']} label={texts.searchCases} onSearch={(q) => set({ q })} />
      <div class="filter-row">
        {choices.map(({ key, label, options }) => (
          <select
            key={key}
            class={query[key] ? 'filter on' : 'filter'}
            aria-label={label}
            value={query[key] ?? ''}
            onChange={(event) => set({ [key]: event.currentTarget.value || undefined })}
          >
            <option value="">{label}</option>
            {options.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        ))}
      </div>
      <SavedViewsMenu page="cases" query={query} />
    </div>
  );
}
