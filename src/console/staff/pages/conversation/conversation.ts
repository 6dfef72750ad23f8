import { Refusal } from '../../api/http.js';
import type { Console } from '../../state/console.js';
import { createStore, type Store } from '../../state/store.js';
import type { ConversationView, LiveEvent, Transfer } from '../../wire.js';
import { cutNewest, cutOldest, MAX_HELD, mergeEntries, readFrom, type Stretch, withDeliveries } from './entries.js';

export interface ConversationState extends Stretch {
  readonly view?: ConversationView | undefined;
  readonly isLoadingOlder: boolean;
  /** Why it can't be shown: it is gone for this person, or couldn't be read just now. */
  readonly failure?: 'gone' | 'away' | undefined;
}

export interface Conversation {
  readonly id: string;
  readonly store: Store<ConversationState>;
  load(): Promise<void>;
  loadOlder(): Promise<void>;
  /** Reads on towards the end, where the end isn't in the page. */
  loadNewer(): Promise<void>;
  /** Shows the newest turns, whatever was read before. */
  loadNewest(): Promise<void>;
  /** Whether the reader is at the end of what is in the page: nobody is torn away from what they read. */
  follow(isAtEnd: boolean): void;
  take(event: LiveEvent): void;
  /** Reads what came after the newest bubble, and how those under way have fared. */
  readNewer(): Promise<void>;
  markRead(): void;
  /** These throw what the service answered, after the view was read again: a refused claim shows who has it. */
  claim(): Promise<void>;
  release(): Promise<void>;
  transfer(to: Transfer): Promise<void>;
}

const GONE = { view: undefined, entries: [], olderBefore: undefined, newerAfter: undefined, failure: 'gone' } as const;
const PAGE_TURNS = 50;

/** One chat that keeps itself up to date, from its newest 50 turns on back; of a long one a part at a time. */
export function createConversation({ api }: Console, id: string): Conversation {
  const store = createStore<ConversationState>({ entries: [], isLoadingOlder: false });
  let reading: Promise<void> | undefined;
  let isReadAgainWanted = false;
  let loads = 0;
  let readUpTo = 0;
  let isAtEnd = true;
  let isLoadingNewer = false;

  async function load(isNewestWanted = false): Promise<void> {
    loads += 1;
    const mine = loads;
    try {
      const view = await api.conversation(id);
      if (mine !== loads) return;
      store.set({ view, ...newestOf(view, isNewestWanted), failure: undefined });
      markRead();
    } catch (error) {
      if (mine !== loads) return;
      const isGone = error instanceof Refusal && (error.status === 403 || error.status === 404);
      if (!isGone) return store.set({ failure: 'away' });
      // it was restricted while it was open: what was read must not stay on the screen
      store.set(GONE);
    }
  }

  /** The stretch in the page once the newest turns have been read. */
  function newestOf(view: ConversationView, isNewestWanted: boolean): Stretch {
    const { entries, olderBefore, newerAfter } = store.get();
    const last = entries[entries.length - 1]?.seq ?? 0;
    const touches = entries.length > 0 && (view.entries[0]?.seq ?? 0) <= last + 1;
    // whoever reads in the past stays there
    if (!isNewestWanted && newerAfter !== undefined && !touches) return { entries, olderBefore, newerAfter };
    if (isNewestWanted || !touches)
      return { entries: view.entries, olderBefore: view.olderBefore, newerAfter: undefined };
    return held({ entries: mergeEntries(entries, view.entries), olderBefore, newerAfter: undefined });
  }

  function held(stretch: Stretch): Stretch {
    return cutOldest(stretch, isAtEnd ? MAX_HELD : MAX_HELD * 2);
  }

  async function readOnce(): Promise<void> {
    const { entries, newerAfter: isPast } = store.get();
    if (isPast !== undefined) return;
    const page = await api.entries(id, { after: readFrom(entries) });
    // so much came that the newest of it is what matters, but to whoever is reading elsewhere
    if (page.newerAfter !== undefined && isAtEnd) return load(true);
    if (page.newerAfter !== undefined) return store.set({ newerAfter: entries[entries.length - 1]?.seq });
    const { entries: known, olderBefore, newerAfter } = store.get();
    if (newerAfter === undefined) store.set(held({ entries: mergeEntries(known, page.entries), olderBefore }));
    markRead();
  }

  /** One reading at a time; what changes during it asks for one more. */
  function readNewer(): Promise<void> {
    isReadAgainWanted = true;
    reading ??= (async () => {
      try {
        while (isReadAgainWanted) {
          isReadAgainWanted = false;
          await readOnce();
        }
      } catch {
        // the stream, once it is back, asks for it again
      } finally {
        reading = undefined;
      }
    })();
    return reading;
  }

  function takeRow(event: Extract<LiveEvent, { type: 'row' }>): void {
    const { view } = store.get();
    if (!view || event.row.lastSeq < view.row.lastSeq) return;
    const before = view.row;
    store.set({ view: { ...view, row: event.row } });
    const { mode, staffId, unit } = event.row;
    const hasOthersHands = mode !== before.mode || staffId !== before.staffId || unit !== before.unit;
    if (hasOthersHands || event.row.case?.number !== before.case?.number) void load();
    void readNewer();
  }

  /** Tells that what is on the screen has been seen; only while somebody looks at it. */
  function markRead(): void {
    const { view, entries } = store.get();
    const last = entries[entries.length - 1]?.seq ?? 0;
    if (!view || view.row.unread === 0 || last <= readUpTo || document.visibilityState !== 'visible') return;
    readUpTo = last;
    api.markRead(id, last).catch(() => {
      readUpTo = 0;
    });
  }

  async function act(deed: () => Promise<unknown>): Promise<void> {
    try {
      await deed();
    } finally {
      await load();
    }
  }

  return {
    id,
    store,
    load: () => load(),
    readNewer,
    markRead,

    async loadOlder() {
      const { olderBefore, isLoadingOlder } = store.get();
      if (olderBefore === undefined || isLoadingOlder) return;
      store.set({ isLoadingOlder: true });
      try {
        const page = await api.entries(id, { before: olderBefore });
        const { entries, newerAfter } = store.get();
        const all = mergeEntries(page.entries, entries);
        store.set(cutNewest({ entries: all, olderBefore: page.olderBefore, newerAfter }));
      } catch {
        // scrolling there again tries again
      }
      store.set({ isLoadingOlder: false });
    },

    async loadNewer() {
      const { newerAfter } = store.get();
      if (newerAfter === undefined || isLoadingNewer) return;
      isLoadingNewer = true;
      try {
        const page = await api.entries(id, { after: newerAfter, limit: PAGE_TURNS });
        const { entries, olderBefore, newerAfter: asked } = store.get();
        const all = mergeEntries(entries, page.entries);
        // somebody went to the end meanwhile
        if (asked === newerAfter) store.set(cutOldest({ entries: all, olderBefore, newerAfter: page.newerAfter }));
      } catch {
        // scrolling there again tries again
      }
      isLoadingNewer = false;
    },

    loadNewest: () => load(true),
    follow(isThere) {
      isAtEnd = isThere;
    },

    take(event) {
      const { view } = store.get();
      if (event.type === 'reload') return void load();
      if (!view) return;
      if (event.type === 'row' && event.row.conversationId === id) takeRow(event);
      else if (event.type === 'row_gone' && event.conversationId === id) void load();
      else if (event.type === 'case_gone' && isAbout(view, event.number)) void load();
      else if (event.type === 'deliveries' && event.conversationId === id) {
        store.set({ entries: withDeliveries(store.get().entries, event.deliveries) });
      } else if (event.type === 'viewers' && event.conversationId === id) {
        store.set({ view: { ...view, viewers: event.viewers } });
      } else if (event.type === 'note' && isAbout(view, event.subject)) {
        const notes = [...view.notes.filter((note) => note.id !== event.note.id), event.note];
        store.set({ view: { ...view, notes } });
      } else if (event.type === 'case') {
        const { card } = event;
        const cases = view.cases.map((each) => (each.number === card.number ? card : each));
        store.set({ view: { ...view, cases } });
      }
    },

    claim: () => act(() => api.claim(id)),
    release: () => act(() => api.release(id)),
    transfer: (to) => act(() => api.transfer(id, to)),
  };
}

/** Notes of its cases are shown in the chat too. */
function isAbout({ row, cases }: ConversationView, subject: string): boolean {
  return row.conversationId === subject || cases.some(({ number }) => number === subject);
}
