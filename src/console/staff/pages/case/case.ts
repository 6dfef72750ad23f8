import type { CaseDeeds } from '../../api/api.js';
import { newKey, Refusal } from '../../api/http.js';
import type { Console } from '../../state/console.js';
import { createStore, type Store } from '../../state/store.js';
import type { CaseView, LiveEvent } from '../../wire.js';

export interface CaseState {
  readonly view?: CaseView | undefined;
  readonly failure?: 'gone' | 'away' | undefined;
}

export interface Matter {
  readonly store: Store<CaseState>;
  load(): Promise<void>;
  take(event: LiveEvent): void;
  /** Throws what the service answered, after the case was read again. */
  act<D extends keyof CaseDeeds>(deed: D, body: Omit<CaseDeeds[D], 'seenRev'>): Promise<void>;
}

/** One case that keeps itself up to date. What is done to it is done to the state on the screen, or refused. */
export function createMatter({ api }: Console, number: string): Matter {
  const store = createStore<CaseState>({});
  let loads = 0;

  async function load(): Promise<void> {
    loads += 1;
    const mine = loads;
    try {
      const view = await api.case(number);
      if (mine === loads) store.set({ view, failure: undefined });
    } catch (error) {
      if (mine !== loads) return;
      const isGone = error instanceof Refusal && (error.status === 403 || error.status === 404);
      // it was restricted while it was open: what was read must not stay in the page
      store.set(isGone ? { view: undefined, failure: 'gone' } : { failure: 'away' });
    }
  }

  return {
    store,
    load,
    take(event) {
      const { view } = store.get();
      if (event.type === 'reload' || (event.type === 'case_gone' && event.number === number)) void load();
      else if (event.type === 'case' && event.card.number === number) {
        if (view && event.card.rev > view.card.rev) void load();
      } else if (event.type === 'note' && event.subject === number && view) {
        const notes = [...view.notes.filter(({ id }) => id !== event.note.id), event.note];
        store.set({ view: { ...view, notes } });
      }
    },
    async act(deed, body) {
      const seenRev = store.get().view?.card.rev ?? 0;
      try {
        // the two types differ by seenRev only, which a generic can't say
        await api.caseDeed(number, deed, { ...body, seenRev } as CaseDeeds[typeof deed], newKey());
      } finally {
        await load();
      }
    },
  };
}
