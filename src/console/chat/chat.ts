import { followMessages, getMessages, openSession, postMessage, Refusal, uploadFile } from './api.js';
import type { Blobs } from './blobs.js';
import { lastSeqOf, mergeEntries } from './entries.js';
import type { Outbox, QueuedMessage, Store } from './outbox.js';
import type { Choice, Entry, GeoPoint, Outgoing } from './wire.js';

const TOKEN = 'kanal.token';
/** What is being written, kept by the composer. */
export const DRAFT = 'kanal.draft';
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15_000;

export interface ChatState {
  readonly entries: readonly Entry[];
  /** Written here and not confirmed yet, oldest first. */
  readonly queue: readonly QueuedMessage[];
  /** The chat's history is being fetched for the first time. */
  readonly loading: boolean;
  readonly offline: boolean;
  /** The queued message on its way now, and how much of its files is there (0 to 1). */
  readonly sending: { readonly key: string; readonly progress: number } | undefined;
  readonly token: string | undefined;
}

export interface NewMessage {
  readonly text?: string;
  readonly choice?: Choice;
  readonly location?: GeoPoint;
  readonly files?: readonly { readonly name: string; readonly blob: Blob }[];
}

export interface Chat {
  readonly state: ChatState;
  /** Starts following; `onChange` hears of every new state. */
  start(onChange: (state: ChatState) => void): void;
  /** Queues a message; it is sent once, in order, now or when there is a network. */
  send(message: NewMessage): Promise<void>;
  /** Drops a refused message, or sends it again without its files. */
  discard(key: string): void;
  sendWithoutFiles(key: string): void;
  /** The network may be back: try at once. */
  wake(): void;
  /** A file that is still on its way, to be shown. */
  blob(blobId: string): Promise<Blob | undefined>;
  /** Takes the chat off this device; what was filed stays filed. */
  forget(): Promise<void>;
}

export function createChat(store: Store, outbox: Outbox, blobs: Blobs): Chat {
  let state: ChatState = {
    entries: [],
    queue: outbox.list(),
    loading: false,
    offline: false,
    sending: undefined,
    token: store.getItem(TOKEN) ?? undefined,
  };
  let tell: (state: ChatState) => void = () => undefined;
  let draining = false;
  let lastQueuedAt = 0;
  let following: AbortController | undefined;
  let failures = 0;
  const sleepers = new Set<() => void>();

  function set(change: Partial<ChatState>): void {
    state = { ...state, ...change };
    tell(state);
  }

  function setQueue(): void {
    set({ queue: outbox.list() });
  }

  /** Changes a queued message, unless it has left the queue meanwhile. */
  function update(message: QueuedMessage): void {
    if (outbox.list().some((each) => each.key === message.key)) outbox.replace(message);
    setQueue();
  }

  /** Takes a message out of the queue, with its files. */
  function drop(key: string): void {
    const item = outbox.list().find((each) => each.key === key);
    for (const file of item?.files ?? []) void blobs.remove(file.blobId);
    outbox.remove(key);
  }

  /** Takes in what the service says. A queued message that comes back this way has arrived, answer or not. */
  function take(entries: readonly Entry[]): void {
    for (const { key } of entries) if (key) drop(key);
    set({ entries: mergeEntries(state.entries, entries), queue: outbox.list() });
  }

  function reached(): void {
    failures = 0;
    if (state.offline) set({ offline: false });
  }

  /** Waits longer after each failure, until the time is over or somebody calls `wake`. */
  function pause(): Promise<void> {
    failures += 1;
    set({ offline: true });
    // all pages lose a service that stops at the same moment; they should not all come back at one
    const jitter = 0.75 + Math.random() / 2;
    const waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)) * jitter;
    return new Promise((resolve) => {
      const wakeUp = () => {
        clearTimeout(timer);
        sleepers.delete(wakeUp);
        resolve();
      };
      const timer = setTimeout(wakeUp, waitMs);
      sleepers.add(wakeUp);
    });
  }

  function dropToken(): void {
    store.removeItem(TOKEN);
    set({ token: undefined, entries: [], loading: false });
  }

  async function tokenOrNew(): Promise<string> {
    if (state.token) return state.token;
    // another tab of this device may have opened the chat meanwhile
    const token = store.getItem(TOKEN) ?? (await openSession());
    keep(store, TOKEN, token);
    set({ token });
    void follow();
    return token;
  }

  async function drain(): Promise<void> {
    if (draining) return;
    draining = true;
    for (let item = nextOf(state.queue); item; item = nextOf(state.queue)) {
      try {
        await deliver(item);
        reached();
      } catch (error) {
        set({ sending: undefined });
        if (error instanceof Refusal && error.status !== 401) {
          update({ ...item, refused: error.code });
        } else {
          if (error instanceof Refusal) dropToken();
          await pause();
        }
      }
    }
    draining = false;
  }

  async function deliver(item: QueuedMessage): Promise<void> {
    set({ sending: { key: item.key, progress: 0 } });
    const token = await tokenOrNew();
    const attachments = await upload(item, token);
    const entries = await postMessage(token, toOutgoing(item, attachments));
    drop(item.key);
    state = { ...state, sending: undefined };
    take(entries);
  }

  /** Uploads what isn't there yet, noting each file that is, so that a cut costs one file and not all. */
  async function upload(item: QueuedMessage, token: string): Promise<readonly string[]> {
    const files = [...(item.files ?? [])];
    const fileIds: string[] = [];
    for (const [index, file] of files.entries()) {
      const fileId = file.fileId ?? (await uploadOne(item.key, token, file.blobId, index, files.length));
      fileIds.push(fileId);
      files[index] = { ...file, fileId };
      if (!file.fileId) update({ ...item, files: [...files] });
    }
    return fileIds;
  }

  async function uploadOne(key: string, token: string, blobId: string, index: number, count: number): Promise<string> {
    const blob = await blobs.get(blobId);
    if (!blob) throw new Refusal(400, 'file.lost');
    return uploadFile(token, blob, (share) => set({ sending: { key, progress: (index + share) / count } }));
  }

  async function follow(): Promise<void> {
    following?.abort();
    const mine = new AbortController();
    following = mine;
    while (!mine.signal.aborted && state.token) {
      try {
        if (state.loading) {
          const entries = await getMessages(state.token, 0);
          take(entries);
          set({ loading: false });
        }
        await followMessages(state.token, lastSeqOf(state.entries), mine.signal, reached, take);
      } catch (error) {
        if (mine.signal.aborted) return;
        if (error instanceof Refusal && error.status === 401) return dropToken();
        await pause();
      }
    }
  }

  return {
    get state() {
      return state;
    },

    start(onChange) {
      tell = onChange;
      if (state.token) {
        set({ loading: true });
        void follow();
      }
      void drain();
    },

    async send({ text, choice, location, files = [] }) {
      lastQueuedAt = Math.max(Date.now(), lastQueuedAt + 1);
      const key = randomKey();
      const queued = files.map(({ name, blob }, index) => ({
        blobId: `${key}.${index}`,
        name,
        mimeType: blob.type,
        sizeBytes: blob.size,
      }));
      await Promise.all(files.map(({ blob }, index) => blobs.put(`${key}.${index}`, blob)));
      const seenSeq = lastSeqOf(state.entries);
      outbox.add({
        key,
        queuedAt: lastQueuedAt,
        ...(text && { text }),
        ...(choice && { choice }),
        ...(location && { location }),
        ...(seenSeq > 0 && { seenSeq }),
        ...(queued.length > 0 && { files: queued }),
      });
      setQueue();
      void drain();
    },

    discard(key) {
      drop(key);
      setQueue();
    },

    sendWithoutFiles(key) {
      const item = state.queue.find((each) => each.key === key);
      if (!item) return;
      const { files = [], refused: _, ...words } = item;
      for (const file of files) void blobs.remove(file.blobId);
      outbox.replace(words);
      setQueue();
      void drain();
    },

    wake() {
      failures = 0;
      for (const wakeUp of [...sleepers]) wakeUp();
      void drain();
    },

    blob: (blobId) => blobs.get(blobId),

    async forget() {
      following?.abort();
      for (const { key } of outbox.list()) outbox.remove(key);
      await blobs.clear();
      store.removeItem(DRAFT);
      dropToken();
      setQueue();
    },
  };
}

function toOutgoing(item: QueuedMessage, attachments: readonly string[]): Outgoing {
  const { key, text, choice, location, seenSeq } = item;
  return {
    key,
    ...(text && { text }),
    ...(choice && { choice }),
    ...(location && { location }),
    ...(seenSeq !== undefined && { seenSeq }),
    ...(attachments.length > 0 && { attachments }),
  };
}

function nextOf(queue: readonly QueuedMessage[]): QueuedMessage | undefined {
  return queue.find((item) => item.refused === undefined);
}

function keep(store: Store, name: string, value: string): void {
  try {
    store.setItem(name, value);
  } catch {
    // the chat works on until the page is closed
  }
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => `0${byte.toString(16)}`.slice(-2)).join('');
}
