import { expect } from 'chai';
import { loadConfig } from '../../../src/config.js';
import { type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createStaffClient, GOOD_PASSWORD, type StaffClient } from '../../fakes/staff-client.js';
import { createShiftedClock } from '../../fakes/test-app.js';

describe('guessing passwords over HTTP', function () {
  this.timeout(60_000);
  let test: StaffApp;
  const clock = createShiftedClock();
  before(async () => {
    test = await startStaffApp({ clock });
  });
  after(() => test.close());

  const guess = async (login: string, times: number, client: StaffClient = createStaffClient(test.url)) => {
    const statuses: number[] = [];
    for (let count = 0; count < times; count++)
      statuses.push((await client.login(login, `tebakan nomor ${count}`)).status);
    return statuses;
  };

  it('is slowed down after five failures, alike for logins that there are and that there are not', async () => {
    const { login } = await test.hire('agent');
    const expected = [401, 401, 401, 401, 401, 401, 429, 429];
    expect(await guess(login, 8)).to.deep.equal(expected);
    expect(await guess('tidak.ada', 8)).to.deep.equal(expected);
    const response = await createStaffClient(test.url).login(login);
    expect(response.status, 'not even the right one is looked at').to.equal(429);
    expect(Number(response.headers.get('retry-after'))).to.be.within(1, 2);
    clock.shift(2000);
    expect((await createStaffClient(test.url).login(login)).status).to.equal(200);
  });

  it("doesn't lock out whoever has signed in on their browser before", async () => {
    const { client, login } = await test.hire('agent');
    await client.send('POST', '/logout', {});
    await guess(login, 8);
    expect((await createStaffClient(test.url).login(login)).status, 'a stranger').to.equal(429);
    expect((await client.login(login)).status, 'their own browser').to.equal(200);
  });

  it('is slowed down on a known browser too, and that browser is known for one account only', async () => {
    const owner = await test.hire('agent');
    const other = await test.hire('agent');
    expect(await guess(owner.login, 13, owner.client)).to.deep.equal([...Array(11).fill(401), 429, 429]);
    await guess(other.login, 8);
    expect((await owner.client.login(other.login)).status).to.equal(429);
    owner.client.cookies.set('kanal_device', `${'a'.repeat(16)}.${'b'.repeat(43)}`);
    await guess(owner.login, 8);
    expect((await owner.client.login(owner.login)).status, 'a made-up device').to.equal(429);
  });

  it('is slowed down by network too, over many logins', async () => {
    const config = loadConfig({ DATA_DIR: test.dataDir, HTTP_PORT: '0', TRUSTED_PROXIES: '1' });
    const second = await test.join({ config });
    const client = createStaffClient(`http://127.0.0.1:${second.port}`);
    const from = async (ip: string, login: string, password = 'tebakan saja deh') => {
      const body = { login, password };
      return (await client.send('POST', '/login', body, { 'X-Forwarded-For': ip })).status;
    };
    const statuses: number[] = [];
    for (let count = 0; count < 32; count++) statuses.push(await from('203.0.113.9', `korban${count}`));
    expect(statuses).to.deep.equal([...Array(31).fill(401), 429]);
    expect(await from('203.0.113.10', 'ratna', GOOD_PASSWORD), 'another network').to.equal(200);
    for (let count = 0; count < 31; count++) await from(`2001:db8:1:2::${count}`, `korban6${count}`);
    expect(await from('2001:db8:1:2:ffff::1', 'korban'), 'the same /64').to.equal(429);
  });

  it('leaves bursts in the audit log, without the login that was tried', async () => {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const failing = await db.collection('audit').find({ what: 'staff.sign_in_failing' }).toArray();
    expect(failing.map((entry) => entry['details']?.fails)).to.include(5);
    expect(failing.some((entry) => entry['subject'] !== undefined)).to.equal(true);
    expect(JSON.stringify(failing)).not.to.contain('tidak.ada').and.not.contain('korban');
  });
});
