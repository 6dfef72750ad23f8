import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadConfig } from '../../../src/config.js';
import type { AppError } from '../../../src/core/errors.js';
import type { AccountMade } from '../../../src/staff/api/accounts.js';
import type { Me } from '../../../src/staff/api/auth.js';
import { CLIENT, type OidcIssuer, startOidcIssuer } from '../../fakes/oidc-issuer.js';
import { type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createStaffClient, type StaffClient } from '../../fakes/staff-client.js';

describe('signing in by an identity provider', function () {
  this.timeout(60_000);
  let issuer: OidcIssuer;
  let test: StaffApp;
  let dataDir: string;
  const email = 'dewi@kota.go.id';

  before(async () => {
    issuer = await startOidcIssuer();
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-oidc-'));
    const env = { OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret };
    test = await startStaffApp({ config: loadConfig({ DATA_DIR: dataDir, HTTP_PORT: '0', ...env }) });
    await test.admin.post('/staff', { login: email, name: 'Bu Dewi', role: 'coordinator', units: ['dinas_pu'] });
    await test.admin.post('/staff', { login: 'lain@kota.go.id', name: 'Pak Lain', role: 'auditor' });
  });
  after(async () => {
    await test.close();
    await issuer.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    issuer.forges = false;
    issuer.person = { sub: 'dewi-1', email, email_verified: true };
  });

  /** Leaves for the provider. @returns where it sends the browser back to */
  async function leave(client: StaffClient): Promise<URL> {
    const started = await client.send('GET', '/oidc/start');
    expect(started.status).to.equal(302);
    const back = await fetch(started.headers.get('location') ?? '', { redirect: 'manual' });
    return new URL(back.headers.get('location') ?? '');
  }

  /** Comes back as a browser does: from another site, so without the Strict cookies. @returns where it ends up */
  async function comeBack(client: StaffClient, to: URL): Promise<string> {
    const headers = { Origin: '', 'Sec-Fetch-Site': 'cross-site' };
    const path = `${to.pathname.replace('/api/staff', '')}${to.search}`;
    const response = await client.send('GET', path, undefined, headers);
    expect(response.status).to.equal(302);
    return response.headers.get('location') ?? '';
  }

  async function signIn(client = createStaffClient(test.url)): Promise<{ client: StaffClient; at: string }> {
    return { client, at: await comeBack(client, await leave(client)) };
  }

  const REFUSED = '/console/#/login?failed=request.unauthorized';

  it('is offered at the door only when it is set up', async () => {
    expect(await createStaffClient(test.url).get('/door')).to.deep.equal({ oidc: true });
  });

  it('opens a session for the account whose login is the verified address', async () => {
    const { client, at } = await signIn();
    expect(at).to.equal('/console/');
    expect((await client.get<Me>('/me')).actor).to.include({ name: 'Bu Dewi', role: 'coordinator' });
    expect(client.cookies.has('kanal_oidc'), 'nothing of the trip is left').to.equal(false);
  });

  it('goes on knowing the person by their identity, whatever their address is now', async () => {
    issuer.person = { sub: 'dewi-1', email: 'lain@kota.go.id', email_verified: true };
    const { client } = await signIn();
    expect((await client.get<Me>('/me')).actor.name).to.equal('Bu Dewi');
  });

  it('gives the account to no other identity that has the address later', async () => {
    issuer.person = { sub: 'dewi-2', email, email_verified: true };
    expect((await signIn()).at).to.equal(REFUSED);
  });

  it('lets go of an identity when an admin resets the account, also of one that is just coming in', async () => {
    const pending = 'pindah@kota.go.id';
    issuer.person = { sub: 'pindah-1', email: pending, email_verified: true };
    const wanted = { login: pending, name: 'Pak Pindah', role: 'auditor' };
    const { account } = await test.admin.post<AccountMade>('/staff', wanted);
    const { client, at } = await signIn();
    expect(at).to.equal('/console/');
    const coming = await test.app.staff.store.find(account.id);
    if (!coming) throw new Error('no account');
    await test.admin.post(`/staff/${account.id}/reset`);
    expect((await client.send('GET', '/me')).status).to.equal(401);
    const late = await test.app.staff.signIn
      .open(coming, { ip: undefined, userAgent: '', device: undefined }, 'oidc')
      .catch((error: AppError) => error);
    expect(late).to.include({ code: 'request.unauthorized' });
    issuer.person = { sub: 'pindah-2', email: pending, email_verified: true };
    expect((await signIn()).at, 'whom the provider knows anew').to.equal('/console/');
    issuer.person = { sub: 'pindah-1', email: 'x@kota.go.id', email_verified: true };
    expect((await signIn()).at, 'the one before').to.equal(REFUSED);
  });

  it('refuses addresses that are not verified, that nobody has, and none', async () => {
    const lain = 'lain@kota.go.id';
    for (const person of [
      { sub: 'lain-1', email: lain, email_verified: false },
      { sub: 'lain-1', email: lain },
      { sub: 'lain-1', email: lain, email_verified: 'true' },
      { sub: 'lain-1', email: 'siapa@kota.go.id', email_verified: true },
      { sub: 'lain-1' },
    ]) {
      issuer.person = person;
      const { client, at } = await signIn();
      expect(at, JSON.stringify(person)).to.equal(REFUSED);
      expect(client.cookies.has('kanal_staff')).to.equal(false);
    }
  });

  it('refuses a disabled account', async () => {
    issuer.person = { sub: 'lain-2', email: 'lain@kota.go.id', email_verified: true };
    expect((await signIn()).at).to.equal('/console/');
    const account = await test.app.staff.store.findByLogin('lain@kota.go.id');
    await test.admin.send('PATCH', `/staff/${account?._id}`, { isActive: false });
    expect((await signIn()).at).to.equal(REFUSED);
  });

  it('refuses an answer that another browser asked for, one that comes twice, and one without a trip', async () => {
    const client = createStaffClient(test.url);
    const back = await leave(client);
    const stranger = createStaffClient(test.url);
    await leave(stranger);
    expect(await comeBack(stranger, back), "another's state").to.equal(REFUSED);
    expect(await comeBack(createStaffClient(test.url), back), 'no trip').to.equal(REFUSED);
    const trip = client.cookies.get('kanal_oidc') ?? '';
    const fresh = await leave(client);
    expect(await comeBack(client, fresh)).to.equal('/console/');
    client.cookies.set('kanal_oidc', trip);
    expect(await comeBack(client, fresh), 'twice').to.equal(REFUSED);
  });

  it('refuses tokens signed by another key, for another client, or for another sign-in', async () => {
    issuer.forges = true;
    expect((await signIn()).at, 'forged').to.equal(REFUSED);
    issuer.forges = false;
    for (const claim of [
      { aud: 'someone-else' },
      { nonce: 'of another' },
      { iss: 'https://evil.example' },
      { exp: 1 },
    ]) {
      issuer.person = { sub: 'dewi-1', email, email_verified: true, ...claim };
      expect((await signIn()).at, JSON.stringify(claim)).to.equal(REFUSED);
    }
  });
});
