import { expect } from 'chai';
import type { SavedView } from '../../../src/staff/api/inbox.js';
import type { CannedAnswer, Settings, ShiftView } from '../../../src/staff/api/settings.js';
import { Settings as SettingsSchema, ShiftView as ShiftSchema } from '../../../src/staff/api/settings.js';
import { fileCase, moveCase } from '../../cases/case-life.js';
import { until } from '../../fakes/until.js';
import { type Colleague, type Office, officeClock, openOffice, waitingCitizen } from './console-office.js';

describe('what the console is set up with', () => {
  let office: Office;
  let sari: Colleague;
  let koord: Colleague;
  let kepala: Colleague;
  const clock = officeClock();
  before(async () => {
    office = await openOffice({ clock });
    sari = await office.hire('Sari', 'agent', ['meja_bantuan']);
    koord = await office.hire('Koord', 'coordinator', ['dinas_perhubungan']);
    kepala = await office.hire('Kepala', 'supervisor');
  });
  after(() => office.close());

  it('is the office as its files have it, in the language of whoever reads', async () => {
    const settings = SettingsSchema.parse(await sari.get('/settings'));
    expect(settings.zone).to.equal('WIB');
    expect(settings.units).to.deep.include({ id: 'meja_bantuan', name: 'Meja Bantuan' });
    expect(settings.statuses.map(({ id }) => id)).to.include('in_progress');
    expect(settings.kinds.map(({ id }) => id)).to.include('pengaduan');
    expect(settings.staff.map(({ name }) => name)).to.include.members(['Sari', 'Koord', 'Kepala']);
    expect(settings.tone.length).to.be.greaterThan(0);
    const english = await sari.send('GET', '/settings', undefined, { 'Accept-Language': 'en' });
    const { kinds } = (await english.json()) as Settings;
    expect(kinds).to.deep.include({ id: 'pengaduan', name: 'Complaint' });
  });

  it("holds ready answers of one's own units, made by who leads", async () => {
    const answer = { shortcut: 'halo', title: 'Sapaan', texts: { id: 'Halo {nama}', en: 'Hello {nama}' } };
    expect((await sari.write('POST', '/canned', answer)).status).to.equal(403);
    const made = await koord.done<CannedAnswer>('/canned', answer);
    expect((await koord.write('POST', '/canned', answer)).status, 'the shortcut is taken').to.equal(409);
    const own = await koord.done<CannedAnswer>('/canned', { ...answer, unit: 'dinas_perhubungan' });
    const madeHere = (list: readonly CannedAnswer[]) =>
      list.map(({ id }) => id).filter((id) => !id.startsWith('shipped-'));
    expect(madeHere((await sari.get<Settings>('/settings')).canned)).to.deep.equal([made.id]);
    expect(madeHere(await kepala.get<CannedAnswer[]>('/canned'))).to.have.members([made.id, own.id]);
    const changed = await koord.write('PUT', `/canned/${made.id}`, { ...answer, title: 'Salam' });
    expect(await changed.json()).to.include({ id: made.id, title: 'Salam' });
    expect((await koord.write('DELETE', `/canned/${own.id}`)).status).to.equal(403);
    expect((await kepala.write('DELETE', `/canned/${own.id}`)).status).to.equal(204);
    expect((await kepala.write('DELETE', `/canned/${own.id}`)).status).to.equal(404);
    expect((await koord.write('POST', '/canned', { ...answer, shortcut: 'tidak boleh!' })).status).to.equal(400);
    expect((await koord.write('PUT', `/canned/${'x'.repeat(3000)}`, answer)).status).to.equal(400);
  });

  it('keeps filters by name, each person their own', async () => {
    const views: SavedView[] = [{ name: 'Belum dibaca', page: 'inbox', query: { view: 'mine', unread: 'true' } }];
    expect((await sari.write('PUT', '/saved-views', views)).status).to.equal(204);
    expect(await sari.get('/saved-views')).to.deep.equal(views);
    expect(await koord.get('/saved-views')).to.deep.equal([]);
    const many = Array.from({ length: 31 }, () => views[0]);
    expect((await sari.write('PUT', '/saved-views', many)).status).to.equal(400);
  });

  it('shows who leads how the shift goes, and nobody else', async () => {
    expect((await sari.send('GET', '/shift')).status).to.equal(403);
    const { conversationId } = await waitingCitizen(office);
    await waitingCitizen(office);
    await sari.done(`/conversations/${conversationId}/claim`);
    clock.shift(60_000);
    await sari.done(`/conversations/${conversationId}/say`, { text: 'Selamat pagi' });
    const { number } = await fileCase(office.test.app);
    await moveCase(office.test.app, number, ['verified', 'assigned'], { staffId: sari.id });
    let shift: ShiftView | undefined;
    await until('the row of the chat is written', async () => {
      shift = ShiftSchema.parse(await kepala.get('/shift'));
      return (shift.firstResponse?.count ?? 0) > 0;
    });
    expect(shift?.queue.waiting).to.equal(1);
    expect(shift?.firstResponse?.medianSeconds).to.be.within(60, 120);
    expect(shift?.backlog.find(({ status }) => status === 'assigned')?.count).to.equal(1);
    expect(shift?.load.find(({ staffId }) => staffId === sari.id)).to.include({ name: 'Sari', chats: 1 });
    expect(shift?.hours.length).to.equal(24);
    expect(shift?.hours.at(-1)).to.include({ handovers: 2, claims: 1, received: 1 });
    expect(shift?.breached).to.equal(0);
  });
});
