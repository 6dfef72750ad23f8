import { expect } from 'chai';
import { createPagedList } from '../../../src/console/staff/state/paged-list.js';
import type { LiveEvent } from '../../../src/staff/api/live.js';

interface Page {
  readonly rows: readonly string[];
  readonly cursor?: string;
}

const gone = (number: string): LiveEvent => ({ type: 'case_gone', number });

describe('a list that follows what happens', () => {
  let asked: { query: string; cursor: string | undefined; signal: AbortSignal; answer: (page: Page) => void }[];
  let refuse: (error: unknown) => void;
  const open = () => {
    asked = [];
    return createPagedList<string, string>({
      first: '',
      read: (query, cursor, signal) =>
        new Promise<Page>((answer, reject) => {
          refuse = reject;
          asked.push({ query, cursor, signal, answer });
        }),
      idOf: (row) => row,
      apply: (rows, event) => (event.type === 'case_gone' ? rows.filter((row) => row !== event.number) : rows),
    });
  };

  it('keeps what happened while a page was on its way', async () => {
    const list = open();
    const loaded = list.load('semua');
    list.take(gone('b'));
    asked[0]?.answer({ rows: ['a', 'b'] });
    await loaded;
    expect(list.store.get()).to.deep.include({ rows: ['a'], isLoading: false });
  });

  it('reads on behind its end, and has nothing twice', async () => {
    const list = open();
    const loaded = list.load('semua');
    asked[0]?.answer({ rows: ['a', 'b'], cursor: 'behind-b' });
    await loaded;
    const more = list.more();
    expect(asked[1]).to.include({ query: 'semua', cursor: 'behind-b' });
    asked[1]?.answer({ rows: ['b', 'c'] });
    await more;
    expect(list.store.get().rows).to.deep.equal(['a', 'b', 'c']);
    await list.more();
    expect(asked.length, 'there is no more').to.equal(2);
  });

  it('shows what was asked for last, however late an earlier answer comes', async () => {
    const list = open();
    const first = list.load('lama');
    const second = list.load('baru');
    expect(asked[0]?.signal.aborted).to.equal(true);
    asked[1]?.answer({ rows: ['baru'] });
    asked[0]?.answer({ rows: ['lama'] });
    await Promise.all([first, second]);
    expect(list.store.get().rows).to.deep.equal(['baru']);
  });

  it('says why it could not be read, and keeps what it has', async () => {
    const list = open();
    const loaded = list.load('semua');
    asked[0]?.answer({ rows: ['a'], cursor: 'x' });
    await loaded;
    const more = list.more();
    refuse(new Error('away'));
    await more;
    expect(list.store.get()).to.deep.include({ rows: ['a'], isLoading: false });
    expect(list.store.get().failure).to.be.instanceOf(Error);
  });

  it('shows nothing of another list where this one could not be read', async () => {
    const list = open();
    const loaded = list.load('antrean');
    asked[0]?.answer({ rows: ['a'], cursor: 'x' });
    await loaded;
    const other = list.load('semua');
    refuse(new Error('away'));
    await other;
    expect(list.store.get()).to.deep.include({ rows: [], cursor: undefined });
  });

  it('reads again the very page that could not be read', async () => {
    const list = open();
    const loaded = list.load('semua');
    asked[0]?.answer({ rows: ['a'], cursor: 'behind-a' });
    await loaded;
    const more = list.more();
    refuse(new Error('away'));
    await more;
    const again = list.retry();
    expect(asked[2]).to.include({ cursor: 'behind-a' });
    asked[2]?.answer({ rows: ['b'] });
    await again;
    expect(list.store.get().rows).to.deep.equal(['a', 'b']);
  });

  it('is read anew when too much was missed', async () => {
    const list = open();
    list.take({ type: 'reload' });
    expect(asked.length).to.equal(1);
  });
});
