import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Api, createApi } from '../api/api.js';
import { createHttp, type Http, Refusal } from '../api/http.js';
import { createSessionApi, type Me, type SessionApi } from '../api/session.js';
import { createLive, type Live } from '../live/live.js';
import { createServerClock, type ServerClock } from '../live/server-clock.js';
import { TEXTS, type Texts } from '../texts/texts.js';
import type { InboxCounts, Settings } from '../wire.js';
import { openPrefs, type Prefs } from './prefs.js';
import { createReplies, type PendingReply, type Replies } from './replies.js';
import { createStore, type Store, useStore } from './store.js';

export interface SessionState {
  readonly is: 'unknown' | 'out' | 'in' | 'away';
  readonly me?: Me;
  readonly settings?: Settings;
}

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'bad';
  readonly to?: readonly string[];
}

/** Everything that the parts of the page share. */
export interface Console {
  readonly api: Api;
  /** For pages that have addresses of their own. */
  readonly http: Http;
  readonly sessionApi: SessionApi;
  readonly live: Live;
  readonly clock: ServerClock;
  readonly prefs: Store<Prefs>;
  readonly session: Store<SessionState>;
  readonly counts: Store<{ readonly counts?: InboxCounts }>;
  readonly replies: Replies;
  readonly toasts: Store<{ readonly toasts: readonly Toast[] }>;
  /** Finds out who one is; called at the start and after each login. */
  enter(): Promise<void>;
  leave(): Promise<void>;
  reloadSettings(): Promise<void>;
  toast(text: string, more?: Partial<Omit<Toast, 'id' | 'text'>>): void;
  /** Called after a reply was taken, by conversation. */
  onSent: (reply: PendingReply) => Promise<void>;
}

const TOAST_MS = 7_000;
const TRY_AGAIN_MS = 3_000;

export function createConsole(): Console {
  const session = createStore<SessionState>({ is: 'unknown' });
  const prefs = openPrefs(storageOf('localStorage'), navigator.languages ?? []);
  const http = createHttp({
    csrf: () => session.get().me?.csrf ?? '',
    lang: () => prefs.get().lang,
    onSignedOut() {
      live.stop();
      session.set({ is: 'out' });
    },
  });
  const live = createLive(http);
  const api = createApi(http);
  const sessionApi = createSessionApi(http);
  const clock = createServerClock(() => performance.now(), Date.now());
  const toasts = createStore<{ toasts: readonly Toast[] }>({ toasts: [] });
  const counts = createStore<{ counts?: InboxCounts }>({});
  let toastId = 0;

  live.on((event) => {
    if (event.type === 'beat') clock.set(event.now);
    if (event.type === 'counts') counts.set({ counts: event.counts });
    if (event.type === 'reload') void reloadSettings();
  });

  async function reloadSettings(): Promise<void> {
    const settings = await api.settings().catch(() => undefined);
    if (!settings) return;
    clock.set(settings.now);
    session.set({ settings });
  }

  const console: Console = {
    api,
    http,
    sessionApi,
    live,
    clock,
    prefs,
    session,
    counts,
    toasts,
    replies: createReplies({
      storage: storageOf('sessionStorage'),
      me: () => (session.get().is === 'in' ? session.get().me?.actor.staffId : undefined),
      post: (reply) => postReply(api, reply),
      onSent: (reply) => console.onSent(reply),
    }),
    onSent: () => Promise.resolve(),
    reloadSettings,

    async enter() {
      try {
        const me = await sessionApi.me();
        const settings = await api.settings();
        clock.set(settings.now);
        session.set({ is: 'in', me, settings });
        live.start();
        console.replies.wake();
      } catch (error) {
        // told already, and the way in is on the screen
        if (error instanceof Refusal && error.status === 401) return;
        if (session.get().is === 'unknown') session.set({ is: 'away' });
        setTimeout(() => void console.enter(), TRY_AGAIN_MS);
      }
    },

    async leave() {
      await sessionApi.logout().catch(() => undefined);
      live.stop();
      session.set({ is: 'out' });
    },

    toast(text, more = {}) {
      toastId += 1;
      const toast: Toast = { id: toastId, text, tone: 'plain', ...more };
      // the same twice (another tab's doing, a stream resumed) is told once
      const others = toasts.get().toasts.filter((each) => each.text !== text);
      toasts.set({ toasts: [...others.slice(-2), toast] });
      setTimeout(() => toasts.set({ toasts: toasts.get().toasts.filter(({ id }) => id !== toast.id) }), TOAST_MS);
    },
  };
  return console;
}

function postReply(api: Api, { kind, conversationId, text, fileIds, mentions, key }: PendingReply): Promise<unknown> {
  return kind === 'say'
    ? api.say(conversationId, { text, fileIds: [...fileIds] }, key)
    : api.note(conversationId, text, [...mentions], key);
}

/** A browser may forbid its stores, and then throws at their mere mention. */
function storageOf(name: 'localStorage' | 'sessionStorage'): Storage | undefined {
  try {
    return globalThis[name];
  } catch {
    return undefined;
  }
}

export const ConsoleContext = createContext<Console | undefined>(undefined);

export function useConsole(): Console {
  const console = useContext(ConsoleContext);
  if (!console) throw new Error('outside of the page');
  return console;
}

export function useTexts(): Texts {
  return TEXTS[useStore(useConsole().prefs, ({ lang }) => lang)];
}

export function useLang(): 'id' | 'en' {
  return useStore(useConsole().prefs, ({ lang }) => lang);
}

/** What the page was told at its start. Only for parts shown to who is signed in. */
export function useSettings(): Settings {
  const settings = useStore(useConsole().session, (state) => state.settings);
  if (!settings) throw new Error('not signed in');
  return settings;
}

export function useMe(): Me['actor'] {
  const me = useStore(useConsole().session, (state) => state.me);
  if (!me) throw new Error('not signed in');
  return me.actor;
}

const noRights: ReadonlySet<string> = new Set();

/** What one may do somewhere, as `object:verb`. */
export function useRights(): ReadonlySet<string> {
  return useStore(useConsole().session, (state) => (state.me ? rightsOf(state.me) : noRights));
}

const sets = new WeakMap<Me, ReadonlySet<string>>();

function rightsOf(me: Me): ReadonlySet<string> {
  const known = sets.get(me) ?? new Set(me.rights);
  sets.set(me, known);
  return known;
}
