import { join } from 'node:path';
import { expect } from 'chai';
import { runStaffCommand } from '../../src/cli/admin-staff.js';
import { loadConfig } from '../../src/config.js';
import type { Me } from '../../src/staff/api/auth.js';
import { CHEAP, createStaffClient, GOOD_PASSWORD } from '../fakes/staff-client.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

describe('npm run admin -- staff', function () {
  this.timeout(60_000);
  let test: TestApp;
  const run = (...words: string[]) => {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const config = loadConfig({ DATA_DIR: test.dataDir, PUBLIC_URL: 'https://aduan.example.go.id' });
    return runStaffCommand({ db, keys: test.app.keys, config, flowsDir: join('flows') }, ['staff', ...words]);
  };
  const accept = async (told = '') => {
    const token = /https:\/\/aduan\.example\.go\.id\/console\/#\/invite\?token=(\S+)/.exec(told)?.[1];
    const client = createStaffClient(test.url);
    client.me = await client.post<Me>('/invite/accept', { token, password: GOOD_PASSWORD });
    return client;
  };

  before(async () => {
    test = await startTestApp(CHEAP);
  });
  after(() => test.close());

  it('makes an account with a link, also when nobody can sign in', async () => {
    expect(await run('list')).to.equal('nobody yet\n');
    const client = await accept(await run('add', 'Ratna', '--name', 'Bu Ratna', '--role', 'admin'));
    expect((await client.get<Me>('/me')).rights).to.include('staff:manage');
    expect(await run('list')).to.equal('ratna  admin  active  all units  Bu Ratna\n');
    expect(await test.app.staff.accounts.offerFirst(), 'no first link is needed any more').to.equal(undefined);
  });

  it('gives agents their units', async () => {
    await run('add', 'budi', '--name', 'Budi', '--role', 'agent', '--unit', 'dinas_pu', '--unit', 'dinas_sosial');
    expect(await run('list')).to.contain('budi  agent  invited  dinas_pu,dinas_sosial  Budi\n');
  });

  it('disables, enables and resets by login, at once for the running service', async () => {
    const client = await accept(await run('add', 'ani', '--name', 'Ani', '--role', 'auditor'));
    expect(await run('disable', 'ANI')).to.contain('disabled');
    expect((await client.send('GET', '/me')).status).to.equal(401);
    expect(await run('enable', 'ani')).to.contain('active');
    const again = await accept(await run('reset-password', 'ani'));
    expect((await again.get<Me>('/me')).login).to.equal('ani');
  });

  it('says what is wrong', async () => {
    const wrong: [string[], RegExp][] = [
      [['disable', 'siapa'], /Nobody has the login siapa/],
      [['add', 'x1', '--role', 'admin'], /--name/],
      [['add', 'xyz', '--name', 'X', '--role', 'king'], /--role is one of agent, coordinator/],
      [['add', 'xyz', '--name', 'X', '--role', 'agent'], /units/],
      [['add', 'ratna', '--name', 'X', '--role', 'admin'], /login already/],
    ];
    for (const [words, message] of wrong)
      expect(await run(...words).catch((error: Error) => error.message), words.join(' ')).to.match(message);
    expect(await run('dance', 'ratna')).to.equal(undefined);
  });
});
