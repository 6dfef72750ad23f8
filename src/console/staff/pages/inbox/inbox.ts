import { Refusal } from '../../api/http.js';
import type { Console } from '../../state/console.js';
import { createStore, type Store } from '../../state/store.js';
import type { InboxRow, LiveEvent } from '../../wire.js';
import { type InboxScope, putRow, toQuery, type Viewpoint } from './inbox-list.js';

export interface InboxState {
  readonly rows: readonly InboxRow[];
  readonly cursor?: string | undefined;
  readonly isLoading: boolean;
  readonly failure?: unknown;
}

export interface Inbox {
  readonly store: Store<InboxState>;
  load(scope: InboxScope): Promise<void>;
  more(): Promise<void>;
  take(event: LiveEvent): void;
}

/** A list of chats that keeps itself up to date. */
export function createInbox({ api, counts }: Console, viewpoint: Viewpoint): Inbox {
  const store = createStore<InboxState>({ rows: [], isLoading: true });
  let scope: InboxScope = { view: 'mine' };
  let loading: AbortController | undefined;
  /** What came while a list was on its way: it may be older than this. */
  let meanwhile: LiveEvent[] = [];

  function apply(event: LiveEvent): void {
    const { rows, cursor } = store.get();
    if (event.type === 'row') {
      store.set({ rows: putRow(rows, event.row, scope, viewpoint, cursor !== undefined) });
    } else if (event.type === 'row_gone') {
      store.set({ rows: rows.filter((each) => each.conversationId !== event.conversationId) });
    } else if (event.type === 'case_gone') {
      store.set({ rows: rows.map((row) => (row.case?.number === event.number ? withoutCase(row) : row)) });
    } else if (event.type === 'case') {
      const { card } = event;
      if (!rows.some((each) => each.case?.number === card.number)) return;
      store.set({ rows: rows.map((each) => (each.case?.number === card.number ? { ...each, case: card } : each)) });
    }
  }

  async function read(cursor: string | undefined, before: readonly InboxRow[]): Promise<void> {
    loading?.abort();
    const mine = new AbortController();
    loading = mine;
    meanwhile = [];
    store.set({ isLoading: true, failure: undefined });
    try {
      const page = await api.inbox({ ...toQuery(scope), cursor }, mine.signal);
      if (mine.signal.aborted) return;
      const known = new Set(before.map((each) => each.conversationId));
      const rows = [...before, ...page.rows.filter((each) => !known.has(each.conversationId))];
      store.set({ rows, cursor: page.cursor, isLoading: false });
      counts.set({ counts: page.counts });
      for (const event of meanwhile) apply(event);
    } catch (failure) {
      if (mine.signal.aborted || (failure instanceof Refusal && failure.status === 401)) return;
      store.set({ isLoading: false, failure });
    }
  }

  return {
    store,
    load(next) {
      scope = next;
      return read(undefined, []);
    },
    async more() {
      const { cursor, rows, isLoading } = store.get();
      if (cursor && !isLoading) await read(cursor, rows);
    },
    take(event) {
      if (event.type === 'reload') return void read(undefined, []);
      if (store.get().isLoading) meanwhile.push(event);
      apply(event);
    },
  };
}

function withoutCase({ case: _, ...row }: InboxRow): InboxRow {
  return row;
}
