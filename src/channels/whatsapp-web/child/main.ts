import { type FromChild, type ToChild, ToChildSchema } from '../wire.js';
import { failureOf } from './failure-code.js';
import { type BrowserSession, createBrowserSession } from './session.js';

/** A browser that doesn't close in time is left to the operating system: its pipe ends with this process. */
const CLOSE_LIMIT_MS = 4000;

/**
 * The process that holds the browser. It lives and dies with one session: whatever goes wrong in it ends it, and the
 * service starts another. It reads no environment and writes no file but the browser's profile.
 */
let session: BrowserSession | undefined;
let ending = false;

function tell(message: FromChild): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function end(code: number, lastWord?: FromChild): void {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(code), CLOSE_LIMIT_MS);
  const closed = session?.stop().catch(() => undefined);
  const told = new Promise<void>((resolve) => {
    if (!lastWord || !process.connected) return resolve();
    process.send?.(lastWord, undefined, undefined, () => resolve());
  });
  void Promise.all([closed, told]).then(() => process.exit(code));
}

function lost(reason: string, detail?: string): void {
  end(1, { type: 'lost', reason: reason.slice(0, 64), ...(detail === undefined ? {} : { detail }) });
}

async function answer({ id, call }: Extract<ToChild, { type: 'call' }>): Promise<void> {
  try {
    if (!session) return tell({ type: 'failed', id, code: 'not_ready', detail: 'the session was not started' });
    tell({ type: 'answer', id, value: await session.call(call) });
  } catch (error) {
    tell({ type: 'failed', id, ...failureOf(error) });
  }
}

process.on('message', (raw) => {
  const message = ToChildSchema.parse(raw);
  if (message.type === 'stop') return end(0);
  if (message.type === 'call') return void answer(message);
  session ??= createBrowserSession(message.settings, tell, lost);
  session.start().catch((error: unknown) => lost('start_failed', startDetail(error)));
});

/** Before ready nobody has said anything, so what the browser complains of may be told. */
function startDetail(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}

// the service is gone: nobody would stop us any more
process.on('disconnect', () => end(0));
// terminals and service managers signal all processes at once; the service tells us in its own time
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
// the library re-injects itself on its own, and what it throws then reaches nobody else
process.on('unhandledRejection', (error) => lost('library_failed', failureOf(error).detail));
process.on('uncaughtException', (error) => lost('library_failed', failureOf(error).detail));

tell({ type: 'hello' });
