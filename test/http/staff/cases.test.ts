import { expect } from 'chai';
import type { Case } from '../../../src/cases/case.js';
import { createLabelStore } from '../../../src/cases/label-store.js';
import type { BulkAnswer, CasesPage, CaseView, SimilarAnswer } from '../../../src/staff/api/case.js';
import type { ConversationView } from '../../../src/staff/api/conversation.js';
import { fileCase } from '../../cases/case-life.js';
import { until } from '../../fakes/until.js';
import { type Colleague, newKey, type Office, officeClock, openOffice, waitingCitizen } from './console-office.js';

const ROAD = 'jalan berlubang dalam di Jl. Melati RT 02 sejak kemarin';
const UNIT = 'dinas_pu';

describe('cases on the console', () => {
  let office: Office;
  let budi: Colleague;
  let sari: Colleague;
  let koord: Colleague;
  let kepala: Colleague;
  let auditor: Colleague;
  let admin: Colleague;
  before(async () => {
    office = await openOffice({ clock: officeClock() });
    budi = await office.hire('Budi', 'agent', [UNIT]);
    sari = await office.hire('Sari', 'agent', ['meja_bantuan']);
    koord = await office.hire('Koord', 'coordinator', [UNIT]);
    kepala = await office.hire('Kepala', 'supervisor');
    auditor = await office.hire('Auditor', 'auditor');
    admin = await office.hire('Admin', 'admin');
  });
  after(() => office.close());

  const db = () => office.test.app.connection.getClient().db(office.test.app.connection.name);
  const numbers = async (who: Colleague, path: string) =>
    (await who.get<CasesPage>(path)).cases.map(({ number }) => number);
  const move = (who: Colleague, number: string, body: Record<string, unknown>) =>
    who.write('POST', `/cases/${number}/move`, body);

  it('go their whole way by what the page offers, with everything the steps require', async () => {
    const { number, conversationId } = await fileCase(office.test.app, ROAD);
    let view = await budi.get<CaseView>(`/cases/${number}`);
    expect(view.card).to.include({ number, status: 'received', unit: UNIT, rev: 1, anonim: false });
    expect(view.report?.description).to.contain('jalan berlubang');
    expect(view.reporters).to.deep.equal([{ conversationId, audience: 'complainant', isReachable: true }]);
    expect(view.clocks.map(({ name }) => name)).to.include('verify');
    expect(view.route.unit).to.equal(UNIT);
    const steps: readonly Record<string, unknown>[] = [
      { to: 'verified' },
      { to: 'assigned', unit: UNIT, staffId: budi.id },
      { to: 'in_progress' },
      { to: 'resolved', result: 'Lubang sudah ditambal.', noProofReason: 'Foto menyusul besok', outcome: 'solved' },
    ];
    for (const step of steps) {
      const who = step['to'] === 'assigned' ? koord : budi;
      const offered = (await who.get<CaseView>(`/cases/${number}`)).actions.find(({ to }) => to === step['to']);
      expect(offered, `${step['to']} is offered`).to.not.equal(undefined);
      for (const field of offered?.requires ?? [])
        expect(field === 'proofFileIds' ? 'noProofReason' in step : field in step, field).to.equal(true);
      view = await who.get<CaseView>(`/cases/${number}`);
      const moved = await move(who, number, { ...step, seenRev: view.card.rev });
      expect(moved.status, `${step['to']}: ${await moved.clone().text()}`).to.equal(200);
    }
    view = await budi.get<CaseView>(`/cases/${number}`);
    expect(view.card).to.include({ status: 'resolved', staffName: 'Budi' });
    expect(view.history.at(-1)).to.deep.include({
      what: 'resolve',
      by: { kind: 'staff', staffId: budi.id, name: 'Budi' },
    });
    expect(view.history.at(-1)?.words['result']).to.equal('Lubang sudah ditambal.');
  });

  it('say when somebody else was faster, and what holds now', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    const bodies = [budi, koord].map((who) => move(who, number, { to: 'verified', seenRev: 1 }));
    const done = await Promise.all(bodies);
    expect(done.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
    const late = (await done.find(({ status }) => status === 409)?.json()) as { code: string; details: object };
    expect(late.code).to.equal('case.changed');
    expect(late.details).to.include({ status: 'verified', rev: 2 });
  });

  it('move once, however often it is sent by one key', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    const key = newKey();
    for (let times = 0; times < 3; times++) {
      const body = { to: 'verified', seenRev: 1 };
      expect((await budi.write('POST', `/cases/${number}/move`, body, key)).status).to.equal(200);
      await db().collection('answers').deleteMany({});
    }
    expect((await budi.get<CaseView>(`/cases/${number}`)).card.rev).to.equal(2);
  });

  it('refuse a step that is not from here, not theirs, or lacks something, and say which', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    const whyOf = async (response: Response) => ((await response.json()) as { details: { why: string } }).details.why;
    expect(await whyOf(await move(budi, number, { to: 'resolved', seenRev: 1 }))).to.equal('no_such_step');
    expect(await whyOf(await move(budi, number, { to: 'needs_info', seenRev: 1 }))).to.equal('missing');
    expect((await move(budi, number, { to: 'nowhere', seenRev: 1 })).status).to.equal(400);
    expect((await move(budi, number, { to: 'merged', seenRev: 1 })).status).to.equal(400);
    expect((await move(budi, number, { to: 'verified', seenRev: 1, status: 'closed' })).status).to.equal(400);
  });

  it('are unknown to other units, by every way in', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    const at = { seenRev: 1 };
    expect((await sari.send('GET', `/cases/${number}`)).status).to.equal(404);
    expect((await sari.send('GET', `/cases/${number}/similar`)).status).to.equal(404);
    for (const [deed, body] of [
      ['move', { ...at, to: 'verified' }],
      ['progress', { ...at, text: 'x' }],
      ['recategorise', { ...at, category: 'sampah' }],
      ['merge', { ...at, into: number }],
      ['unmerge', { ...at, reason: 'salah gabung' }],
      ['report', { ...at, description: 'lain', reason: 'salah ketik' }],
      ['notes', { text: 'x' }],
    ] as const) {
      expect((await sari.write('POST', `/cases/${number}/${deed}`, body)).status, deed).to.equal(404);
    }
    for (const view of ['mine', 'unit', 'overdue', 'unassigned', 'review', 'all'])
      expect(await numbers(sari, `/cases?view=${view}`), view).not.to.include(number);
    expect(await numbers(sari, `/cases?q=${number}`)).to.deep.equal([]);
    expect(await numbers(sari, '/cases?q=berlubang')).to.deep.equal([]);
    expect(await numbers(budi, '/cases?q=berlubang')).to.include(number);
    const bulk = await sari.done<BulkAnswer>('/cases/bulk', {
      cases: [{ number, seenRev: 1 }],
      action: { do: 'verify' },
    });
    expect(bulk).to.deep.include({ done: [] });
    expect(bulk.refused[0]?.code).to.equal('case.not_found');
  });

  it('are hidden from all but the circle once they are restricted: list, search, record, similar, export', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    const { number: other } = await fileCase(office.test.app, ROAD);
    await koord.done(`/cases/${number}/recategorise`, { seenRev: 1, category: 'perlindungan_perempuan_anak' });
    for (const who of [budi, kepala, auditor, admin]) {
      expect((await who.send('GET', `/cases/${number}`)).status, who.actor.name).to.equal(404);
      for (const path of ['/cases?view=all&limit=100', `/cases?q=${number}`, '/cases?q=berlubang'])
        expect(await numbers(who, path), `${who.actor.name} ${path}`).not.to.include(number);
    }
    const similar = await budi.get<SimilarAnswer>(`/cases/${other}/similar`);
    expect(similar.map(({ card }) => card.number)).not.to.include(number);
    expect(await (await kepala.send('GET', '/cases/export.csv?view=all')).text()).not.to.contain(number);
    await office.test.app.circles.name('perlindungan_perempuan_anak', [kepala.id]);
    await until('who is named may read it', async () => (await kepala.send('GET', `/cases/${number}`)).ok);
    const labels: unknown[] = [];
    for await (const label of createLabelStore(db(), office.test.app.keys).all()) labels.push(label);
    expect(labels.at(-1), 'the correction is kept to learn from').to.deep.include({
      ...{ caseNumber: number, text: ROAD, by: koord.id },
      ...{
        from: { category: 'jalan', kind: 'pengaduan' },
        to: { category: 'perlindungan_perempuan_anak', kind: 'pengaduan' },
      },
    });
  });

  it('are read no more by whoever had one in hand, once only a circle may know of it', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    await koord.done(`/cases/${number}/move`, { seenRev: 1, to: 'verified' });
    await koord.done(`/cases/${number}/move`, { seenRev: 2, to: 'assigned', unit: UNIT, staffId: budi.id });
    await koord.done(`/cases/${number}/recategorise`, { seenRev: 3, category: 'perlindungan_perempuan_anak' });
    expect((await budi.send('GET', `/cases/${number}`)).status).to.equal(404);
    const found = await office.test.app.cases.find(number);
    expect(found).to.include({ status: 'assigned', desk: 'coordinator' }).and.not.to.have.any.keys('staffId', 'marks');
  });

  it('that are rahasia are given to colleagues of their office alone', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    await db()
      .collection<Case>('cases')
      .updateOne({ _id: number }, { $set: { restricted: true, circle: 'rahasia' } });
    await koord.done(`/cases/${number}/move`, { seenRev: 1, to: 'verified' });
    const give = (staffId: string) => move(koord, number, { seenRev: 2, to: 'assigned', unit: UNIT, staffId });
    expect((await give(sari.id)).status).to.equal(400);
    expect((await give(budi.id)).status).to.equal(200);
  });

  it("put what staff corrected in the place of the report, and keep the citizen's words in the chat", async () => {
    const { number, conversationId } = await fileCase(office.test.app, ROAD);
    const edit = {
      seenRev: 1,
      description: 'Jalan berlubang di depan SD Harapan',
      place: 'Jl. Melati 5',
      reason: 'salah ketik',
    };
    await budi.done(`/cases/${number}/report`, edit);
    const view = await budi.get<CaseView>(`/cases/${number}`);
    expect(view.report).to.include({ description: 'Jalan berlubang di depan SD Harapan', place: 'Jl. Melati 5' });
    expect(view.history.at(-1)).to.deep.include({ what: 'edited', words: { reason: 'salah ketik' } });
    expect(await numbers(budi, '/cases?q=harapan')).to.include(number);
    const chat = await budi.get<ConversationView>(`/conversations/${conversationId}`);
    expect(chat.entries.some(({ text }) => text === ROAD)).to.equal(true);
  });

  it('are merged and taken apart, by who leads', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    const { number: into } = await fileCase(office.test.app, ROAD);
    const similar = await budi.get<SimilarAnswer>(`/cases/${number}/similar`);
    expect(similar.find(({ card }) => card.number === into)?.likeness).to.be.greaterThan(0.5);
    expect((await budi.write('POST', `/cases/${number}/merge`, { seenRev: 1, into })).status).to.equal(403);
    await koord.done(`/cases/${number}/merge`, { seenRev: 1, into });
    expect((await koord.get<CaseView>(`/cases/${number}`)).mergedInto).to.equal(into);
    await koord.done(`/cases/${number}/unmerge`, { seenRev: 2, reason: 'ternyata berbeda' });
    expect((await koord.get<CaseView>(`/cases/${number}`)).card.status).to.equal('verified');
  });

  it('tell the citizen how the work goes, and nobody of notes', async () => {
    const { number, conversationId } = await fileCase(office.test.app, ROAD);
    await budi.done(`/cases/${number}/progress`, { seenRev: 1, text: 'Alat berat datang besok' });
    await budi.done(`/cases/${number}/notes`, { text: 'Tanyakan ke kontraktor', mentions: [] });
    await office.test.app.relayNotices();
    const shown = JSON.stringify(await office.test.app.conversations.transcript(conversationId, 0));
    expect(shown).to.contain('Alat berat datang besok').and.not.to.contain('kontraktor');
    expect((await koord.get<CaseView>(`/cases/${number}`)).notes.map(({ text }) => text)).to.deep.equal([
      'Tanyakan ke kontraktor',
    ]);
  });

  it('are done many at once, each by itself', async () => {
    const filed = await Promise.all([1, 2, 3].map(() => fileCase(office.test.app, ROAD)));
    const [one, two, three] = filed.map(({ number }) => number) as [string, string, string];
    await budi.done(`/cases/${two}/progress`, { seenRev: 1, text: 'sedang dicek' });
    const cases = [one, two, three].map((number) => ({ number, seenRev: 1 }));
    const answer = await koord.done<BulkAnswer>('/cases/bulk', { cases, action: { do: 'verify' } });
    expect(answer.done).to.deep.equal([one, three]);
    expect(answer.refused.map(({ number, code }) => [number, code])).to.deep.equal([[two, 'case.changed']]);
  });

  it('are filed from a chat by whoever holds it: once a key, with the receipt in the chat', async () => {
    const { conversationId } = await waitingCitizen(office);
    const path = `/conversations/${conversationId}/cases`;
    const body = {
      description: 'Warga lapor lewat telepon: lampu mati',
      category: 'lampu_jalan',
      kind: 'pengaduan',
      place: 'Jl. Mawar',
    };
    expect((await sari.write('POST', path, body)).status).to.equal(409);
    await sari.done(`/conversations/${conversationId}/claim`);
    const key = newKey();
    const { number } = await sari.done<{ number: string }>(path, body, key);
    await db().collection('answers').deleteMany({});
    expect((await sari.done<{ number: string }>(path, body, key)).number).to.equal(number);
    const found = await office.test.app.cases.find(number);
    expect(found).to.include({ category: 'lampu_jalan', status: 'received' });
    expect(found?.history[0]?.by).to.deep.equal({ kind: 'staff', id: sari.id });
    const entries = await office.test.app.conversations.transcript(conversationId, 0);
    expect(entries.filter(({ receipt }) => receipt?.number === number).length).to.equal(1);
    expect((await sari.write('POST', path, { ...body, category: 'constructor' })).status).to.equal(400);
    expect((await sari.write('POST', path, { ...body, kind: 'lain' })).status).to.equal(400);
  });

  it('are listed by what is due first, page by page', async () => {
    const all = await numbers(koord, '/cases?view=unit&limit=100');
    const paged: string[] = [];
    let cursor = '';
    do {
      const page = await koord.get<CasesPage>(`/cases?view=unit&limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      paged.push(...page.cases.map(({ number }) => number));
      cursor = page.cursor ?? '';
    } while (cursor);
    expect(paged).to.deep.equal(all);
    expect((await koord.send('GET', '/cases?status=nothing')).status).to.equal(400);
  });

  it('are noted in the audit log when opened, by id alone', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    await budi.get(`/cases/${number}`);
    await budi.get(`/cases/${number}`);
    const noted = await db().collection('audit').find({ what: 'case.read', subject: number }).toArray();
    expect(noted.map(({ by }) => by)).to.deep.equal([budi.id]);
    expect(JSON.stringify(noted)).not.to.contain('berlubang');
  });

  it('leave as a list without formulas, for those who may take one away', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    await budi.done(`/cases/${number}/report`, {
      seenRev: 1,
      description: '=HYPERLINK("http://x","y") rusak',
      reason: 'uji coba',
    });
    for (const who of [budi, sari]) expect((await who.send('GET', '/cases/export.csv')).status).to.equal(403);
    const response = await koord.send('GET', '/cases/export.csv?view=all');
    expect(response.headers.get('content-type')).to.equal('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).to.contain('attachment');
    const lines = (await response.text()).split('\r\n');
    const line = lines.find((each) => each.startsWith(number));
    expect(line).to.contain(`"'=HYPERLINK(""http://x"",""y"") rusak"`);
    expect(lines[0]).to.match(/number,status/);
    expect(await db().collection('audit').countDocuments({ what: 'cases.exported', by: koord.id })).to.equal(1);
  });
});
