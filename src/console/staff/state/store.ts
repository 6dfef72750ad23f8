import { useLayoutEffect, useState } from 'preact/hooks';

/** A value that parts of the page follow. */
export interface Store<T> {
  get(): T;
  /** Puts fields in place of those they name. */
  set(change: Partial<T>): void;
  subscribe(onChange: () => void): () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  let value = initial;
  const followers = new Set<() => void>();
  return {
    get: () => value,
    set(change) {
      value = { ...value, ...change };
      for (const each of [...followers]) each();
    },
    subscribe(onChange) {
      followers.add(onChange);
      return () => void followers.delete(onChange);
    },
  };
}

/** What `select` takes out of the store; the part is drawn again when that has changed. */
export function useStore<T, S>(store: Store<T>, select: (value: T) => S): S {
  const selected = select(store.get());
  const [, redraw] = useState(0);
  useLayoutEffect(() => {
    let last = selected;
    const look = () => {
      const next = select(store.get());
      if (Object.is(next, last)) return;
      last = next;
      redraw((count) => count + 1);
    };
    // it may have changed between drawing and now
    look();
    return store.subscribe(look);
  }, [store]);
  return selected;
}
