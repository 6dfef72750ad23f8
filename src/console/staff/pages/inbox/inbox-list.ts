import type { InboxRow } from '../../wire.js';

export const VIEWS = ['mine', 'queue', 'unit', 'all'] as const;
export type InboxView = (typeof VIEWS)[number];

/** Which chats a list holds. */
export interface InboxScope {
  readonly view: InboxView;
  readonly channel?: string;
  readonly unit?: string;
  readonly unread?: boolean;
  /** Looked for by number: the service alone knows what fits. */
  readonly q?: string;
}

export interface Viewpoint {
  readonly staffId: string;
  /** Empty: of every unit. */
  readonly units: readonly string[];
}

/** Whether a chat belongs into a list, as it stands now. */
export function fits(row: InboxRow, scope: InboxScope, { staffId, units }: Viewpoint): boolean {
  if (scope.channel && row.channel !== scope.channel) return false;
  if (scope.unit && row.unit !== scope.unit) return false;
  if (scope.unread && row.unread === 0) return false;
  if (scope.view === 'mine') return row.mode === 'staff' && row.staffId === staffId;
  if (scope.view === 'queue') return row.mode === 'queued';
  if (scope.view === 'unit' && units.length > 0) {
    return row.mode !== 'queued' && row.unit !== undefined && units.includes(row.unit);
  }
  return true;
}

/**
 * The list after a chat has changed. Nothing is put behind the end of a list that goes on: that part isn't loaded yet.
 */
export function putRow(
  rows: readonly InboxRow[],
  row: InboxRow,
  scope: InboxScope,
  viewpoint: Viewpoint,
  hasMore: boolean,
): readonly InboxRow[] {
  const known = rows.find((each) => each.conversationId === row.conversationId);
  if (known && known.lastSeq > row.lastSeq) return rows;
  if (!known && scope.q) return rows;
  const others = rows.filter((each) => each !== known);
  if (!fits(row, scope, viewpoint)) return known ? others : rows;
  const at = others.findIndex((each) => comesBefore(row, each, scope.view));
  if (at >= 0) return [...others.slice(0, at), row, ...others.slice(at)];
  return hasMore && !known ? rows : [...others, row];
}

/** Who has waited longest is first in the queue; elsewhere what is newest. */
function comesBefore(a: InboxRow, b: InboxRow, view: InboxView): boolean {
  return view === 'queue' ? (a.queuedAt ?? a.lastAt) < (b.queuedAt ?? b.lastAt) : a.lastAt > b.lastAt;
}

export function scopeOf(query: Readonly<Record<string, string>>): InboxScope {
  const view = VIEWS.find((each) => each === query['view']) ?? 'mine';
  const { channel, unit, q } = query as { channel?: string; unit?: string; q?: string };
  return {
    view,
    ...(channel && { channel }),
    ...(unit && { unit }),
    ...(q && { q }),
    ...(query['unread'] === 'true' && { unread: true }),
  };
}

/** The scope as it stands in an address and is asked of the service. */
export function toQuery({ view, channel, unit, unread, q }: InboxScope): Record<string, string | undefined> {
  return { view, channel, unit, unread: unread ? 'true' : undefined, q };
}
