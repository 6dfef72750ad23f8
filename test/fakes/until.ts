const LOOK_EVERY_MS = 20;

/**
 * Waits for something that other processes bring about, looking again until it holds.
 * @throws when it doesn't hold in time, saying what was awaited
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
