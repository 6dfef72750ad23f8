import type { Query } from '../../api/api.js';
import { Refusal } from '../../api/http.js';
import type { Console } from '../../state/console.js';
import { createStore, type Store } from '../../state/store.js';
import type { CaseCard, LiveEvent } from '../../wire.js';

export interface CaseListState {
  readonly cases: readonly CaseCard[];
  readonly cursor?: string | undefined;
  readonly isLoading: boolean;
  readonly failure?: unknown;
}

export interface CaseList {
  readonly store: Store<CaseListState>;
  load(query: Query): Promise<void>;
  more(): Promise<void>;
  take(event: LiveEvent): void;
}

/** Cases of one filter, what is due first on top. Those on the screen follow what happens; new ones come when asked for. */
export function createCaseList({ api }: Console): CaseList {
  const store = createStore<CaseListState>({ cases: [], isLoading: true });
  let query: Query = {};
  let loading: AbortController | undefined;

  async function read(cursor: string | undefined, before: readonly CaseCard[]): Promise<void> {
    loading?.abort();
    const mine = new AbortController();
    loading = mine;
    store.set({ isLoading: true, failure: undefined });
    try {
      const page = await api.cases({ ...query, cursor }, mine.signal);
      if (mine.signal.aborted) return;
      const known = new Set(before.map(({ number }) => number));
      const cases = [...before, ...page.cases.filter(({ number }) => !known.has(number))];
      store.set({ cases, cursor: page.cursor, isLoading: false });
    } catch (failure) {
      if (mine.signal.aborted || (failure instanceof Refusal && failure.status === 401)) return;
      store.set({ isLoading: false, failure });
    }
  }

  return {
    store,
    load(next) {
      query = next;
      return read(undefined, []);
    },
    async more() {
      const { cursor, cases, isLoading } = store.get();
      if (cursor && !isLoading) await read(cursor, cases);
    },
    take(event) {
      if (event.type === 'reload') void read(undefined, []);
      if (event.type === 'case_gone') {
        store.set({ cases: store.get().cases.filter(({ number }) => number !== event.number) });
      }
      if (event.type !== 'case') return;
      const { card } = event;
      const { cases, isLoading } = store.get();
      const known = cases.find(({ number }) => number === card.number);
      if (known && known.rev <= card.rev) {
        store.set({ cases: cases.map((each) => (each === known ? card : each)) });
      } else if (!known && !isLoading && !query['q'] && mayBelong(card, query)) {
        store.set({ cases: [card, ...cases] });
      }
    },
  };
}

/** Whether a case that has just come up is of this list. Only what can be told from the card; the rest waits. */
function mayBelong(card: CaseCard, query: Query): boolean {
  if (query['view'] !== undefined && query['view'] !== 'unit' && query['view'] !== 'all') return false;
  const wanted = [
    [query['status'], card.status],
    [query['category'], card.category],
    [query['unit'], card.unit],
    [query['staffId'], card.staffId],
    [query['stage'], card.stage],
  ];
  return card.rev <= 1 && wanted.every(([is, has]) => !is || is === has);
}
