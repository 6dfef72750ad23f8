import { newKey, Refusal } from '../api/http.js';
import { createStore, type Store } from './observable.js';

const NAME = 'kanal.staff.out';
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15_000;

/** A reply or note that was sent off here and isn't confirmed yet. */
export interface PendingReply {
  readonly key: string;
  /** Who wrote it: nobody else's session may send it. */
  readonly by: string;
  readonly conversationId: string;
  readonly kind: 'say' | 'note';
  readonly text: string;
  readonly fileIds: readonly string[];
  readonly mentions: readonly string[];
  /** The service will not take it: why, and who has the chat if that is it. */
  readonly refused?: { readonly code: string; readonly holder?: string };
}

export type NewReply = Omit<PendingReply, 'key' | 'by' | 'refused'>;

export interface Replies {
  readonly store: Store<{ readonly pending: readonly PendingReply[] }>;
  add(reply: NewReply): void;
  discard(key: string): void;
  retry(key: string): void;
  /** The network or the session may be back: try at once. */
  wake(): void;
}

/** The part of the tab's own store that is used; it throws when it is full. */
export interface ReplyStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

export interface RepliesDeps {
  readonly storage: ReplyStorage | undefined;
  readonly me: () => string | undefined;
  readonly post: (reply: PendingReply) => Promise<unknown>;
  /** Called after the service took one, before it leaves the list. */
  readonly onSent: (reply: PendingReply) => Promise<void>;
}

/**
 * Sends each reply once, in order, however often the network is cut or the page is loaded anew: its key is kept in the
 * tab's own store until the service has answered.
 */
export function createReplies({ storage, me, post, onSent }: RepliesDeps): Replies {
  const store = createStore<{ pending: readonly PendingReply[] }>({ pending: read(storage) });
  let draining = false;
  let wakeUp: () => void = () => undefined;

  function set(pending: readonly PendingReply[]): void {
    store.set({ pending });
    try {
      storage?.setItem(NAME, JSON.stringify(pending));
    } catch {
      // kept in this page only
    }
  }

  function change(key: string, to: (reply: PendingReply) => PendingReply | undefined): void {
    set(store.get().pending.flatMap((each) => (each.key === key ? (to(each) ?? []) : each)));
  }

  function next(): PendingReply | undefined {
    return store.get().pending.find((each) => !each.refused && each.by === me());
  }

  async function drain(): Promise<void> {
    if (draining) return;
    draining = true;
    let failures = 0;
    for (let reply = next(); reply; reply = next()) {
      const { key } = reply;
      try {
        await post(reply);
        await onSent(reply);
        change(key, () => undefined);
        failures = 0;
      } catch (error) {
        // signed in again, one is called to wake
        if (error instanceof Refusal && error.status === 401) break;
        if (error instanceof Refusal && !passes(error)) change(key, (each) => refuse(each, error));
        else await pause(++failures);
      }
    }
    draining = false;
  }

  function pause(failures: number): Promise<void> {
    const waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    store,
    add(reply) {
      const by = me();
      if (by === undefined) return;
      set([...store.get().pending, { ...reply, key: newKey(), by }]);
      void drain();
    },
    discard: (key) => change(key, () => undefined),
    retry(key) {
      // what was refused was not done, so it is a new deed
      change(key, ({ refused: _, ...reply }) => ({ ...reply, key: newKey() }));
      void drain();
    },
    wake() {
      wakeUp();
      void drain();
    },
  };
}

/** What waiting mends: too many at once, or the very same reply still under way from before. */
function passes({ status, code }: Refusal): boolean {
  return status === 429 || code === 'request.conflict';
}

function refuse(reply: PendingReply, { code, details }: Refusal): PendingReply {
  const holder = details['staffName'];
  return { ...reply, refused: typeof holder === 'string' ? { code, holder } : { code } };
}

function read(storage: RepliesDeps['storage']): readonly PendingReply[] {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(NAME) ?? '[]');
    return Array.isArray(kept) ? (kept as PendingReply[]) : [];
  } catch {
    return [];
  }
}
