import { expect } from 'chai';
import type { ConversationView, EntriesPage, Note } from '../../../src/staff/api/conversation.js';
import type { InboxPage } from '../../../src/staff/api/inbox.js';
import { fileCase } from '../../cases/case-life.js';
import { lengthenChat } from '../../fakes/long-chat.js';
import { until } from '../../fakes/until.js';
import { type Colleague, newKey, type Office, officeClock, openOffice, waitingCitizen } from './console-office.js';

const LIST = '/inbox?view=queue';
const HTML = '<img src=x onerror="alert(1)"><script>alert(2)</script>{{7*7}}';

describe('chats on the console', () => {
  let office: Office;
  let sari: Colleague;
  let budi: Colleague;
  let kepala: Colleague;
  let auditor: Colleague;
  before(async () => {
    office = await openOffice({ clock: officeClock() });
    sari = await office.hire('Sari', 'agent', ['meja_bantuan']);
    budi = await office.hire('Budi', 'agent', ['dinas_pu']);
    kepala = await office.hire('Kepala', 'supervisor');
    auditor = await office.hire('Auditor', 'auditor');
  });
  after(() => office.close());

  const db = () => office.test.app.connection.getClient().db(office.test.app.connection.name);
  const listed = async (who: Colleague, path: string, id: string) =>
    (await who.get<InboxPage>(path)).rows.find(({ conversationId }) => conversationId === id);
  const seen = async (who: Colleague, path: string, id: string) => {
    await until(`${path} lists the chat`, async () => (await listed(who, path, id)) !== undefined);
    return listed(who, path, id);
  };

  it('show every agent who waits for a person, longest first, with the time since', async () => {
    const first = await waitingCitizen(office);
    const second = await waitingCitizen(office);
    await seen(budi, LIST, second.conversationId);
    const { rows } = await sari.get<InboxPage>(LIST);
    const order = rows.map(({ conversationId }) => conversationId);
    expect(order.indexOf(first.conversationId)).to.be.lessThan(order.indexOf(second.conversationId));
    expect(rows[0]?.queuedAt).to.be.a('string');
    await until('they are counted', async () => (await sari.get<InboxPage>(LIST)).counts.queue === rows.length);
  });

  it('go on behind the cursor, without a gap or a chat twice', async () => {
    const all = (await kepala.get<InboxPage>('/inbox?view=all')).rows.map(({ conversationId }) => conversationId);
    const paged: string[] = [];
    let cursor = '';
    do {
      const page = await kepala.get<InboxPage>(`/inbox?view=all&limit=1${cursor ? `&cursor=${cursor}` : ''}`);
      paged.push(...page.rows.map(({ conversationId }) => conversationId));
      cursor = page.cursor ?? '';
    } while (cursor);
    expect(paged).to.deep.equal(all);
    const strange = await kepala.send('GET', '/inbox?view=queue&cursor=lastAt.1.abc');
    expect(strange.status).to.equal(400);
  });

  it('count among all each chat once, also one that is held by oneself and of one’s unit', async () => {
    const wati = await office.hire('Wati', 'agent', ['dinas_kesehatan']);
    const held = [(await waitingCitizen(office)).conversationId, (await waitingCitizen(office)).conversationId];
    for (const id of held) await wati.done(`/conversations/${id}/claim`);
    await office.test.app.conversations.rows.drain();
    const rows = db().collection<{ _id: string }>('conversations');
    for (const [index, unit] of ['dinas_kesehatan', 'dinas_pu'].entries())
      await rows.updateOne(
        { _id: held[index] ?? '' },
        { $set: { unit, lastCase: 'LP-260101-0001' }, $unset: { caseless: '' } },
      );
    const { rows: listed, counts } = await wati.get<InboxPage>('/inbox?view=all&limit=100');
    expect(listed.filter(({ staffId }) => staffId === wati.id).length).to.equal(2);
    expect(counts.all).to.equal(listed.length);
  });

  it('mask names, and tell no address anywhere', async () => {
    const { conversationId, citizen } = await waitingCitizen(office, { displayName: 'Siti Aminah' });
    const row = await seen(sari, LIST, conversationId);
    expect(row?.name).to.equal('S••• A•••');
    const text = await (await sari.send('GET', `/conversations/${conversationId}`)).text();
    expect(text).not.to.contain('Aminah').and.not.to.contain(citizen.chatId);
  });

  it('say which words are another person’s, and which are a later form of what was said before', async () => {
    const { conversationId, citizen } = await waitingCitizen(office);
    await citizen.say('Air mati dari kemarin', { externalId: 'pesan-a', forwarded: true });
    await citizen.say('Air mati dari Senin', { edited: { of: 'pesan-a' } });
    const { entries } = await sari.get<ConversationView>(`/conversations/${conversationId}`);
    const marks = entries.filter(({ from }) => from === 'citizen').map(({ forwarded, edited }) => [forwarded, edited]);
    expect(marks).to.deep.equal([
      [undefined, undefined],
      [true, undefined],
      [undefined, true],
    ]);
  });

  it('let one of two win who claim in two processes at once, and tell the other who', async () => {
    const other = await office.test.join();
    for (let round = 0; round < 5; round++) {
      const { conversationId } = await waitingCitizen(office);
      const elsewhere = await budi.at(`http://127.0.0.1:${other.port}`);
      const [one, two] = await Promise.all([
        sari.write('POST', `/conversations/${conversationId}/claim`),
        elsewhere.write('POST', `/conversations/${conversationId}/claim`),
      ]);
      expect([one.status, two.status].sort()).to.deep.equal([200, 409]);
      const lost = (await (one.status === 409 ? one : two).json()) as { code: string; details: { staffId: string } };
      expect(lost.code).to.equal('conversation.taken');
      expect(lost.details.staffId).to.equal(one.status === 200 ? sari.id : budi.id);
    }
  });

  it('keep both when staff answer while the bot is deciding', async () => {
    for (let round = 0; round < 5; round++) {
      const { conversationId, citizen } = await waitingCitizen(office);
      const [heard, claimed] = await Promise.all([
        citizen.say('masih menunggu'),
        sari.done<{ seq: number }>(`/conversations/${conversationId}/claim`),
      ]);
      const said = await sari.done<{ seq: number }>(`/conversations/${conversationId}/say`, { text: 'Saya bantu.' });
      expect(new Set([heard.seq, claimed.seq, said.seq]).size).to.equal(3);
      const { entries } = await sari.get<ConversationView>(`/conversations/${conversationId}`);
      expect(entries.filter(({ from }) => from === 'citizen').at(-1)?.text).to.equal('masih menunggu');
      const spoke = entries.some(({ from, seq }) => from === 'bot' && seq > claimed.seq);
      expect(spoke, 'the bot spoke after the claim').to.equal(false);
    }
  });

  it('say something once, however often it is sent by one key, and refuse the key for anything else', async () => {
    const { conversationId } = await waitingCitizen(office);
    await sari.done(`/conversations/${conversationId}/claim`);
    const path = `/conversations/${conversationId}/say`;
    const key = newKey();
    const sent = await Promise.all([1, 2, 3].map(() => sari.write('POST', path, { text: 'Halo' }, key)));
    expect(sent.filter(({ status }) => status === 200).length).to.be.greaterThan(0);
    expect((await sari.write('POST', path, { text: 'Halo' }, key)).headers.get('idempotency-replayed')).to.equal(
      'true',
    );
    expect((await sari.write('POST', path, { text: 'Lain' }, key)).status).to.equal(422);
    const { entries } = await sari.get<ConversationView>(`/conversations/${conversationId}`);
    expect(entries.filter(({ text }) => text === 'Halo').length).to.equal(1);
    // forgotten answers are made again from the turn
    await db().collection('answers').deleteMany({});
    await sari.write('POST', path, { text: 'Halo' }, key);
    const again = await sari.get<ConversationView>(`/conversations/${conversationId}`);
    expect(again.entries.filter(({ text }) => text === 'Halo').length).to.equal(1);
  });

  it('never mix up the same key of two people', async () => {
    const { conversationId } = await waitingCitizen(office);
    const key = newKey();
    await sari.done(`/conversations/${conversationId}/claim`, {}, key);
    await sari.done(`/conversations/${conversationId}/release`, {}, newKey());
    const claimed = await budi.done<{ seq: number }>(`/conversations/${conversationId}/claim`, {}, key);
    const view = await budi.get<ConversationView>(`/conversations/${conversationId}`);
    expect(view.row).to.include({ staffId: budi.id, lastSeq: claimed.seq });
  });

  it('need a key for what must be done once', async () => {
    const { conversationId } = await waitingCitizen(office);
    expect((await sari.send('POST', `/conversations/${conversationId}/claim`)).status).to.equal(400);
  });

  it('refuse whoever does not hold the chat, and say who does', async () => {
    const { conversationId } = await waitingCitizen(office);
    await sari.done(`/conversations/${conversationId}/claim`);
    for (const deed of ['say', 'release', 'transfer']) {
      const body = deed === 'say' ? { text: 'halo' } : deed === 'transfer' ? { staffId: budi.id } : {};
      const refused = await budi.write('POST', `/conversations/${conversationId}/${deed}`, body);
      expect(refused.status, deed).to.equal(409);
      expect(await refused.json()).to.deep.include({ code: 'conversation.taken', details: { staffId: sari.id } });
    }
  });

  it('let whoever only looks do nothing', async () => {
    const { conversationId } = await waitingCitizen(office);
    expect((await auditor.send('GET', `/conversations/${conversationId}`)).status).to.equal(200);
    for (const deed of ['claim', 'say', 'release', 'transfer', 'notes', 'reveal']) {
      const body = { text: 'halo', unit: 'dinas_pu', reason: 'ingin tahu saja siapa' };
      const own = { claim: {}, release: {}, say: { text: 'x' }, transfer: { unit: 'dinas_pu' }, notes: { text: 'x' } };
      const given = deed in own ? own[deed as keyof typeof own] : { reason: body.reason };
      const refused = await auditor.write('POST', `/conversations/${conversationId}/${deed}`, given);
      expect(refused.status, deed).to.equal(403);
    }
    expect((await auditor.send('GET', '/live')).status).to.equal(403);
  });

  it('be unknown to the agents of other units, by every way in', async () => {
    const { conversationId, number } = await fileCase(
      office.test.app,
      'jalan berlubang dalam di Jl. Melati RT 02 sejak kemarin',
    );
    const path = `/conversations/${conversationId}`;
    await seen(budi, '/inbox?view=unit', conversationId);
    expect((await sari.send('GET', path)).status).to.equal(404);
    expect((await sari.send('GET', `${path}/entries`)).status).to.equal(404);
    for (const [deed, body] of [
      ['claim', {}],
      ['say', { text: 'x' }],
      ['release', {}],
      ['transfer', { staffId: sari.id }],
      ['notes', { text: 'x' }],
      ['presence', { isTyping: true }],
      ['read', {}],
    ] as const) {
      expect((await sari.write('POST', `${path}/${deed}`, body)).status, deed).to.equal(404);
    }
    for (const view of ['mine', 'queue', 'unit', 'all']) {
      expect(await listed(sari, `/inbox?view=${view}`, conversationId), view).to.equal(undefined);
    }
    expect((await sari.get<InboxPage>(`/inbox?q=${number}`)).rows).to.deep.equal([]);
    expect((await budi.get<InboxPage>(`/inbox?q=${number}`)).rows.length).to.equal(1);
  });

  it('are hidden with their restricted case from all but its circle: lists, counts, search, files, stream', async () => {
    const report = 'jalan berlubang dalam di Jl. Kenanga RT 02 sejak kemarin';
    const { conversationId, number } = await fileCase(office.test.app, report);
    await seen(budi, '/inbox?view=unit', conversationId);
    const { fileId } = await office.test.app.files.save(conversationId, Buffer.from('%PDF-1.4\n%%EOF'), {});
    await kepala.done(`/cases/${number}/recategorise`, { seenRev: 1, category: 'perlindungan_perempuan_anak' });
    for (const who of [budi, kepala, auditor]) {
      for (const view of ['mine', 'queue', 'unit', 'all']) {
        expect(await listed(who, `/inbox?view=${view}&limit=100`, conversationId), view).to.equal(undefined);
      }
      expect((await who.get<InboxPage>(`/inbox?q=${number}`)).rows, who.actor.name).to.deep.equal([]);
      expect((await who.send('GET', `/conversations/${conversationId}`)).status).to.equal(404);
      expect((await who.send('GET', `/files/${fileId}`)).status).to.equal(404);
    }
    await until('it is counted no more', async () => {
      const { rows, counts } = await budi.get<InboxPage>('/inbox?view=unit&limit=100');
      return counts.unit === rows.length;
    });
    expect((await budi.write('POST', `/conversations/${conversationId}/claim`)).status).to.equal(404);
    await office.test.app.circles.name('perlindungan_perempuan_anak', [kepala.id]);
    await until(
      'who is named sees it',
      async () => (await listed(kepala, '/inbox?view=all&limit=100', conversationId)) !== undefined,
    );
    await office.test.app.circles.name('perlindungan_perempuan_anak', []);
  });

  it('stay hidden with a restricted case that many newer ones lie before', async () => {
    const report = 'jalan berlubang dalam di Jl. Cempaka RT 05 sejak kemarin';
    const { conversationId, number } = await fileCase(office.test.app, report);
    await kepala.done(`/cases/${number}/recategorise`, { seenRev: 1, category: 'perlindungan_perempuan_anak' });
    await until('its row knows', async () => !(await listed(budi, '/inbox?view=all&limit=100', conversationId)));
    const at = new Date('2036-01-01T00:00:00Z');
    for (let count = 0; count < 30; count++)
      await office.test.app.reporters.add({
        caseNumber: `LP-270101-${count}`,
        conversationId,
        audience: 'complainant',
        at,
      });
    expect((await budi.send('GET', `/conversations/${conversationId}`)).status).to.equal(404);
  });

  it('show what citizens send as the text it is', async () => {
    const { conversationId, citizen } = await waitingCitizen(office, { displayName: HTML });
    await citizen.say(HTML, { displayName: HTML });
    const response = await sari.send('GET', `/conversations/${conversationId}`);
    expect(response.headers.get('content-type')).to.match(/^application\/json/);
    expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
    const view = (await response.json()) as ConversationView;
    expect(view.entries.findLast(({ from }) => from === 'citizen')?.text).to.equal(HTML);
    expect(view.row.name).not.to.contain('<').and.not.to.contain('alert');
  });

  it('show dots in place of a receipt code', async () => {
    const { conversationId, code } = await fileCase(office.test.app);
    const text = await (await kepala.send('GET', `/conversations/${conversationId}`)).text();
    expect(text).to.contain('•••• •••• •••• ••••');
    expect(text)
      .not.to.contain(code)
      .and.not.to.contain(code.replace(/(\d{4})(?=\d)/g, '$1 '));
  });

  it('open at their newest fifty turns, however long they are, and read on into the past', async () => {
    const { conversationId } = await waitingCitizen(office);
    await lengthenChat(office.test.app, conversationId, 20_000);
    const view = await sari.get<ConversationView>(`/conversations/${conversationId}`);
    expect(view.entries.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 50 }, (_, index) => 19_951 + index));
    expect(view.row).to.include({ lastSeq: 20_000, lastText: 'pesan 20000' });
    const older = await sari.get<EntriesPage>(`/conversations/${conversationId}/entries?before=${view.olderBefore}`);
    expect(older.entries.at(-1)?.text).to.equal('pesan 19950');
    const newer = await sari.get<EntriesPage>(`/conversations/${conversationId}/entries?after=19998`);
    expect(newer.entries.map(({ seq }) => seq)).to.deep.equal([19_999, 20_000]);
    expect(newer.newerAfter).to.equal(undefined);
    const middle = await sari.get<EntriesPage>(`/conversations/${conversationId}/entries?after=9000&limit=3`);
    expect(middle.entries.map(({ seq }) => seq)).to.deep.equal([9001, 9002, 9003]);
    expect(middle.newerAfter).to.equal(9003);
  });

  it('pass to a colleague, who holds them from then on, and to the queue of a unit', async () => {
    const { conversationId } = await waitingCitizen(office);
    const path = `/conversations/${conversationId}`;
    await sari.done(`${path}/claim`);
    expect((await sari.write('POST', `${path}/transfer`, { staffId: auditor.id })).status).to.equal(400);
    expect((await sari.write('POST', `${path}/transfer`, { staffId: 'nobody' })).status).to.equal(400);
    expect((await sari.write('POST', `${path}/transfer`, { unit: 'constructor' })).status).to.equal(400);
    await sari.done(`${path}/transfer`, { staffId: budi.id, note: 'Tolong lanjutkan' });
    const view = await budi.get<ConversationView>(path);
    expect(view.row).to.include({ mode: 'staff', staffId: budi.id, staffName: 'Budi' });
    expect(view.may).to.include({ say: true, release: true });
    expect(view.notes.map(({ text, mentions }) => [text, mentions])).to.deep.equal([['Tolong lanjutkan', [budi.id]]]);
    await budi.done(`${path}/transfer`, { unit: 'dinas_pu' });
    await seen(budi, LIST, conversationId);
    expect(await listed(sari, LIST, conversationId), 'it waits for another unit').to.equal(undefined);
  });

  it('let who leads pass on what somebody else holds', async () => {
    const { conversationId } = await waitingCitizen(office);
    await sari.done(`/conversations/${conversationId}/claim`);
    await kepala.done(`/conversations/${conversationId}/transfer`, { staffId: budi.id });
    expect((await budi.get<ConversationView>(`/conversations/${conversationId}`)).row.staffId).to.equal(budi.id);
  });

  it('count as read once somebody has looked, until the citizen writes again', async () => {
    const { conversationId, citizen } = await waitingCitizen(office);
    const unread = async () => (await seen(sari, '/inbox?view=queue', conversationId))?.unread;
    expect(await unread()).to.be.greaterThan(0);
    expect((await sari.send('POST', `/conversations/${conversationId}/read`, {})).status).to.equal(204);
    await until('it is read', async () => (await unread()) === 0);
    await citizen.say('halo?');
    await until('it is unread again', async () => (await unread()) === 1);
    expect((await sari.send('POST', `/conversations/${conversationId}/read`, { seq: 1 })).status).to.equal(204);
    expect(await unread(), 'what was not on screen stays unread').to.equal(1);
  });

  it('carry notes that no citizen ever sees, sealed', async () => {
    const { conversationId } = await waitingCitizen(office);
    const path = `/conversations/${conversationId}/notes`;
    const key = newKey();
    const note = await sari.done<Note>(path, { text: 'Warga ini pernah lapor', mentions: [budi.id] }, key);
    expect(note).to.include({ by: sari.id, byName: 'Sari', text: 'Warga ini pernah lapor' });
    await db().collection('answers').deleteMany({});
    expect((await sari.done<Note>(path, { text: 'Warga ini pernah lapor', mentions: [budi.id] }, key)).id).to.equal(
      note.id,
    );
    expect((await sari.write('POST', path, { text: 'x', mentions: ['nobody'] })).status).to.equal(400);
    const stored = JSON.stringify(await db().collection('notes').find({ subject: conversationId }).toArray());
    expect(stored).not.to.contain('pernah lapor');
    const shown = JSON.stringify(await office.test.app.conversations.transcript(conversationId, 0));
    expect(shown).not.to.contain('pernah lapor');
    const alerts = await office.test.app.connection.collection('alerts').find({ what: 'mentioned' }).toArray();
    expect(alerts.at(-1)).to.include({ subject: conversationId, staffId: budi.id });
  });

  it('are noted in the audit log when opened, once in a while', async () => {
    const { conversationId } = await waitingCitizen(office);
    for (let times = 0; times < 3; times++) await sari.get(`/conversations/${conversationId}`);
    const entries = await db()
      .collection('audit')
      .find({ subject: conversationId, what: 'conversation.read' })
      .toArray();
    expect(entries.map(({ by }) => by)).to.deep.equal([sari.id]);
  });

  it('tell who is behind them only for a reason, and on record', async () => {
    const { conversationId, citizen } = await waitingCitizen(office, { displayName: 'Siti Aminah' });
    const path = `/conversations/${conversationId}/reveal`;
    expect((await sari.write('POST', path, { reason: 'pendek' })).status).to.equal(400);
    expect((await sari.write('POST', path, { reason: 'perlu menelepon balik' })).status, 'not theirs').to.equal(403);
    await sari.done(`/conversations/${conversationId}/claim`);
    const revealed = await sari.done(path, { reason: 'perlu menelepon balik' });
    expect(revealed).to.deep.equal({ name: 'Siti Aminah', channel: 'webchat', chatId: citizen.chatId });
    const noted = await db().collection('audit').findOne({ what: 'conversation.revealed', subject: conversationId });
    expect(noted?.['by']).to.equal(sari.id);
  });

  it('tell who is behind an anonim case only with the consent of a second person', async () => {
    const { conversationId, number } = await fileCase(office.test.app);
    await office.test.app.cases.find(number);
    await db()
      .collection('cases')
      .updateOne({ _id: number as never }, { $set: { 'naming.anonim': true } });
    await office.test.app.conversations.rowScope.refresh(conversationId);
    const path = `/conversations/${conversationId}`;
    const reason = 'perlu ditindak segera';
    const ketua = await office.hire('Ketua', 'supervisor');
    expect((await kepala.get<ConversationView>(path)).row.name).to.equal('Anonim');
    expect((await kepala.write('POST', `${path}/reveal`, { reason })).status).to.equal(403);
    const claimed = await kepala.write('POST', `${path}/reveal`, { reason, approvedBy: ketua.id });
    expect(claimed.status, 'whoever is named must have consented').to.equal(403);
    const self = await kepala.write('POST', `${path}/reveal-approvals`, { staffId: kepala.id });
    expect(self.status).to.equal(400);
    await ketua.done(`${path}/reveal-approvals`, { staffId: kepala.id });
    const revealed = await kepala.done<{ chatId: string }>(`${path}/reveal`, { reason, approvedBy: ketua.id });
    expect(revealed.chatId).to.match(/^warga/);
    expect((await office.test.app.cases.find(number))?.reviewAt).to.be.instanceOf(Date);
  });

  it('ask for that consent also for an anonim case of another office, and have it looked at there', async () => {
    const lead = await office.hire('Pimpin', 'supervisor', ['dinas_pu']);
    const { conversationId, number: secret, citizen } = await fileCase(office.test.app);
    await fileCase(office.test.app, 'jalan berlubang dalam di Jl. Kamboja RT 09 sejak kemarin', citizen);
    await seen(lead, '/inbox?view=unit', conversationId);
    // as it stands before its row has followed
    await db()
      .collection('cases')
      .updateOne({ _id: secret as never }, { $set: { 'naming.anonim': true } });
    const path = `/conversations/${conversationId}`;
    expect((await lead.send('GET', `/cases/${secret}`)).status).to.equal(404);
    expect((await lead.get<ConversationView>(path)).row.name).to.equal('Anonim');
    const reason = 'perlu ditindak segera';
    expect((await lead.write('POST', `${path}/reveal`, { reason })).status).to.equal(403);
    await kepala.done(`${path}/reveal-approvals`, { staffId: lead.id });
    await lead.done(`${path}/reveal`, { reason, approvedBy: kepala.id });
    expect((await office.test.app.cases.find(secret))?.reviewAt).to.be.instanceOf(Date);
  });
});
