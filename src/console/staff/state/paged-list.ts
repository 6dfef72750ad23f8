import { Refusal } from '../api/http.js';
import type { LiveEvent } from '../wire.js';
import { createStore, type Store } from './observable.js';

export interface ListState<Row> {
  readonly rows: readonly Row[];
  readonly cursor?: string | undefined;
  readonly isLoading: boolean;
  readonly failure?: unknown;
}

export interface PagedList<Row, Query> {
  readonly store: Store<ListState<Row>>;
  load(query: Query): Promise<void>;
  more(): Promise<void>;
  /** Reads again what couldn't be read. */
  retry(): Promise<void>;
  take(event: LiveEvent): void;
}

export interface PagedListDeps<Row, Query> {
  readonly first: Query;
  readonly read: (
    query: Query,
    cursor: string | undefined,
    signal: AbortSignal,
  ) => Promise<{ readonly rows: readonly Row[]; readonly cursor?: string | undefined }>;
  readonly idOf: (row: Row) => string;
  /** The rows after an event; the very same when it changes nothing. `hasMore`: the list goes on behind them. Pure. */
  readonly apply: (rows: readonly Row[], event: LiveEvent, query: Query, hasMore: boolean) => readonly Row[];
}

/** A list, read page by page, that follows what happens to its rows; also what happens while a page is on its way. */
export function createPagedList<Row, Query>(deps: PagedListDeps<Row, Query>): PagedList<Row, Query> {
  const store = createStore<ListState<Row>>({ rows: [], isLoading: true });
  let query = deps.first;
  /** What the rows on the screen are of. */
  let shown = deps.first;
  let isFirstPage = true;
  let loading: AbortController | undefined;
  /** What came while a page was on its way: it may be older than this. */
  let meanwhile: LiveEvent[] = [];

  function apply(event: LiveEvent): void {
    const { rows, cursor } = store.get();
    const changed = deps.apply(rows, event, query, cursor !== undefined);
    if (changed !== rows) store.set({ rows: changed });
  }

  async function read(cursor: string | undefined, before: readonly Row[]): Promise<void> {
    loading?.abort();
    const mine = new AbortController();
    loading = mine;
    meanwhile = [];
    isFirstPage = cursor === undefined;
    store.set({ isLoading: true, failure: undefined });
    try {
      const page = await deps.read(query, cursor, mine.signal);
      if (mine.signal.aborted) return;
      const known = new Set(before.map(deps.idOf));
      const rows = [...before, ...page.rows.filter((each) => !known.has(deps.idOf(each)))];
      shown = query;
      store.set({ rows, cursor: page.cursor, isLoading: false });
      for (const event of meanwhile) apply(event);
    } catch (failure) {
      if (mine.signal.aborted || (failure instanceof Refusal && failure.status === 401)) return;
      // those of another list must not stand under this one's name
      const isOther = isFirstPage && JSON.stringify(shown) !== JSON.stringify(query);
      store.set({ isLoading: false, failure, ...(isOther && { rows: [], cursor: undefined }) });
    }
  }

  async function more(): Promise<void> {
    const { cursor, rows, isLoading } = store.get();
    if (cursor && !isLoading) await read(cursor, rows);
  }

  return {
    store,
    load(next) {
      query = next;
      return read(undefined, []);
    },
    more,
    retry: () => (isFirstPage ? read(undefined, []) : more()),
    take(event) {
      if (event.type === 'reload') return void read(undefined, []);
      if (store.get().isLoading) meanwhile.push(event);
      apply(event);
    },
  };
}
