import { toHash } from '../routes.js';
import { useConsole, useMe, useTexts } from '../state/console.js';
import type { Prefs } from '../state/prefs.js';
import { useStore } from '../state/store.js';
import { failureText } from './failure-text.js';
import { Icon } from './icons.js';
import { Menu } from './menu.js';

/** Who one is here, whether one takes chats, and how the page looks and speaks. */
export function ProfileMenu() {
  const console = useConsole();
  const texts = useTexts();
  const me = useMe();
  const prefs = useStore(console.prefs, (state) => state);
  const isAvailable = useStore(console.session, (state) => state.me?.presence === 'available');

  async function setAvailable(to: boolean): Promise<void> {
    try {
      await console.sessionApi.setAvailable(to);
      const { me: own } = console.session.get();
      if (own) console.session.set({ me: { ...own, presence: to ? 'available' : 'away' } });
    } catch (error) {
      console.toast(failureText(error, texts), { tone: 'bad' });
    }
  }

  /** What the service names (statuses, categories) comes in the account's language. */
  async function setLang(lang: Prefs['lang']): Promise<void> {
    console.prefs.set({ lang });
    await console.sessionApi.setLocale(lang).catch(() => undefined);
    await console.reloadSettings();
  }

  async function setNotify(to: boolean): Promise<void> {
    const granted = to && (await globalThis.Notification?.requestPermission()) === 'granted';
    if (to && !granted) console.toast(texts.notifyDenied, { tone: 'bad' });
    console.prefs.set({ notify: granted });
  }

  return (
    <Menu
      class="rail-link profile"
      trigger={
        <>
          <span class={`avatar own ${isAvailable ? 'available' : 'away'}`} aria-hidden="true">
            {initials(me.name)}
          </span>
          <span>
            <span class="unseen">{me.name}, </span>
            {isAvailable ? texts.available : texts.away}
          </span>
        </>
      }
    >
      <p class="menu-title">
        <strong>{me.name}</strong>
      </p>
      <button type="button" data-closes onClick={() => void setAvailable(!isAvailable)}>
        {isAvailable ? texts.goAway : texts.goAvailable}
      </button>
      <a href={toHash(['me'])} data-closes>
        {texts.navMe}
      </a>
      <label class="check">
        <input
          type="checkbox"
          checked={prefs.notify}
          onChange={(event) => void setNotify(event.currentTarget.checked)}
        />{' '}
        {texts.notifyMe}
      </label>
      <label class="menu-row">
        {texts.theme}
        <select
          value={prefs.theme}
          onChange={(event) => console.prefs.set({ theme: event.currentTarget.value as Prefs['theme'] })}
        >
          <option value="auto">{texts.themeAuto}</option>
          <option value="light">{texts.themeLight}</option>
          <option value="dark">{texts.themeDark}</option>
        </select>
      </label>
      <label class="menu-row">
        {texts.language}
        <select value={prefs.lang} onChange={(event) => void setLang(event.currentTarget.value as Prefs['lang'])}>
          <option value="id">Bahasa Indonesia</option>
          <option value="en">English</option>
        </select>
      </label>
      <button type="button" data-closes onClick={() => void console.leave()}>
        <Icon name="exit" /> {texts.logout}
      </button>
    </Menu>
  );
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
