import { expect } from 'chai';
import { fits, putRow, scopeOf, toQuery } from '../../../src/console/staff/pages/inbox/inbox-list.js';
import type { InboxRow } from '../../../src/staff/api/inbox.js';

const me = { staffId: 'rina', units: ['dinas_pu'] };
const at = (minute: number) => `2026-11-24T08:${String(minute).padStart(2, '0')}:00.000Z`;

function row(id: string, minute: number, more: Partial<InboxRow> = {}): InboxRow {
  return {
    ...{ conversationId: id, lastSeq: 10, lastAt: at(minute), channel: 'webchat', account: 'main', name: '' },
    ...{ locale: 'id', mode: 'bot', unread: 0, lastText: '', lastFrom: 'citizen', isBlocked: false },
    ...more,
  };
}

const queued = (id: string, minute: number) => row(id, minute, { mode: 'queued', queuedAt: at(minute) });
const mine = (id: string, minute: number) => row(id, minute, { mode: 'staff', staffId: 'rina' });
const ids = (rows: readonly InboxRow[]) => rows.map(({ conversationId }) => conversationId);

describe('a chat in a list of the inbox', () => {
  it('is among mine while I hold it', () => {
    expect(fits(mine('a', 1), { view: 'mine' }, me)).to.equal(true);
    expect(fits(row('a', 1, { mode: 'staff', staffId: 'agus' }), { view: 'mine' }, me)).to.equal(false);
  });

  it('is of my unit, unless it waits in the queue', () => {
    expect(fits(row('a', 1, { unit: 'dinas_pu' }), { view: 'unit' }, me)).to.equal(true);
    expect(fits(row('a', 1, { unit: 'dinas_lh' }), { view: 'unit' }, me)).to.equal(false);
    expect(fits({ ...queued('a', 1), unit: 'dinas_pu' }, { view: 'unit' }, me)).to.equal(false);
    expect(fits(queued('a', 1), { view: 'unit' }, { ...me, units: [] }), 'of every unit').to.equal(true);
  });

  it('must pass every filter', () => {
    const chat = row('a', 1, { unit: 'dinas_pu', unread: 1 });
    expect(fits(chat, { view: 'all', channel: 'webchat', unit: 'dinas_pu', unread: true }, me)).to.equal(true);
    expect(fits(chat, { view: 'all', channel: 'telegram' }, me)).to.equal(false);
    expect(fits(chat, { view: 'all', unit: 'dinas_lh' }, me)).to.equal(false);
    expect(fits({ ...chat, unread: 0 }, { view: 'all', unread: true }, me)).to.equal(false);
  });
});

describe('the inbox after a chat has changed', () => {
  it('has the newest on top, and in the queue who has waited longest', () => {
    expect(ids(putRow([mine('b', 5), mine('a', 3)], mine('a', 7), { view: 'mine' }, me, false))).to.deep.equal([
      'a',
      'b',
    ]);
    const queue = [queued('b', 5), queued('d', 9)];
    expect(ids(putRow(queue, queued('c', 7), { view: 'queue' }, me, false))).to.deep.equal(['b', 'c', 'd']);
  });

  it('no longer has a chat that does not belong any more', () => {
    const taken = row('b', 6, { mode: 'staff', staffId: 'agus', lastSeq: 11 });
    expect(ids(putRow([queued('b', 5)], taken, { view: 'queue' }, me, false))).to.deep.equal([]);
  });

  it('does not go back to what was known before', () => {
    const rows = [mine('a', 7)];
    expect(putRow(rows, { ...queued('a', 1), lastSeq: 9 }, { view: 'mine' }, me, false)).to.equal(rows);
  });

  it('leaves for later what lies behind the end of what is loaded', () => {
    const rows = [mine('b', 5)];
    expect(ids(putRow(rows, mine('old', 1), { view: 'mine' }, me, true))).to.deep.equal(['b']);
    expect(ids(putRow(rows, mine('old', 1), { view: 'mine' }, me, false))).to.deep.equal(['b', 'old']);
  });

  it('shows a search as the service answered it, kept up to date', () => {
    const scope = { view: 'all', q: 'LP-261124-0001' } as const;
    const rows = [row('a', 1)];
    expect(ids(putRow(rows, row('b', 2), scope, me, false))).to.deep.equal(['a']);
    expect(putRow(rows, row('a', 3, { unread: 4 }), scope, me, false)[0]?.unread).to.equal(4);
  });
});

describe('the filter in the address', () => {
  it('comes back as it was, unknown views as mine', () => {
    const query = { view: 'queue', channel: 'telegram', unit: 'dinas_pu', unread: 'true', q: 'LP-1' };
    expect(toQuery(scopeOf(query))).to.deep.equal(query);
    expect(scopeOf({ view: 'constructor' })).to.deep.equal({ view: 'mine' });
  });
});
