import { ListFoot } from '../../parts/list-foot.js';
import { Tabs } from '../../parts/tabs.js';
import { go, toHash } from '../../routes.js';
import { useConsole, useTexts } from '../../state/console.js';
import { useStore } from '../../state/store.js';
import type { TextKey } from '../../texts/texts.js';
import { Filters } from './filters.js';
import { FirstSteps } from './first-steps.js';
import type { Inbox } from './inbox.js';
import { type InboxScope, type InboxView, toQuery, VIEWS } from './inbox-list.js';
import { Row } from './row.js';

const VIEW_TEXTS: Readonly<Record<InboxView, TextKey>> = {
  mine: 'viewMine',
  queue: 'viewQueue',
  unit: 'viewUnit',
  all: 'viewAll',
};
const MANY = 999;

interface InboxListProps {
  readonly inbox: Inbox;
  readonly scope: InboxScope;
  readonly openId: string | undefined;
}

export function InboxList({ inbox, scope, openId }: InboxListProps) {
  const texts = useTexts();
  const console = useConsole();
  const list = useStore(inbox.store, (state) => state);
  const counts = useStore(console.counts, (state) => state.counts);
  const query = toQuery(scope);

  return (
    <section class="inbox-list" aria-label={texts.navInbox}>
      <header class="list-head">
        {openId === undefined && <h1 class="unseen">{texts.navInbox}</h1>}
        <Tabs
          label={texts.views}
          openId={scope.view}
          tabs={VIEWS.map((view) => ({
            id: view,
            href: toHash(['inbox'], { view }),
            text: (
              <>
                {texts[VIEW_TEXTS[view]]}{' '}
                {counts && (
                  <span class={`count ${view === 'queue' && counts.queue > 0 ? 'hot' : ''}`}>
                    {countText(counts[view])}
                  </span>
                )}
              </>
            ),
          }))}
        />
        <Filters page="inbox" query={query} onChange={(next) => go(['inbox'], { ...next, view: scope.view })} />
      </header>
      <ul class="rows" aria-busy={list.isLoading}>
        {list.rows.map((row) => (
          <li key={row.conversationId}>
            <Row row={row} isOpen={row.conversationId === openId} query={query} />
          </li>
        ))}
      </ul>
      {counts?.all === 0 && <FirstSteps />}
      <ListFoot
        list={list}
        empty={scope.view === 'queue' ? texts.queueEmpty : texts.listEmpty}
        onRetry={() => void inbox.retry()}
        onMore={() => void inbox.more()}
      />
    </section>
  );
}

function countText(count: number): string {
  return count >= MANY ? `${MANY}+` : `${count}`;
}
