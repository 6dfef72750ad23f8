import { useEffect, useMemo, useState } from 'preact/hooks';
import { failureText } from '../../parts/failure-text.js';
import { Icon } from '../../parts/icons.js';
import { useKeys } from '../../parts/keys.js';
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

/** Cases by what is due first; the open one beside them. */
export function Page({ route }: PageProps) {
  const console = useConsole();
  const texts = useTexts();
  const open = route.parts[1];
  const query = route.query;
  const list = useMemo(() => createCaseList(console), [console]);
  const { cases, cursor, isLoading, failure } = useStore(list.store, (state) => state);
  const [selected, setSelected] = useState<ReadonlyMap<string, CaseCard>>(new Map());

  useEffect(() => {
    setSelected(new Map());
    void list.load(query);
  }, [list, JSON.stringify(query)]);
  useLive((event) => list.take(event));
  useKeys({
    j: () => focusRow(1),
    k: () => focusRow(-1),
    x: () => {
      const number = document.activeElement?.closest('[data-number]')?.getAttribute('data-number');
      const card = cases.find((each) => each.number === number);
      if (card) toggle(card);
    },
    '/': () => document.querySelector<HTMLInputElement>('.cases-list .search input')?.focus(),
    Escape: () => open && go(['cases'], query),
  });

  function toggle(card: CaseCard): void {
    const next = new Map(selected);
    if (!next.delete(card.number)) next.set(card.number, card);
    setSelected(next);
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
          <BulkBar cards={chosen} onDone={() => setSelected(new Map())} onClear={() => setSelected(new Map())} />
        )}
        <ul class="case-rows" aria-busy={isLoading}>
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
        {failure !== undefined && (
          <p class="list-note bad" role="alert">
            {failureText(failure, texts)}{' '}
            <button type="button" class="link" onClick={() => void list.load(query)}>
              {texts.tryAgain}
            </button>
          </p>
        )}
        {cases.length === 0 && failure === undefined && (
          <p class="list-note">{isLoading ? texts.opening : texts.casesEmpty}</p>
        )}
        {cursor && (
          <button type="button" class="button more" aria-disabled={isLoading} onClick={() => void list.more()}>
            {texts.more}
          </button>
        )}
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

function focusRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.case-rows .case-link')];
  const focused = rows.indexOf(document.activeElement as HTMLElement);
  const open = rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
  const next = rows[Math.min(rows.length - 1, Math.max(0, (focused >= 0 ? focused : open) + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
