import type { Outgoing } from './wire.js';

/** A file waiting to be uploaded; its bytes are kept apart (see blobs.ts). */
export interface QueuedFile {
  readonly blobId: string;
  readonly name: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** Set once the server has it. */
  readonly fileId?: string;
}

export interface QueuedMessage extends Omit<Outgoing, 'attachments'> {
  readonly queuedAt: number;
  readonly files?: readonly QueuedFile[];
  /** The server will never take it as it is: why, as an error code. */
  readonly refused?: string;
}

/** The part of `localStorage` that is used; it throws when it is full or forbidden. */
export interface Store {
  readonly length: number;
  key(index: number): string | null;
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface Outbox {
  /** Oldest first. */
  list(): readonly QueuedMessage[];
  /** @returns false when it could not be kept beyond this page's life */
  add(message: QueuedMessage): boolean;
  replace(message: QueuedMessage): void;
  remove(key: string): void;
}

const PREFIX = 'kanal.out.';
const TIME_DIGITS = 15;

/**
 * What was written and isn't confirmed yet. Each message is its own item of the store, so that two tabs never
 * overwrite each other's; what the store doesn't take is kept in memory.
 */
export function createOutbox(store: Store): Outbox {
  const inMemory = new Map<string, QueuedMessage>();

  function names(): string[] {
    const found: string[] = [];
    for (let index = 0; index < store.length; index++) {
      const name = store.key(index);
      if (name && name.indexOf(PREFIX) === 0) found.push(name);
    }
    return found;
  }

  function put(message: QueuedMessage): boolean {
    try {
      store.setItem(nameOf(message), JSON.stringify(message));
      inMemory.delete(message.key);
      return true;
    } catch {
      inMemory.set(message.key, message);
      return false;
    }
  }

  return {
    list() {
      const kept = names().map((name) => parse(store.getItem(name)));
      const all = [...kept, ...inMemory.values()].filter((each): each is QueuedMessage => each !== undefined);
      return all.sort((a, b) => a.queuedAt - b.queuedAt);
    },
    add: put,
    replace: put,
    remove(key) {
      inMemory.delete(key);
      for (const name of names()) if (name.slice(PREFIX.length + TIME_DIGITS + 1) === key) store.removeItem(name);
    },
  };
}

function nameOf({ queuedAt, key }: QueuedMessage): string {
  return `${PREFIX}${String(queuedAt).padStart(TIME_DIGITS, '0')}.${key}`;
}

function parse(value: string | null): QueuedMessage | undefined {
  try {
    return value === null ? undefined : (JSON.parse(value) as QueuedMessage);
  } catch {
    return undefined;
  }
}
