/** Runs a task after every earlier task of the same key; other keys pass. */
export type InOrder = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** Holds one promise a key that has work, and forgets the key when the work is done. */
export function createKeyedQueue(): InOrder {
  const tails = new Map<string, Promise<unknown>>();

  return (key, task) => {
    // a failed task must not stop those behind it; its caller still sees the error
    const run = (tails.get(key) ?? Promise.resolve()).then(task, task);
    const tail = run.catch(() => undefined);
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return run;
  };
}
