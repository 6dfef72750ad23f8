/** So many people's affairs go on at once: enough to keep store and processor busy, few enough for its pool. */
const AT_ONCE = 24;

/** What is going to happen, each at its time. */
export interface Agenda {
  /** @param run is called with the time it was put at */
  add(at: Date, run: (at: Date) => Promise<void>): void;
  /** Does what lies before `until`, what it adds included: each as early as it can be, many at once. */
  play(until: Date): Promise<void>;
}

interface Entry {
  readonly at: Date;
  readonly run: (at: Date) => Promise<void>;
}

export function createAgenda(): Agenda {
  // latest first, so that the next one is at the end
  const entries: Entry[] = [];

  const take = (until: Date): Entry | undefined => {
    const next = entries.at(-1);
    return next && next.at < until ? entries.pop() : undefined;
  };

  const work = async (until: Date) => {
    for (let next = take(until); next; next = take(until)) await next.run(next.at);
  };

  return {
    add(at, run) {
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((entries[middle]?.at ?? at) > at) low = middle + 1;
        else high = middle;
      }
      entries.splice(low, 0, { at, run });
    },
    async play(until) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => work(until)));
    },
  };
}
