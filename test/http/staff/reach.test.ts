import { expect } from 'chai';
import type { TokenMade } from '../../../src/staff/api/auth.js';
import { fileCase } from '../../cases/case-life.js';
import { until } from '../../fakes/until.js';
import { type Colleague, type Office, officeClock, openOffice } from './console-office.js';

const ROAD = 'jalan berlubang dalam di Jl. Melati RT 02 sejak kemarin';

describe('what is read at one door and not to be had at another', () => {
  let office: Office;
  let koord: Colleague;
  let kepala: Colleague;
  let open: string;
  let restricted: string;
  let openChat: string;
  let restrictedChat: string;
  before(async () => {
    office = await openOffice({ clock: officeClock() });
    koord = await office.hire('Koord', 'coordinator', ['dinas_pu']);
    kepala = await office.hire('Kepala', 'supervisor', ['dinas_pu']);
    ({ number: open, conversationId: openChat } = await fileCase(office.test.app, ROAD));
    ({ number: restricted, conversationId: restrictedChat } = await fileCase(office.test.app, ROAD));
    await kepala.done(`/cases/${restricted}/recategorise`, { seenRev: 1, category: 'perlindungan_perempuan_anak' });
    await until('it is among those of the circle', async () =>
      (await read(koord, '/inbox?view=all&limit=100')).includes(restrictedChat),
    );
  });
  after(() => office.close());

  const read = async (who: Colleague, path: string) => (await who.send('GET', path)).text();

  /** A program that acts for somebody, within these scopes. */
  async function program(who: Colleague, ...scopes: string[]) {
    const { token } = await who.post<TokenMade>('/tokens', { name: scopes.join(' '), scopes });
    const headers = { Authorization: `Bearer ${token}` };
    return async (path: string) => (await fetch(`${office.test.url}/api/staff${path}`, { headers })).text();
  }

  it('is in an export only for whoever may take restricted cases away', async () => {
    for (const who of [koord, kepala])
      expect(await read(who, '/cases?view=all'), who.actor.name).to.contain(restricted);
    const ofLead = await read(koord, '/cases/export.csv?view=all');
    expect(ofLead).to.contain(open).and.not.to.contain(restricted);
    expect(await read(kepala, '/cases/export.csv?view=all')).to.contain(restricted);
  });

  it('is no restricted case for a program without a scope of them', async () => {
    const ask = await program(kepala, 'case:*', 'conversation:*', 'attachment:*');
    for (const path of ['/cases?view=all', '/cases?q=berlubang', '/cases/export.csv?view=all']) {
      expect(await ask(path), path)
        .to.contain(open)
        .and.not.to.contain(restricted);
    }
    for (const path of [`/cases?q=${restricted}`, `/cases/${restricted}`, `/conversations/${restrictedChat}`])
      expect(await ask(path), path).not.to.match(/"(rev|entries)":/);
    expect(await ask('/inbox?view=all&limit=100'))
      .to.contain(openChat)
      .and.not.to.contain(restrictedChat);
    const all = await program(kepala, 'case:*', 'case_restricted:read');
    expect(await all('/cases?view=all')).to.contain(restricted);
  });

  it('is no case at all for a program that may only see chats', async () => {
    const ask = await program(kepala, 'conversation:*');
    for (const path of ['/inbox?view=all&limit=100', `/conversations/${openChat}`])
      expect(await ask(path), path)
        .to.contain(openChat)
        .and.not.to.contain('"receivedAt"');
  });
});
