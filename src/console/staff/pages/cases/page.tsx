import { useEffect, useMemo, useState } from 'preact/hooks';
import { focusRow } from '../../parts/focus-row.js';
import { Icon } from '../../parts/icons.js';
import { useKeys } from '../../parts/keys.js';
import { ListFoot } from '../../parts/list-foot.js';
import { useLive } from '../../parts/live-listen.js';
import { go, type PageProps, toHash } from '../../routes.js';
import { useConsole, useTexts } from '../../state/console.js';
import { useStore } from '../../state/store.js';
import type { CaseCard } from '../../wire.js';
import { CasePanel } from '../case/case-panel.js';
import { BulkBar } from './bulk.js';
import { createCaseList } from './case-list.js';
import { CaseFilters, CaseTabs } from './filters.js';
import { CaseRow } from './row.js';
import './cases.css';

const ROWS = '.case-rows .case-link';

/** Cases by what is due first; the open one beside them. */
export function Page({ route }: PageProps) {
  const console = useConsole();
  const texts = useTexts();
  const open = route.parts[1];
  const query = route.query;
  const list = useMemo(() => createCaseList(console), [console]);
  const shown = useStore(list.store, (state) => state);
  const cases = shown.rows;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  useEffect(() => {
    setSelected(new Set());
    void list.load(query);
  }, [list, JSON.stringify(query)]);
  useLive((event) => list.take(event));
  useKeys({
    j: () => focusRow(ROWS, 1),
    k: () => focusRow(ROWS, -1),
    x: () => {
      const number = document.activeElement?.closest('[data-number]')?.getAttribute('data-number');
      const card = cases.find((each) => each.number === number);
      if (card) toggle(card);
    },
    '/': () => document.querySelector<HTMLInputElement>('.cases-list .search input')?.focus(),
    Escape: () => open && go(['cases'], query),
  });

  function toggle(card: CaseCard): void {
    setSelected((before) => {
      const next = new Set(before);
      if (!next.delete(card.number)) next.add(card.number);
      return next;
    });
  }

  // what changed meanwhile is acted on as it stands on the screen
  const chosen = cases.filter(({ number }) => selected.has(number));
  return (
    <main class={open ? 'cases has-open' : 'cases'}>
      <section class="cases-list" aria-label={texts.navCases}>
        <header class="list-head">
          {!open && <h1 class="unseen">{texts.navCases}</h1>}
          <CaseTabs query={query} />
          <CaseFilters query={query} />
        </header>
        {chosen.length > 0 && (
          <BulkBar
            cards={chosen}
            shown={cases.length}
            onAll={() => setSelected(new Set(cases.map(({ number }) => number)))}
            onDone={() => setSelected(new Set())}
            onClear={() => setSelected(new Set())}
          />
        )}
        <ul class="case-rows" aria-busy={shown.isLoading}>
          {cases.map((card) => (
            <CaseRow
              key={card.number}
              card={card}
              query={query}
              isOpen={card.number === open}
              isSelected={selected.has(card.number)}
              onSelect={() => toggle(card)}
            />
          ))}
        </ul>
        <ListFoot
          list={shown}
          empty={texts.casesEmpty}
          onRetry={() => void list.retry()}
          onMore={() => void list.more()}
        />
      </section>
      {open && (
        <div class="case-pane">
          <header class="pane-head">
            <a class="icon-button" href={toHash(['cases'], query)} aria-label={texts.back} title={texts.back}>
              <Icon name="back" />
            </a>
            <h1>{open}</h1>
          </header>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with a keyboard */}
          <section class="case-pane-body" tabIndex={0} aria-label={open}>
            <CasePanel key={open} number={open} />
          </section>
        </div>
      )}
    </main>
  );
}
