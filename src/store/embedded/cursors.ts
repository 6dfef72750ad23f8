import { randomBytes } from 'node:crypto';
import { StoreError } from './errors.js';
import type { Source } from './query/source.js';

export interface Cursor {
  readonly id: bigint;
  readonly namespace: string;
  readonly source: Source;
  lastUsedMs: number;
  busy: boolean;
}

export interface CursorLimits {
  readonly maxCursors: number;
  readonly maxHeldBytes: number;
  readonly maxIdleMs: number;
}

const CURSOR_LIMITS: CursorLimits = {
  maxCursors: 1000,
  maxHeldBytes: 256 * 1024 * 1024,
  maxIdleMs: 10 * 60 * 1000,
};

/** Open cursors, bounded in number, bytes and age; over a bound the one unused for longest goes. */
export class Cursors {
  private readonly open = new Map<bigint, Cursor>();

  constructor(
    private readonly monotonicMs: () => number,
    private readonly limits: CursorLimits = CURSOR_LIMITS,
  ) {}

  get size(): number {
    return this.open.size;
  }

  add(namespace: string, source: Source): bigint {
    let id = 0n;
    // positive and never 0, which means "no cursor"
    do id = randomBytes(8).readBigUInt64LE() >> 1n;
    while (id === 0n || this.open.has(id));
    this.open.set(id, { id, namespace, source, lastUsedMs: this.monotonicMs(), busy: false });
    this.makeRoom();
    return id;
  }

  /** @throws {StoreError} 43 for one that isn't open (any more), 237 for one in use, 13 for one of another collection */
  take(id: bigint, namespace: string): Cursor {
    this.dropIdle();
    const cursor = this.open.get(id);
    if (!cursor) throw new StoreError(43, `cursor id ${id} not found`);
    if (cursor.namespace !== namespace) {
      throw new StoreError(
        13,
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace`,
      );
    }
    if (cursor.busy) throw new StoreError(237, `cursor id ${id} is already in use`);
    cursor.busy = true;
    return cursor;
  }

  release(cursor: Cursor): void {
    cursor.busy = false;
    cursor.lastUsedMs = this.monotonicMs();
    this.makeRoom();
  }

  kill(id: bigint): boolean {
    return this.open.delete(id);
  }

  killOf(namespace: string): void {
    for (const cursor of this.open.values()) if (cursor.namespace === namespace) this.open.delete(cursor.id);
  }

  dropIdle(): void {
    const before = this.monotonicMs() - this.limits.maxIdleMs;
    for (const cursor of this.open.values()) {
      if (!cursor.busy && cursor.lastUsedMs < before) this.open.delete(cursor.id);
    }
  }

  private makeRoom(): void {
    this.dropIdle();
    let held = 0;
    for (const { source } of this.open.values()) held += source.heldBytes();
    while (this.open.size > this.limits.maxCursors || (held > this.limits.maxHeldBytes && this.open.size > 1)) {
      const oldest = [...this.open.values()]
        .filter((cursor) => !cursor.busy)
        .reduce<Cursor | undefined>(
          (least, each) => (least && least.lastUsedMs <= each.lastUsedMs ? least : each),
          undefined,
        );
      if (!oldest) return;
      held -= oldest.source.heldBytes();
      this.open.delete(oldest.id);
    }
  }
}
