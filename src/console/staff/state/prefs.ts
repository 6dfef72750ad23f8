import { createStore, type Store } from './store.js';

export type Lang = 'id' | 'en';
export type Theme = 'auto' | 'light' | 'dark';

/** What a person set for this browser. */
export interface Prefs {
  readonly lang: Lang;
  readonly theme: Theme;
  /** Single letters do things: some input methods and assistive tools need that off. */
  readonly keys: boolean;
  readonly notify: boolean;
}

const NAME = 'kanal.staff.prefs';

export function openPrefs(storage: Storage | undefined, languages: readonly string[]): Store<Prefs> {
  const lang: Lang = (languages[0] ?? 'id').startsWith('en') ? 'en' : 'id';
  const prefs = createStore<Prefs>({ lang, theme: 'auto', keys: true, notify: false, ...read(storage) });
  prefs.subscribe(() => {
    try {
      storage?.setItem(NAME, JSON.stringify(prefs.get()));
    } catch {
      // holds for this visit only
    }
  });
  return prefs;
}

function read(storage: Storage | undefined): Partial<Prefs> {
  try {
    return (JSON.parse(storage?.getItem(NAME) ?? '{}') ?? {}) as Partial<Prefs>;
  } catch {
    return {};
  }
}
