import type { LiveEvent, Note, StaffEntry } from '../../wire.js';

/** Both lists in order; where both have a bubble, the newer word about it holds. */
export function mergeEntries(known: readonly StaffEntry[], newer: readonly StaffEntry[]): readonly StaffEntry[] {
  const all = new Map<string, StaffEntry>();
  for (const entry of [...known, ...newer]) all.set(`${entry.seq}/${entry.part}`, entry);
  return [...all.values()].sort((a, b) => a.seq - b.seq || a.part - b.part);
}

/** With what has become of messages since; the very same list when nothing has. */
export function withDeliveries(
  entries: readonly StaffEntry[],
  deliveries: Extract<LiveEvent, { type: 'deliveries' }>['deliveries'],
): readonly StaffEntry[] {
  const news = new Map(deliveries.map(({ seq, part, delivery }) => [`${seq}/${part}`, delivery]));
  const changed = entries.map((entry) => {
    const delivery = news.get(`${entry.seq}/${entry.part}`);
    return !delivery || delivery.state === entry.delivery?.state ? entry : { ...entry, delivery };
  });
  return changed.some((entry, index) => entry !== entries[index]) ? changed : entries;
}

/** So many bubbles stay in the page, and twice as many while one reads on above what is coming in. */
export const MAX_HELD = 300;

/** The part of a conversation that is in the page. */
export interface Stretch {
  readonly entries: readonly StaffEntry[];
  /** There is more before this turn. */
  readonly olderBefore?: number | undefined;
  /** There is more after this turn: the end isn't in the page. */
  readonly newerAfter?: number | undefined;
}

/** Without the newest of too many; whole turns, so that reading on misses nothing. */
export function cutNewest({ entries, olderBefore, newerAfter }: Stretch, max = MAX_HELD): Stretch {
  const beyond = entries[max];
  if (!beyond) return { entries, olderBefore, newerAfter };
  const kept = entries.slice(0, max).filter(({ seq }) => seq < beyond.seq);
  return { entries: kept, olderBefore, newerAfter: kept[kept.length - 1]?.seq };
}

/** Without the oldest of too many; whole turns. */
export function cutOldest({ entries, olderBefore, newerAfter }: Stretch, max = MAX_HELD): Stretch {
  const beyond = entries[entries.length - max - 1];
  if (!beyond) return { entries, olderBefore, newerAfter };
  const kept = entries.slice(-max).filter(({ seq }) => seq > beyond.seq);
  return { entries: kept, olderBefore: kept[0]?.seq, newerAfter };
}

const UNFINISHED = new Set(['due', 'sending', 'sent', 'delivered']);

/** From where to read again: behind the newest bubble, but before what is still under way to its reader. */
export function readFrom(entries: readonly StaffEntry[]): number {
  const last = entries[entries.length - 1]?.seq ?? 0;
  const open = entries.find(
    ({ seq, delivery }) => seq > last - LOOK_BACK && delivery && UNFINISHED.has(delivery.state),
  );
  return open ? open.seq - 1 : last;
}

/** Receipts for what is older change nothing for the one who writes now. */
const LOOK_BACK = 20;

export type LogItem =
  | { readonly kind: 'entry'; readonly at: string; readonly entry: StaffEntry }
  | { readonly kind: 'note'; readonly at: string; readonly note: Note };

/** What was said and what was noted beside it, by time. Notes from beyond what is in the page wait until that is read. */
export function toLog({ entries, olderBefore, newerAfter }: Stretch, notes: readonly Note[]): readonly LogItem[] {
  const first = entries[0]?.at;
  const last = entries[entries.length - 1]?.at;
  const shown = notes.filter(
    ({ at }) => !(olderBefore !== undefined && first && at < first) && !(newerAfter !== undefined && last && at > last),
  );
  const items: LogItem[] = entries.map((entry) => ({ kind: 'entry', at: entry.at, entry }));
  for (const note of [...shown].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const after = items.findIndex((item) => item.at > note.at);
    items.splice(after < 0 ? items.length : after, 0, { kind: 'note', at: note.at, note });
  }
  return items;
}
