import { expect } from 'chai';
import type { SessionList } from '../../../src/staff/api/auth.js';
import type { Passwords } from '../../../src/staff/password.js';
import { type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { cheapPasswords, createStaffClient, GOOD_PASSWORD, type StaffClient } from '../../fakes/staff-client.js';
import { createShiftedClock } from '../../fakes/test-app.js';

const MINUTE_MS = 60_000;

describe('sessions over HTTP', function () {
  this.timeout(60_000);
  let test: StaffApp;
  const clock = createShiftedClock();
  const passwords = holdable(cheapPasswords());
  before(async () => {
    test = await startStaffApp({ clock, passwords });
  });
  after(() => test.close());
  // the tests before have let time pass
  beforeEach(() => test.admin.login('ratna'));

  const statusOf = async (client: StaffClient) => (await client.send('GET', '/me')).status;
  const freshAdmin = async () => {
    const client = createStaffClient(test.url);
    await client.login('ratna');
    return client;
  };

  it('end after 30 minutes without a request, and go on as long as there are some', async () => {
    const client = await freshAdmin();
    for (let times = 0; times < 3; times++) {
      clock.shift(29 * MINUTE_MS);
      expect(await statusOf(client)).to.equal(200);
    }
    clock.shift(30 * MINUTE_MS);
    expect(await statusOf(client)).to.equal(401);
  });

  it('end after 12 hours whatever happens', async () => {
    const client = await freshAdmin();
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      clock.shift(20 * MINUTE_MS);
      expect(await statusOf(client), `${minutes} minutes`).to.equal(200);
    }
    clock.shift(20 * MINUTE_MS);
    expect(await statusOf(client)).to.equal(401);
  });

  it('change no password that an admin has taken away meanwhile', async () => {
    const { client, id, login } = await test.hire('agent');
    const release = passwords.hold();
    const wish = { current: GOOD_PASSWORD, password: 'lampu merah di atas bukit' };
    const changing = client.send('POST', '/me/password', wish);
    await passwords.isHeld;
    await test.admin.post(`/staff/${id}/reset`);
    release();
    expect((await changing).status).to.equal(409);
    expect((await createStaffClient(test.url).login(login, wish.password)).status).to.equal(401);
  });

  it('are not kept alive by a stream being looked after', async () => {
    const client = await freshAdmin();
    const seat = await test.app.staff.seats.bySession(client.cookies.get('kanal_staff') ?? '');
    if (!seat) throw new Error('no session');
    clock.shift(29 * MINUTE_MS);
    expect((await test.app.staff.seats.stillHeld([seat])).has(seat)).to.equal(true);
    clock.shift(MINUTE_MS);
    expect((await test.app.staff.seats.stillHeld([seat])).has(seat)).to.equal(false);
    expect(await statusOf(client)).to.equal(401);
  });

  it('are listed to their owner, without what could be used', async () => {
    const { client, login } = await test.hire('agent');
    const other = createStaffClient(test.url);
    await other.login(login);
    const response = await client.send('GET', '/sessions');
    const text = await response.text();
    const { sessions } = JSON.parse(text) as SessionList;
    expect(sessions.map(({ isThis }) => isThis).sort()).to.deep.equal([false, true]);
    expect(text).not.to.contain(client.cookies.get('kanal_staff')?.split('.')[1]).and.not.contain('hash');
  });

  it('are ended by their owner one by one, or all but this', async () => {
    const { client, login } = await test.hire('agent');
    const others = [createStaffClient(test.url), createStaffClient(test.url), createStaffClient(test.url)] as const;
    for (const each of others) await each.login(login);
    const { sessions } = await others[0].get<SessionList>('/sessions');
    const mine = sessions.find(({ isThis }) => isThis);
    expect((await client.send('DELETE', `/sessions/${mine?.id}`)).status).to.equal(204);
    expect(await Promise.all(others.map(statusOf))).to.deep.equal([401, 200, 200]);
    expect(await (await client.send('DELETE', '/sessions')).json()).to.deep.equal({ ended: 2 });
    expect(await Promise.all([client, ...others].map(statusOf))).to.deep.equal([200, 401, 401, 401]);
  });

  it("can't be ended by anybody else but an admin", async () => {
    const owner = await test.hire('agent');
    const stranger = await test.hire('coordinator');
    const id = (await owner.client.get<SessionList>('/sessions')).sessions[0]?.id;
    expect((await stranger.client.send('DELETE', `/sessions/${id}`)).status).to.equal(404);
    expect((await stranger.client.send('DELETE', `/sessions/${id}?staffId=${owner.id}`)).status).to.equal(403);
    expect(await statusOf(owner.client)).to.equal(200);
    expect((await test.admin.send('DELETE', `/sessions/${id}?staffId=${owner.id}`)).status).to.equal(204);
    expect(await statusOf(owner.client)).to.equal(401);
  });

  it('but this end when the password is changed, which needs the old one', async () => {
    const { client, login } = await test.hire('agent');
    const other = createStaffClient(test.url);
    await other.login(login);
    const password = 'sapi makan rumput biru';
    const wrong = await client.send('POST', '/me/password', { current: 'bukan sandi saya', password });
    expect([wrong.status, ((await wrong.json()) as { details: unknown }).details]).to.deep.equal([
      400,
      { field: 'current' },
    ]);
    expect(await statusOf(other)).to.equal(200);
    expect((await client.send('POST', '/me/password', { current: GOOD_PASSWORD, password })).status).to.equal(204);
    expect(await statusOf(client)).to.equal(200);
    expect(await statusOf(other)).to.equal(401);
    expect((await createStaffClient(test.url).login(login)).status).to.equal(401);
    expect((await createStaffClient(test.url).login(login, password)).status).to.equal(200);
  });

  it('slow down whoever guesses the password of an open screen', async () => {
    const { client } = await test.hire('agent');
    const statuses: number[] = [];
    for (let times = 0; times < 7; times++) {
      const body = { current: `tebakan ke ${times}`, password: 'sapi makan rumput biru' };
      statuses.push((await client.send('POST', '/me/password', body)).status);
    }
    expect(statuses).to.deep.equal([400, 400, 400, 400, 400, 400, 429]);
  });
});

/** Hashing that can be made to wait, as it does when many sign in at once. */
function holdable(passwords: Passwords) {
  let gate: Promise<void> | undefined;
  let noteHeld: () => void = () => undefined;
  const isHeld = new Promise<void>((resolve) => {
    noteHeld = resolve;
  });
  return {
    ...passwords,
    isHeld,
    async hash(password: string) {
      if (gate) noteHeld();
      await gate;
      return passwords.hash(password);
    },
    hold(): () => void {
      let release: () => void = () => undefined;
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        gate = undefined;
        release();
      };
    },
  };
}
