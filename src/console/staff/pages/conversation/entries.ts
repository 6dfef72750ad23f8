import type { Note, StaffEntry } from '../../wire.js';

/** Both lists in order; where both have a bubble, the newer word about it holds. */
export function mergeEntries(known: readonly StaffEntry[], newer: readonly StaffEntry[]): readonly StaffEntry[] {
  const all = new Map<string, StaffEntry>();
  for (const entry of [...known, ...newer]) all.set(`${entry.seq}/${entry.part}`, entry);
  return [...all.values()].sort((a, b) => a.seq - b.seq || a.part - b.part);
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

/** What was said and what was noted beside it, by time. Notes from before the oldest bubble wait until that is read. */
export function toLog(entries: readonly StaffEntry[], notes: readonly Note[], hasOlder: boolean): readonly LogItem[] {
  const first = entries[0]?.at;
  const shown = hasOlder && first ? notes.filter((note) => note.at >= first) : notes;
  const items: LogItem[] = entries.map((entry) => ({ kind: 'entry', at: entry.at, entry }));
  for (const note of [...shown].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const after = items.findIndex((item) => item.at > note.at);
    items.splice(after < 0 ? items.length : after, 0, { kind: 'note', at: note.at, note });
  }
  return items;
}
