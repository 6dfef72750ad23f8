import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { PAGES, type PageProps, type Route, toHash } from '../routes.js';
import { useConsole, useRights, useSettings, useTexts } from '../state/console.js';
import { useStore } from '../state/store.js';
import { fill, type TextKey } from '../texts/texts.js';
import { Connection } from './connection.js';
import { HelpDialog } from './help.js';
import { Icon, type IconName } from './icons.js';
import { useKeys } from './keys.js';
import { ProfileMenu } from './profile-menu.js';
import { useRetry } from './use-retry.js';

interface NavItem {
  readonly page: string;
  readonly icon: IconName;
  readonly label: TextKey;
  readonly home: readonly string[];
  /** Whoever has this right sees it; everybody when left out. */
  readonly right?: string;
}

const NAV: readonly NavItem[] = [
  { page: 'inbox', icon: 'inbox', label: 'navInbox', home: ['inbox'] },
  { page: 'cases', icon: 'cases', label: 'navCases', home: ['cases'] },
  { page: 'shift', icon: 'shift', label: 'navShift', home: ['shift'], right: 'stats:read' },
  { page: 'admin', icon: 'admin', label: 'navAdmin', home: ['admin'], right: 'flow:list' },
];

/** What stays around every page: where one can go, how things stand, and the page itself. */
export function Shell({ route }: { readonly route: Route }) {
  const console = useConsole();
  const texts = useTexts();
  const rights = useRights();
  const { siteName } = useSettings();
  const counts = useStore(console.counts, (state) => state.counts);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const page = route.parts[0] ?? 'inbox';
  const items = NAV.filter((item) => PAGES[item.page] && (!item.right || rights.has(item.right)));
  const waiting = counts?.queue ?? 0;

  useKeys({ '?': () => setHelpOpen(true) });

  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ${siteName}` : siteName;
  }, [waiting, siteName]);

  useEffect(() => {
    if (counts) return;
    // any page of the inbox tells the counts
    console.api
      .inbox({ view: 'queue', limit: '1' })
      .then((first) => console.counts.set({ counts: first.counts }))
      .catch(() => undefined);
  }, []);

  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        {texts.skip}
      </button>
      <nav class="rail" aria-label={texts.navLabel}>
        <ul>
          {items.map(({ page: name, icon, label, home }) => (
            <li key={name}>
              <a href={toHash(home)} class="rail-link" aria-current={name === page ? 'page' : undefined}>
                <Icon name={icon} />
                <span>{texts[label]}</span>
                {name === 'inbox' && waiting > 0 && (
                  <span class="badge">
                    {waiting}
                    <span class="unseen"> {texts.waitingBadge}</span>
                  </span>
                )}
              </a>
            </li>
          ))}
        </ul>
        <div class="rail-foot">
          <button type="button" class="rail-link help-button" onClick={() => setHelpOpen(true)}>
            <Icon name="help" />
            <span>{texts.help}</span>
          </button>
          <ProfileMenu />
        </div>
      </nav>
      <div class="stage" id="main" tabIndex={-1}>
        <Connection />
        <LazyPage key={page} page={page} route={route} />
      </div>
      {isHelpOpen && <HelpDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

function LazyPage({ page, route }: { readonly page: string; readonly route: Route }) {
  const texts = useTexts();
  const [loaded, setLoaded] = useState<{ readonly Page: ComponentType<PageProps> }>();
  const [failed, setFailed] = useState(false);
  const isShown = useRef(true);

  function load(): void {
    setFailed(false);
    const fetchPage = PAGES[page] ?? PAGES['inbox'];
    fetchPage?.().then(
      (module) => isShown.current && setLoaded({ Page: module.Page }),
      () => isShown.current && setFailed(true),
    );
  }

  useEffect(() => {
    load();
    return () => {
      isShown.current = false;
    };
  }, []);

  useRetry(failed, load);

  if (loaded) return <loaded.Page route={route} />;
  return (
    <main class="splash">
      {failed ? (
        <p role="alert">
          {texts.unreachable}{' '}
          <button type="button" class="button" onClick={load}>
            {texts.tryAgain}
          </button>
        </p>
      ) : (
        <p class="muted">{fill(texts.opening, {})}</p>
      )}
    </main>
  );
}
