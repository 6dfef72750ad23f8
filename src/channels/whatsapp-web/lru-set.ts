/** Remembers the last `max` values added. */
export interface LruSet {
  has(value: string): boolean;
  add(value: string): void;
}

export function createLruSet(max: number): LruSet {
  const kept = new Set<string>();
  return {
    has: (value) => kept.has(value),
    add(value) {
      kept.delete(value);
      kept.add(value);
      const oldest = kept.values().next();
      if (kept.size > max && !oldest.done) kept.delete(oldest.value);
    },
  };
}
