import { createEventParser } from '../../chat/sse.js';
import { type Http, Refusal } from '../api/http.js';
import { createStore, type Store } from '../state/store.js';
import type { LiveEvent } from '../wire.js';

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 10_000;
/** The service beats every 15 s; twice silent is gone. */
const SILENCE_MS = 35_000;

export type LiveStatus = 'connecting' | 'open' | 'lost';
type Listener = (event: LiveEvent) => void;

export interface Live {
  readonly status: Store<{ readonly is: LiveStatus }>;
  start(): void;
  stop(): void;
  /** The network may be back: try at once. */
  wake(): void;
  on(listener: Listener): () => void;
}

/**
 * Follows what changes, for as long as it runs. A stream that breaks is opened again behind the last event that came,
 * so that nothing is missed. It ends when the session does: `http` tells of that.
 */
export function createLive(http: Http): Live {
  const status = createStore<{ is: LiveStatus }>({ is: 'connecting' });
  const listeners = new Set<Listener>();
  let running: AbortController | undefined;
  let wakeUp: () => void = () => undefined;

  function take(event: LiveEvent): void {
    for (const listener of [...listeners]) listener(event);
  }

  async function follow(signal: AbortSignal): Promise<void> {
    let lastId: string | undefined;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await readStream(http, lastId, signal, {
          onOpen() {
            failures = 0;
            status.set({ is: 'open' });
          },
          onEvent(id, event) {
            if (id) lastId = id;
            take(event);
          },
        });
      } catch (error) {
        if (signal.aborted || (error instanceof Refusal && error.status === 401)) return;
      }
      failures += 1;
      status.set({ is: 'lost' });
      await pause(failures);
    }
  }

  function pause(failures: number): Promise<void> {
    // all consoles lose a service that stops at the same moment; they should not all come back at one
    const jitter = 0.5 + Math.random();
    const waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)) * jitter;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    status,
    start() {
      running?.abort();
      running = new AbortController();
      status.set({ is: 'connecting' });
      void follow(running.signal);
    },
    stop() {
      running?.abort();
      running = undefined;
      wakeUp();
    },
    wake: () => wakeUp(),
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

interface StreamHandlers {
  readonly onOpen: () => void;
  readonly onEvent: (id: string, event: LiveEvent) => void;
}

/** Reads one stream until it ends. */
async function readStream(
  http: Http,
  lastId: string | undefined,
  signal: AbortSignal,
  { onOpen, onEvent }: StreamHandlers,
): Promise<void> {
  const silence = new AbortController();
  const end = () => silence.abort();
  signal.addEventListener('abort', end);
  let timer = setTimeout(end, SILENCE_MS);
  try {
    const response = await http.stream('/live', lastId, silence.signal);
    onOpen();
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    // the contract's schema made it on the other side
    const parse = createEventParser(({ id, data }) => onEvent(id, JSON.parse(data) as LiveEvent));
    for (;;) {
      const piece = await reader?.read();
      if (!piece || piece.done) return;
      clearTimeout(timer);
      timer = setTimeout(end, SILENCE_MS);
      parse(decoder.decode(piece.value, { stream: true }));
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
