import type { Entry } from './wire.js';

/** Adds what came from the server to what is shown: in order, each (seq, part) once, the newer form winning. */
export function mergeEntries(known: readonly Entry[], incoming: readonly Entry[]): readonly Entry[] {
  if (incoming.length === 0) return known;
  const byPlace = new Map(known.map((entry) => [placeOf(entry), entry]));
  for (const entry of incoming) byPlace.set(placeOf(entry), entry);
  return [...byPlace.values()].sort((a, b) => a.seq - b.seq || a.part - b.part);
}

export function lastSeqOf(entries: readonly Entry[]): number {
  return entries.length > 0 ? (entries[entries.length - 1]?.seq ?? 0) : 0;
}

/** The entry whose buttons still answer: the newest question, as long as the citizen hasn't said anything after it. */
export function openQuestionOf(entries: readonly Entry[]): Entry | undefined {
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    if (!entry || entry.from === 'citizen') return undefined;
    if (entry.options && entry.options.length > 0) return entry;
  }
  return undefined;
}

/**
 * What an entry says beside its buttons: the numbered lines that end the text, for channels without buttons, say the
 * same as they do.
 */
export function wordsOf({ text, options = [] }: Pick<Entry, 'text' | 'options'>): string {
  const list = options.map(({ label }, index) => `${index + 1}. ${label}`).join('\n');
  return list && text.endsWith(list) ? text.slice(0, -list.length).trim() : text;
}

/** What the bot hopes for now, so that the right button can be offered. */
export function expectedNow(entries: readonly Entry[]): Entry['expect'] {
  const last = entries[entries.length - 1];
  return last && last.from !== 'citizen' ? last.expect : undefined;
}

function placeOf(entry: Entry): string {
  return `${entry.seq}/${entry.part}`;
}
