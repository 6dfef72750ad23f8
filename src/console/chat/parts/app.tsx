import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Chat } from '../chat.js';
import type { Store } from '../outbox.js';
import { type Lang, preferredLang, TEXTS } from '../texts.js';
import { Composer, type ComposerHandle } from './composer.js';
import { Header } from './header.js';
import { Log } from './log.js';
import { UiContext } from './ui.js';
import { Welcome } from './welcome.js';

const LANG = 'kanal.lang';

interface AppProps {
  readonly chat: Chat;
  readonly store: Store;
}

export function App({ chat, store }: AppProps) {
  const [state, setState] = useState(chat.state);
  const [lang, setLang] = useState<Lang>(() => storedLang(store) ?? preferredLang(navigator.languages ?? []));
  const composer = useRef<ComposerHandle>(null);
  const texts = TEXTS[lang];
  const ui = useMemo(() => ({ chat, lang, texts }), [chat, lang, texts]);

  useEffect(() => {
    chat.start(setState);
    const wake = () => chat.wake();
    const wakeWhenSeen = () => document.visibilityState === 'visible' && chat.wake();
    addEventListener('online', wake);
    document.addEventListener('visibilitychange', wakeWhenSeen);
    return () => {
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wakeWhenSeen);
    };
  }, [chat]);

  useEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);

  function switchLang(): void {
    const next = lang === 'id' ? 'en' : 'id';
    setLang(next);
    try {
      store.setItem(LANG, next);
    } catch {
      // chosen for this visit only
    }
  }

  const isEmpty = state.entries.length === 0 && state.queue.length === 0 && !state.loading;
  return (
    <UiContext.Provider value={ui}>
      <Header onSwitchLang={switchLang} canForget={state.token !== undefined || state.queue.length > 0} />
      <main class="main">
        {isEmpty ? <Welcome composer={composer} /> : <Log state={state} />}
        <p class={state.offline ? 'offline' : 'offline hidden'} role="status">
          {state.offline ? texts.offline : ''}
        </p>
        <Composer handle={composer} state={state} store={store} />
      </main>
    </UiContext.Provider>
  );
}

function storedLang(store: Store): Lang | undefined {
  const value = store.getItem(LANG);
  return value === 'id' || value === 'en' ? value : undefined;
}
