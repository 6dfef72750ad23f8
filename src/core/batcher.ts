/**
 * Collects items and hands them over together: those of one tick at once, or those of `delayMs`. At most `maxInFlight`
 * hand-overs run at a time, so that a slow disk makes batches larger rather than more.
 */
export interface Batcher<Item, Result> {
  /** Resolves or rejects with what `run` gave for this very item. */
  add(item: Item): Promise<Result>;
  /** Resolves when everything added so far has been handed over and answered. */
  drain(): Promise<void>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param run gets 1 to `maxItems` items and returns one result for each, in the same order; if it rejects, all do
 * @param schedule runs its argument soon: `setImmediate` for "this tick", a timer for longer
 */
export function createBatcher<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  options: { maxItems: number; maxInFlight: number; schedule: (flush: () => void) => void },
): Batcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let scheduled = false;
  const inFlight = new Set<Promise<void>>();

  const flush = () => {
    scheduled = false;
    while (waiting.length > 0 && inFlight.size < options.maxInFlight) {
      const batch = waiting.slice(0, options.maxItems);
      waiting = waiting.slice(batch.length);
      const running = handOver(batch).finally(() => {
        inFlight.delete(running);
        if (waiting.length > 0) flush();
      });
      inFlight.add(running);
    }
  };

  const handOver = async (batch: readonly Waiting<Item, Result>[]) => {
    try {
      const results = await run(batch.map((each) => each.item));
      batch.forEach((each, index) => {
        each.resolve(results[index] as Result); // one result an item is `run`'s contract
      });
    } catch (error) {
      for (const each of batch) each.reject(error);
    }
  };

  return {
    add: (item) =>
      new Promise<Result>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (scheduled) return;
        scheduled = true;
        options.schedule(flush);
      }),
    async drain() {
      while (waiting.length > 0 || inFlight.size > 0) {
        flush();
        await Promise.all(inFlight);
      }
    },
  };
}
