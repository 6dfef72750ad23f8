import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { createStore, type Store } from './observable.js';

// parts need both; what runs without a page takes the other file alone
export type { Store };
export { createStore };

/** What `select` takes out of the store; the part is drawn again when that has changed. */
export function useStore<T, S>(store: Store<T>, select: (value: T) => S): S {
  const selected = select(store.get());
  const [, redraw] = useState(0);
  const shown = useRef({ select, selected });
  shown.current = { select, selected };
  useLayoutEffect(() => {
    const look = () => {
      if (!Object.is(shown.current.select(store.get()), shown.current.selected)) redraw((count) => count + 1);
    };
    // it may have changed between drawing and now
    look();
    return store.subscribe(look);
  }, [store]);
  return selected;
}
