import type { Clock } from '../core/clock.js';
import type { Role } from './actor.js';

const KEEP_MS = 2000;

/** What colleagues may know of each other. */
export interface StaffCard {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly units: readonly string[];
  readonly isAvailable: boolean;
  /** Cases they can hold at a time. */
  readonly capacity: number;
}

/** Everybody of staff who works here now, by id; read every two seconds at most. */
export interface Directory {
  all(): Promise<ReadonlyMap<string, StaffCard>>;
}

export function createDirectory(read: () => Promise<readonly StaffCard[]>, clock: Clock): Directory {
  let known: { readonly atMs: number; readonly value: Promise<ReadonlyMap<string, StaffCard>> } | undefined;
  return {
    all() {
      const nowMs = clock.monotonicMs();
      if (known && nowMs - known.atMs < KEEP_MS) return known.value;
      const value = read().then((cards) => new Map(cards.map((card) => [card.id, card])));
      known = { atMs: nowMs, value };
      value.catch(() => {
        known = undefined;
      });
      return value;
    },
  };
}
