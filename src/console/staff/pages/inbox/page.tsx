import { useEffect, useMemo } from 'preact/hooks';
import { focusRow } from '../../parts/focus-row.js';
import { useKeys } from '../../parts/keys.js';
import { useLive } from '../../parts/live-listen.js';
import { go, type PageProps } from '../../routes.js';
import { useConsole, useMe, useTexts } from '../../state/console.js';
import { ConversationPane } from '../conversation/pane.js';
import { createInbox } from './inbox.js';
import { scopeOf, toQuery, VIEWS } from './inbox-list.js';
import { InboxList } from './list.js';
import './inbox.css';

const ROWS = '.inbox-list .row';

/** The chats on the left, the open one beside them; on a phone one of the two. */
export function Page({ route }: PageProps) {
  const console = useConsole();
  const texts = useTexts();
  const { staffId, units } = useMe();
  const openId = route.parts[1];
  const scope = scopeOf(route.query);
  const query = toQuery(scope);
  const inbox = useMemo(() => createInbox(console, { staffId, units }), [console, staffId]);

  useEffect(() => void inbox.load(scope), [inbox, JSON.stringify(query)]);
  useLive((event) => inbox.take(event));
  useKeys({
    ...Object.fromEntries(VIEWS.map((view, index) => [`${index + 1}`, () => go(['inbox'], { view })])),
    j: () => focusRow(ROWS, 1),
    k: () => focusRow(ROWS, -1),
    '/': () => document.querySelector<HTMLInputElement>('.inbox-list .search input')?.focus(),
    Escape: () => openId && go(['inbox'], query),
  });

  return (
    <main class={openId ? 'inbox has-open' : 'inbox'}>
      <InboxList inbox={inbox} scope={scope} openId={openId} />
      {openId ? (
        <ConversationPane key={openId} id={openId} back={query} />
      ) : (
        <section class="empty-pane">
          <p>{texts.nothingOpen}</p>
          <p class="muted">
            <kbd>j</kbd> <kbd>k</kbd> <kbd>Enter</kbd>, <kbd>?</kbd> {texts.keyHelp}
          </p>
        </section>
      )}
    </main>
  );
}
