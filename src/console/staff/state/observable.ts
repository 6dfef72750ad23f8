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
