const LIMIT_MS = 10_000;

/** Waits for what real sockets bring about, looking whenever the event loop has turned. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
