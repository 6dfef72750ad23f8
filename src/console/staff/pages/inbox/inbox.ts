import type { Console } from '../../state/console.js';
import { createPagedList, type PagedList } from '../../state/paged-list.js';
import type { InboxRow, LiveEvent } from '../../wire.js';
import { type InboxScope, putRow, toQuery, type Viewpoint } from './inbox-list.js';

export type Inbox = PagedList<InboxRow, InboxScope>;

/** A list of chats that keeps itself up to date. */
export function createInbox({ api, counts }: Console, viewpoint: Viewpoint): Inbox {
  return createPagedList<InboxRow, InboxScope>({
    first: { view: 'mine' },
    async read(scope, cursor, signal) {
      const page = await api.inbox({ ...toQuery(scope), cursor }, signal);
      if (!signal.aborted) counts.set({ counts: page.counts });
      return page;
    },
    idOf: ({ conversationId }) => conversationId,
    apply: (rows, event, scope, hasMore) =>
      event.type === 'row' ? putRow(rows, event.row, scope, viewpoint, hasMore) : afterOther(rows, event),
  });
}

function afterOther(rows: readonly InboxRow[], event: LiveEvent): readonly InboxRow[] {
  if (event.type === 'row_gone') return rows.filter((each) => each.conversationId !== event.conversationId);
  if (event.type === 'case_gone') {
    return rows.map((row) => (row.case?.number === event.number ? withoutCase(row) : row));
  }
  if (event.type !== 'case' || !rows.some((each) => each.case?.number === event.card.number)) return rows;
  const { card } = event;
  return rows.map((each) => (each.case?.number === card.number ? { ...each, case: card } : each));
}

function withoutCase({ case: _, ...row }: InboxRow): InboxRow {
  return row;
}
