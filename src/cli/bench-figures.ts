import { once } from 'node:events';
import { createServer } from 'node:net';

/** The value below which this share (0..1) of them lie, to a tenth; 0 when there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
}

/** How many milliseconds it takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

/** Resolves after so long; at once when that has passed already. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** Below those that systems hand out by themselves (from 32,768 or 49,152): a service may be restarted on one. */
const PORTS = { from: 12_000, count: 20_000 } as const;

/** A TCP port of this machine that nobody listens on, nor is given one by the system while it is free for a moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
    const server = createServer().listen(port, '127.0.0.1');
    const isOurs = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isOurs) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
