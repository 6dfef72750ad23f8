import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { systemClock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import { streamLive } from '../../../src/http/staff/live.js';
import type { LiveEvent } from '../../../src/staff/api/live.js';
import type { FeedReader } from '../../../src/staff/feed.js';
import { fileCase, moveCase } from '../../cases/case-life.js';
import { until } from '../../fakes/until.js';
import { type Colleague, type Office, officeClock, openOffice, type Stream, waitingCitizen } from './console-office.js';

const isRow =
  (id: string, more: (row: Extract<LiveEvent, { type: 'row' }>['row']) => boolean = () => true) =>
  (event: LiveEvent) =>
    event.type === 'row' && event.row.conversationId === id && more(event.row);
const isGone = (id: string) => (event: LiveEvent) => event.type === 'row_gone' && event.conversationId === id;
const isAlert = (what: string, subject: string) => (event: LiveEvent) =>
  event.type === 'alert' && event.alert.what === what && event.alert.subject === subject;

describe('what changes, told to open consoles', () => {
  const clock = officeClock();
  let office: Office;
  let sari: Colleague;
  let budi: Colleague;
  let kepala: Colleague;
  before(async () => {
    office = await openOffice({ clock });
    sari = await office.hire('Sari', 'agent', ['meja_bantuan']);
    budi = await office.hire('Budi', 'agent', ['dinas_pu']);
    kepala = await office.hire('Kepala', 'supervisor');
  });
  after(() => office.close());

  it('begins with the time, so that a wrong clock counts down right', async () => {
    const stream = await office.follow(sari);
    expect(stream.events[0]).to.include({ type: 'beat' });
    expect(stream.events[0]?.id).to.match(/^\d+$/);
  });

  it('tells whoever may take it of a chat that waits, with its words and an alert', async () => {
    const stream = await office.follow(sari);
    const { conversationId } = await waitingCitizen(office);
    await stream.see(
      'the chat',
      isRow(conversationId, ({ mode }) => mode === 'queued'),
    );
    await stream.see('the alert', isAlert('queue_waiting', conversationId));
    await stream.see('the counts', ({ type }) => type === 'counts');
  });

  it('shows one what the other does, in this process and in another', async () => {
    const other = await office.test.join();
    const elsewhere = await budi.at(`http://127.0.0.1:${other.port}`);
    const here = await office.follow(sari);
    const there = await office.follow(elsewhere);
    const { conversationId } = await waitingCitizen(office);
    await there.see('the chat in another process', isRow(conversationId));
    await sari.done(`/conversations/${conversationId}/claim`);
    const isSaris = isRow(conversationId, ({ staffId }) => staffId === sari.id);
    await Promise.all([here.see('the claim', isSaris), there.see('the claim in another process', isSaris)]);
    await sari.done(`/conversations/${conversationId}/say`, { text: 'Selamat pagi' });
    await there.see(
      'the words',
      isRow(conversationId, ({ lastText }) => lastText === 'Selamat pagi'),
    );
  });

  it('tells who sees a chat no more that it is gone, and nobody of what was never theirs', async () => {
    const { conversationId } = await waitingCitizen(office);
    const [saris, budis] = [await office.follow(sari), await office.follow(budi)];
    await sari.done(`/conversations/${conversationId}/claim`);
    await budis.see('the claim', isRow(conversationId));
    await sari.done(`/conversations/${conversationId}/transfer`, { unit: 'dinas_pu' });
    await budis.see(
      'the chat in the queue of the unit',
      isRow(conversationId, ({ unit }) => unit === 'dinas_pu'),
    );
    await saris.see('the loss', isGone(conversationId));

    const { conversationId: theirs } = await fileCase(
      office.test.app,
      'jalan berlubang dalam di Jl. Melati RT 02 sejak kemarin',
    );
    await budis.see(
      'the report',
      isRow(theirs, ({ case: card }) => card !== undefined),
    );
    const told = saris.events.filter((event) => JSON.stringify(event).includes(theirs) && event.type === 'row');
    expect(told.filter(isRow(theirs, ({ case: card }) => card !== undefined))).to.deep.equal([]);
  });

  it('tells of cases, and of one that was given to somebody', async () => {
    const { number } = await fileCase(office.test.app);
    const unit = (await office.test.app.cases.find(number))?.unit ?? '';
    const nia = await office.hire('Nia', 'agent', [unit]);
    const stream = await office.follow(nia);
    await moveCase(office.test.app, number, ['verified', 'assigned'], { staffId: nia.id });
    await stream.see(
      'the case',
      (event) => event.type === 'case' && event.card.number === number && event.card.staffId === nia.id,
    );
    await stream.see('the alert', isAlert('assigned', number));
  });

  it('gives a chat to the unit its case goes to, also when another process sent it there', async () => {
    const other = await office.test.join();
    const nia = await office.hire('Nia S', 'agent', ['dinas_sosial']);
    const report = 'jalan berlubang dalam di Jl. Anggrek RT 02 sejak kemarin';
    const { number, conversationId } = await fileCase(office.test.app, report);
    await until('the chat is of the unit', async () => (await budi.send('GET', `/conversations/${conversationId}`)).ok);
    const [nias, budis] = [await office.follow(nia), await office.follow(budi)];
    await moveCase(other, number, ['verified', 'transferred'], { unit: 'dinas_sosial' });
    await nias.see(
      'the chat',
      isRow(conversationId, ({ unit }) => unit === 'dinas_sosial'),
    );
    await budis.see('the loss', isGone(conversationId));
    expect((await nia.send('GET', `/conversations/${conversationId}`)).status).to.equal(200);
    expect((await budi.send('GET', `/conversations/${conversationId}`)).status).to.equal(404);
  });

  it('takes a case and its chat from whoever is not in the circle, the moment it is restricted', async () => {
    const { number, conversationId } = await fileCase(
      office.test.app,
      'jalan berlubang dalam di Jl. Kenanga RT 02 sejak kemarin',
    );
    await until('the chat is of the unit', async () => (await budi.send('GET', `/conversations/${conversationId}`)).ok);
    const stream = await office.follow(budi);
    await moveCase(office.test.app, number, ['verified']);
    await stream.see('the case', (event) => event.type === 'case' && event.card.number === number);
    const response = await kepala.write('POST', `/cases/${number}/recategorise`, {
      ...{ seenRev: 2, category: 'perlindungan_perempuan_anak' },
    });
    expect(response.status).to.equal(200);
    await stream.see('the loss of the chat', isGone(conversationId));
    await stream.see('the loss of the case', (event) => event.type === 'case_gone' && event.number === number);
    expect((await budi.send('GET', `/conversations/${conversationId}`)).status).to.equal(404);
    expect((await budi.send('GET', `/cases/${number}`)).status).to.equal(404);
    const before = stream.events.length;
    await office.test.app.conversations.live.changed(conversationId);
    const { conversationId: another } = await waitingCitizen(office);
    await stream.see('something else', isRow(another));
    expect(JSON.stringify(stream.events.slice(before))).not.to.contain(number);
  });

  it('carries notes and who else is there', async () => {
    const { conversationId } = await waitingCitizen(office);
    const stream = await office.follow(budi);
    await sari.send('POST', `/conversations/${conversationId}/presence`, { isTyping: true });
    const seen = await stream.see('who is there', ({ type }) => type === 'viewers');
    expect(seen).to.deep.include({ viewers: [{ staffId: sari.id, name: 'Sari', isTyping: true }] });
    await sari.done(`/conversations/${conversationId}/notes`, { text: 'Sudah saya telepon', mentions: [budi.id] });
    await stream.see('the note', (event) => event.type === 'note' && event.note.text === 'Sudah saya telepon');
    await stream.see('the mention', isAlert('mentioned', conversationId));
  });

  it('goes on where it broke off', async () => {
    const first = await office.follow(sari);
    const { conversationId } = await waitingCitizen(office);
    await first.see('the chat', isRow(conversationId));
    const lastId = first.events.at(-1)?.id ?? '';
    first.stop();
    await sari.done(`/conversations/${conversationId}/claim`);
    await sari.done(`/conversations/${conversationId}/notes`, { text: 'Catatan saat putus' });
    const second: Stream = await office.follow(sari, lastId);
    await second.see(
      'what was missed',
      isRow(conversationId, ({ staffId }) => staffId === sari.id),
    );
    await second.see('the note', (event) => event.type === 'note' && event.note.text === 'Catatan saat putus');
    await second.see('the end of what was missed', ({ type }) => type === 'beat');
    expect((await sari.send('GET', '/live', undefined, { 'Last-Event-ID': 'nonsense' })).status).to.equal(400);
  });

  it('tells of everything another process changes, however much it is', async () => {
    const rows = office.test.app.connection.getClient().db(office.test.app.connection.name).collection('conversations');
    const stream = await office.follow(kepala);
    const now = clock.now();
    const more = {
      lastSeq: 1,
      lastAt: now,
      lane: 'webchat:main',
      mode: 'bot',
      locale: 'id',
      unread: 1,
      inbound: 1,
    };
    const many = Array.from({ length: 2500 }, (_, index) => ({
      ...{ _id: `massal${index}` as never, ...more },
      // rows are written 500 at a time
      changedAt: new Date(now.getTime() + Math.floor(index / 500)),
    }));
    await rows.insertMany(many);
    await until('all of them are told, or that there are too many to be told', () => {
      const told = stream.events.filter(({ type }) => type === 'row' || type === 'reload');
      const ids = told.map((event) => (event.type === 'row' ? event.row.conversationId : event.type));
      return ids.includes('reload') || new Set(ids.filter((id) => id.startsWith('massal'))).size === many.length;
    });
    await rows.deleteMany({ _id: { $in: many.map(({ _id }) => _id) } });
  });

  it('says to read anew when too much was missed', async () => {
    const rows = office.test.app.connection.getClient().db(office.test.app.connection.name).collection('conversations');
    const now = office.test.app.connection && (await rows.findOne({}, { sort: { changedAt: -1 } }))?.['changedAt'];
    const many = Array.from({ length: 400 }, (_, index) => ({
      _id: `viele${index}` as never,
      lastSeq: 1,
      changedAt: now,
    }));
    await rows.insertMany(many);
    const stream = await office.follow(sari, '1');
    await stream.see('the word', ({ type }) => type === 'reload');
    await rows.deleteMany({ _id: { $in: many.map(({ _id }) => _id) } });
  });

  it('ends when whoever reads it may not any more', async () => {
    const gone = await office.hire('Gone', 'agent', ['meja_bantuan']);
    const stream = await office.follow(gone);
    const beganMs = performance.now();
    await office.test.app.staff.accounts.change(gone.id, { isActive: false }, 'cli:test');
    await until('the stream ends', stream.ended, 10_000);
    expect(performance.now() - beganMs).to.be.lessThan(6000);
  });
});

/** One stream by itself, with what is told to it in a test's hands. */
async function streamAlone(since: Date | undefined, resume: () => Promise<string[]>) {
  let reader: FeedReader | undefined;
  let waitingBytes = () => 0;
  const server = createServer((_request, response) => {
    waitingBytes = () => response.writableLength;
    streamLive(response, { staffId: 'sari', name: 'Sari', role: 'agent', units: [], via: 'session' }, since, {
      feed: {
        follow(given) {
          reader = given;
          return () => undefined;
        },
      },
      resume,
      counts: async () => ({ mine: 0, queue: 0, unit: 0, all: 0, unread: 0 }),
      clock: systemClock,
      log: createLog('silent'),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<IncomingMessage>((resolve) => {
    request({ port, host: '127.0.0.1' }, resolve).end();
  });
  return {
    answer,
    waitingBytes: () => waitingBytes(),
    tell: (event: object) => reader?.send(JSON.stringify(event)),
    async close() {
      answer.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a console that reads slowly', () => {
  it('is told to read anew, and holds no more in memory than a little', async () => {
    const stream = await streamAlone(undefined, async () => []);
    stream.answer.pause();
    let most = 0;
    for (let count = 0; count < 20_000; count++) {
      stream.tell({ type: 'row_gone', conversationId: 'x'.repeat(1000) });
      most = Math.max(most, stream.waitingBytes());
    }
    expect(most).to.be.lessThan(1024 * 1024);
    let text = '';
    stream.answer.on('data', (piece: Buffer) => {
      text = (text + piece.toString()).slice(-4000);
    });
    stream.answer.resume();
    await until('it is told', () => text.includes('"reload"'));
    stream.tell({ type: 'row_gone', conversationId: 'after' });
    await until('it goes on', () => text.includes('after'));
    await stream.close();
  });
});

describe('a console that comes back', () => {
  it('may break off again at any event without missing one: ids go on only once all that was missed is out', async () => {
    const since = new Date(systemClock.now().getTime() - 60_000);
    let give: (missed: string[]) => void = () => undefined;
    const stream = await streamAlone(
      since,
      () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    );
    let text = '';
    stream.answer.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    stream.tell({ type: 'row_gone', conversationId: 'meanwhile' });
    give([JSON.stringify({ type: 'row_gone', conversationId: 'missed' })]);
    await until('all of it is out', () => text.includes('"beat"'));
    const idOf = (what: string) =>
      /id: (\d+)$/.exec(text.slice(0, text.indexOf('\ndata:', text.indexOf(what) - 60)))?.[1];
    expect(idOf('meanwhile')).to.equal(String(since.getTime()));
    expect(idOf('missed')).to.equal(String(since.getTime()));
    expect(Number(idOf('beat'))).to.be.greaterThan(since.getTime());
    await stream.close();
  });
});
