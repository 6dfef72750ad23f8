import { expect } from 'chai';
import type { CasesPage, CaseView } from '../../../src/staff/api/case.js';
import { fileCase } from '../../cases/case-life.js';
import { type Colleague, type Office, officeClock, openOffice } from './console-office.js';

const ROAD = 'jalan berlubang dalam di Jl. Melati RT 02 sejak kemarin';

describe('a look that a supervisor owes a case', () => {
  let office: Office;
  let koord: Colleague;
  let kepala: Colleague;
  let wakil: Colleague;
  before(async () => {
    office = await openOffice({ clock: officeClock() });
    koord = await office.hire('Koord', 'coordinator', ['dinas_pu']);
    kepala = await office.hire('Kepala', 'supervisor');
    wakil = await office.hire('Wakil', 'supervisor');
  });
  after(() => office.close());

  it('is taken by another supervisor than who revealed the complainant, with what they found', async () => {
    const { number } = await fileCase(office.test.app, ROAD);
    await office.test.app.reveal({
      number,
      by: kepala.id,
      reason: 'Perlu ditelepon',
      key: 'reveal-1',
      approvedBy: wakil.id,
    });
    const view = (who: Colleague) => who.get<CaseView>(`/cases/${number}`);
    const look = async (who: Colleague, note: string) => {
      const { card } = await view(who);
      return who.write('POST', `/cases/${number}/reviewed`, { seenRev: card.rev, note });
    };
    expect((await view(koord)).review).to.include({ why: 'revealed', may: false });
    expect((await view(kepala)).review).to.include({ may: false });
    expect((await view(wakil)).review).to.include({ may: true });
    expect((await look(koord, 'Sudah saya lihat')).status).to.equal(403);
    expect((await look(kepala, 'Sudah saya lihat')).status).to.equal(400);
    expect((await look(wakil, '  ')).status).to.equal(400);
    const waiting = async () => (await wakil.get<CasesPage>('/cases?view=review')).cases.map((card) => card.number);
    expect(await waiting()).to.deep.equal([number]);
    expect((await look(wakil, 'Alasannya cukup')).status).to.equal(200);
    expect(await waiting()).to.deep.equal([]);
    const after = await view(wakil);
    expect(after.review).to.equal(undefined);
    expect(after.history.at(-1)).to.deep.include({ what: 'reviewed', words: { note: 'Alasannya cukup' } });
    expect((await look(wakil, 'Sekali lagi')).status, 'nothing waits any more').to.equal(400);
  });
});
