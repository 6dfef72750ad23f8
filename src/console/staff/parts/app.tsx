import { useEffect, useLayoutEffect } from 'preact/hooks';
import { AccountPage } from '../pages/login/account.js';
import { LoginPage } from '../pages/login/login.js';
import { routeStore } from '../routes.js';
import { type Console, ConsoleContext } from '../state/console.js';
import { useStore } from '../state/store.js';
import { TEXTS } from '../texts/texts.js';
import { Alerts } from './alerts.js';
import { Shell } from './shell.js';
import { Toasts } from './toasts.js';

export function App({ console }: { readonly console: Console }) {
  const { is } = useStore(console.session, (state) => state);
  const { lang, theme } = useStore(console.prefs, (prefs) => prefs);
  const { route } = useStore(routeStore, (state) => state);
  const texts = TEXTS[lang];
  const isOpenDoor = route.parts[0] === 'first' || route.parts[0] === 'invite';

  useLayoutEffect(() => {
    document.documentElement.lang = lang;
    document.documentElement.dataset['theme'] = theme;
  }, [lang, theme]);

  useEffect(() => {
    if (!isOpenDoor) void console.enter();
    const wake = () => {
      console.live.wake();
      console.replies.wake();
    };
    const wakeWhenSeen = () => document.visibilityState === 'visible' && wake();
    addEventListener('online', wake);
    document.addEventListener('visibilitychange', wakeWhenSeen);
    return () => {
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wakeWhenSeen);
    };
  }, [console]);

  return (
    <ConsoleContext.Provider value={console}>
      {isOpenDoor ? (
        <AccountPage route={route} />
      ) : is === 'in' ? (
        <>
          <Shell route={route} />
          <Alerts />
        </>
      ) : is === 'out' ? (
        <LoginPage />
      ) : (
        <main class="splash">
          <p role="status">{is === 'away' ? texts.unreachable : texts.opening}</p>
        </main>
      )}
      <Toasts />
    </ConsoleContext.Provider>
  );
}
