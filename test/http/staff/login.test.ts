import { expect } from 'chai';
import type { Me } from '../../../src/staff/api/auth.js';
import { CHEAP, createStaffClient, GOOD_PASSWORD, type StaffClient } from '../../fakes/staff-client.js';
import { startTestApp, type TestApp } from '../../fakes/test-app.js';

describe('signing in over HTTP', function () {
  this.timeout(60_000);
  let test: TestApp;
  let admin: StaffClient;

  before(async () => {
    test = await startTestApp(CHEAP);
    admin = createStaffClient(test.url);
    const token = await test.app.staff.accounts.offerFirst();
    const first = { token, name: 'Bu Ratna', login: 'Ratna', password: GOOD_PASSWORD };
    admin.me = await admin.post<Me>('/first', first);
  });
  after(() => test.close());

  it('signs the first admin in at once', async () => {
    const me = await admin.get<Me>('/me');
    expect(me.actor).to.include({ name: 'Bu Ratna', role: 'admin' });
    expect(me.login).to.equal('ratna');
    expect(me.rights).to.include('staff:manage').and.not.include('case_identity:reveal');
  });

  it('offers no second first admin', async () => {
    expect(await test.app.staff.accounts.offerFirst()).to.equal(undefined);
  });

  it('knows the login in any case, and tells nothing of the password', async () => {
    const client = createStaffClient(test.url);
    const response = await client.login(' RATNA ');
    expect(response.status).to.equal(200);
    expect(await response.text()).not.to.contain('argon2');
  });

  it('gives a cookie that no script can read and no other site can send', async () => {
    const response = await createStaffClient(test.url).login('ratna');
    const cookie = response.headers.getSetCookie().find((each) => each.startsWith('kanal_staff='));
    expect(cookie).to.contain('HttpOnly').and.contain('SameSite=Strict').and.contain('Path=/');
    expect(cookie).not.to.contain('Secure').and.not.contain('Domain');
  });

  it('gives a new session at each sign-in, whatever cookie came with it', async () => {
    const client = createStaffClient(test.url);
    await client.login('ratna');
    const before = client.cookies.get('kanal_staff');
    await client.login('ratna');
    expect(client.cookies.get('kanal_staff')).to.be.a('string').and.not.equal(before);
    client.cookies.set('kanal_staff', before ?? '');
    expect((await client.send('GET', '/me')).status, 'the one before has ended').to.equal(401);
  });

  it('answers 401 without a session, with a made-up one, and after signing out', async () => {
    const client = createStaffClient(test.url);
    expect((await client.send('GET', '/me')).status).to.equal(401);
    client.cookies.set('kanal_staff', `${'a'.repeat(16)}.${'b'.repeat(43)}`);
    expect((await client.send('GET', '/me')).status).to.equal(401);
    await client.login('ratna');
    const cookie = client.cookies.get('kanal_staff') ?? '';
    expect((await client.send('POST', '/logout', {})).status).to.equal(204);
    expect(client.cookies.has('kanal_staff')).to.equal(false);
    client.cookies.set('kanal_staff', cookie);
    expect((await client.send('GET', '/me')).status).to.equal(401);
  });

  it('answers the same to a wrong password, an unknown login and a disabled account', async () => {
    const made = await admin.post<{ account: { id: string }; invitation: { path: string } }>('/staff', {
      login: 'mati',
      name: 'Pak Mati',
      role: 'auditor',
    });
    const token = made.invitation.path.split('token=')[1];
    await createStaffClient(test.url).post('/invite/accept', { token, password: GOOD_PASSWORD });
    await admin.send('PATCH', `/staff/${made.account.id}`, { isActive: false });
    const tries = [
      ['ratna', 'bukan sandi yang benar'],
      ['tidak.ada', GOOD_PASSWORD],
      ['mati', GOOD_PASSWORD],
    ] as const;
    const answers = [];
    for (const [login, password] of tries) {
      const response = await createStaffClient(test.url).login(login, password);
      answers.push([response.status, await response.text(), response.headers.getSetCookie()]);
    }
    expect(answers[0]?.[0]).to.equal(401);
    expect(answers[1]).to.deep.equal(answers[0]);
    expect(answers[2]).to.deep.equal(answers[0]);
  });

  it('refuses what is no login body: other types, other fields', async () => {
    const client = createStaffClient(test.url);
    for (const body of [
      { login: { $ne: '' }, password: 'x' },
      { login: 'ratna', password: GOOD_PASSWORD, role: 'admin' },
      { login: 'ratna' },
    ])
      expect((await client.send('POST', '/login', body)).status).to.equal(400);
    const text = { 'Content-Type': 'text/plain' };
    const login = JSON.stringify({ login: 'ratna', password: GOOD_PASSWORD });
    expect((await client.send('POST', '/login', login, text)).status).to.equal(415);
  });
});
