import { expect } from 'chai';
import { ROLES } from '../../../src/staff/actor.js';
import type { AccountCard, AccountList, AccountMade, InvitationAnswer } from '../../../src/staff/api/accounts.js';
import type { Me } from '../../../src/staff/api/auth.js';
import { type StaffApp, startStaffApp, tokenOf } from '../../fakes/staff-app.js';
import { CHEAP, createStaffClient, GOOD_PASSWORD } from '../../fakes/staff-client.js';
import { createShiftedClock, startTestApp } from '../../fakes/test-app.js';

const HOUR_MS = 60 * 60 * 1000;

describe('accounts over HTTP', function () {
  this.timeout(60_000);
  let test: StaffApp;
  const clock = createShiftedClock();
  before(async () => {
    test = await startStaffApp({ clock });
  });
  after(() => test.close());

  const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

  it('are read by who oversees, and made and changed by admins alone', async () => {
    const { id } = await test.hire('agent');
    const allowed: Record<string, string[]> = {};
    for (const role of ROLES) {
      const { client } = await test.hire(role);
      const tries: [string, string, unknown?][] = [
        ['GET', '/staff'],
        ['GET', `/staff/${id}`],
        ['POST', '/staff', { login: `dari-${role}`, name: 'Baru', role: 'auditor' }],
        ['PATCH', `/staff/${id}`, { capacity: 7 }],
        ['POST', `/staff/${id}/reset`, {}],
        ['GET', `/sessions?staffId=${id}`],
        ['GET', `/tokens?staffId=${id}`],
      ];
      allowed[role] = [];
      for (const [method, path, body] of tries) {
        const { status } = await client.send(method, path, body);
        expect(status, `${role} ${method} ${path}`).to.be.oneOf([200, 201, 403]);
        if (status !== 403) allowed[role]?.push(`${method} ${path.replace(id, 'ID')}`);
      }
    }
    const read = ['GET /staff', 'GET /staff/ID'];
    const all = [
      ...read,
      'POST /staff',
      'PATCH /staff/ID',
      'POST /staff/ID/reset',
      'GET /sessions?staffId=ID',
      'GET /tokens?staffId=ID',
    ];
    expect(allowed).to.deep.equal({ agent: [], coordinator: [], supervisor: read, auditor: read, admin: all });
  });

  it('show neither password nor secrets', async () => {
    const text = await (await test.admin.send('GET', '/staff')).text();
    expect(text)
      .to.contain('"login":"ratna"')
      .and.not.match(/argon2|hash":|totp":\{/i);
  });

  it('take no fields that are not theirs to give', async () => {
    const { id } = await test.hire('agent');
    for (const extra of [{ rightsRev: 9 }, { passwordHash: 'x' }, { createdAt: '2020-01-01' }, { login: 'ratna' }])
      expect((await test.admin.send('PATCH', `/staff/${id}`, extra)).status).to.equal(400);
    const wanted = { login: 'sapi', name: 'Sapi', role: 'auditor', isActive: true };
    expect((await test.admin.send('POST', '/staff', wanted)).status).to.equal(400);
  });

  it('need a role and units that go together, and a login that is free', async () => {
    const wanted = { login: 'kucing', name: 'Kucing', role: 'agent', units: ['dinas_pu'] };
    const wrong = [
      { ...wanted, units: [] },
      { ...wanted, units: ['dinas_khayal'] },
      { ...wanted, role: 'king' },
      { ...wanted, login: 'a b' },
      { ...wanted, name: ' ' },
    ];
    for (const each of wrong) expect((await test.admin.send('POST', '/staff', each)).status).to.equal(400);
    const taken = await test.admin.send('POST', '/staff', { ...wanted, login: 'RATNA' });
    expect(await codeOf(taken)).to.deep.equal([409, 'request.conflict']);
  });

  it('have new rights from the next request on', async () => {
    const { id, client } = await test.hire('agent');
    expect((await client.send('GET', '/staff')).status).to.equal(403);
    await test.admin.send('PATCH', `/staff/${id}`, { role: 'supervisor', units: [] });
    expect((await client.send('GET', '/staff')).status).to.equal(200);
    expect((await client.get<Me>('/me')).actor).to.include({ role: 'supervisor' });
    await test.admin.send('PATCH', `/staff/${id}`, { role: 'auditor' });
    expect((await client.get<Me>('/me')).rights).not.to.include('case:write');
  });

  it('are shut out at once when disabled, and come back only by signing in', async () => {
    const { id, client, login } = await test.hire('agent');
    const made = await client.post<{ token: string }>('/tokens', { name: 'x', scopes: ['case:read'] });
    await test.admin.send('PATCH', `/staff/${id}`, { isActive: false });
    expect((await client.send('GET', '/me')).status).to.equal(401);
    expect(await test.app.staff.seats.byApiToken(made.token)).to.equal(undefined);
    expect((await createStaffClient(test.url).login(login)).status).to.equal(401);
    await test.admin.send('PATCH', `/staff/${id}`, { isActive: true });
    expect((await client.send('GET', '/me')).status).to.equal(401);
    expect((await createStaffClient(test.url).login(login)).status).to.equal(200);
  });

  it('keep an admin: nobody takes their own role, nor is the last one disabled', async () => {
    const me = await test.admin.get<Me>('/me');
    for (const patch of [{ isActive: false }, { role: 'agent' }])
      expect((await test.admin.send('PATCH', `/staff/${me.actor.staffId}`, patch)).status).to.equal(409);
    for (const each of (await test.admin.get<AccountList>('/staff')).staff)
      if (each.role === 'admin' && each.id !== me.actor.staffId)
        await test.admin.send('PATCH', `/staff/${each.id}`, { isActive: false });
    const cli = test.app.staff.accounts.change(me.actor.staffId, { isActive: false }, 'cli:test');
    expect(await cli.catch((error) => error.code)).to.equal('request.conflict');
  });

  it('keep an admin also when two take the role from each other at the same time', async () => {
    const { change } = test.app.staff.accounts;
    const me = await test.admin.get<Me>('/me');
    const { id } = await test.hire('admin', []);
    const patch = { role: 'supervisor' } as const;
    await Promise.allSettled([change(id, patch, me.actor.staffId), change(me.actor.staffId, patch, id)]);
    expect(await test.app.staff.store.countActiveAdmins()).to.be.greaterThan(0);
    // whoever it was, the tests after this need the first one
    await test.app.staff.store.update(me.actor.staffId, { $set: { role: 'admin' } });
  });

  it('are changed by one of two admins who decide at once on what the other is changing', async () => {
    const { id } = await test.hire('agent');
    const both = await Promise.all([
      test.admin.send('PATCH', `/staff/${id}`, { role: 'coordinator' }),
      test.admin.send('PATCH', `/staff/${id}`, { units: ['dinas_sosial'] }),
    ]);
    const card = await test.admin.get<AccountCard>(`/staff/${id}`);
    const won = both.filter(({ status }) => status === 200).length;
    // one after the other is as good; what must not be is that one undoes the other unseen
    if (won === 2) expect(card).to.deep.include({ role: 'coordinator', units: ['dinas_sosial'] });
    else expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
  });

  describe('invitations', () => {
    const invite = (login: string, role = 'auditor') =>
      test.admin.post<AccountMade>('/staff', { login, name: 'Calon', role });
    const accept = (body: unknown) => createStaffClient(test.url).send('POST', '/invite/accept', body);

    it('are good once, for one of two who use them at the same time', async () => {
      const token = tokenOf((await invite('calon1')).invitation);
      const both = await Promise.all([
        accept({ token, password: GOOD_PASSWORD }),
        accept({ token, password: GOOD_PASSWORD }),
      ]);
      expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 401]);
      expect((await accept({ token, password: GOOD_PASSWORD })).status).to.equal(401);
    });

    it('are not used up by a password that is refused', async () => {
      const token = tokenOf((await invite('calon2')).invitation);
      for (const password of ['pendek', '123456789012', 'bismillah123', 'calon2calon2'])
        expect((await accept({ token, password })).status, password).to.equal(400);
      expect((await accept({ token, password: GOOD_PASSWORD })).status).to.equal(200);
    });

    it('let their owner choose another login, but no address and none that is taken', async () => {
      const token = tokenOf((await invite('calon3')).invitation);
      const password = GOOD_PASSWORD;
      expect((await accept({ token, password, login: 'ratna' })).status).to.equal(409);
      expect((await accept({ token, password, login: 'walikota@kota.go.id' })).status).to.equal(400);
      expect((await accept({ token, password, login: 'Pilihan', name: 'Nama Asli' })).status).to.equal(200);
      expect((await createStaffClient(test.url).login('pilihan')).status).to.equal(200);
    });

    it('run out after 72 hours', async () => {
      const { invitation, account } = await invite('calon4');
      expect(Date.parse(invitation.expiresAt) - clock.now().getTime()).to.be.closeTo(72 * HOUR_MS, 60_000);
      clock.shift(73 * HOUR_MS);
      expect((await accept({ token: tokenOf(invitation), password: GOOD_PASSWORD })).status).to.equal(401);
      clock.shift(-73 * HOUR_MS);
      await test.admin.send('PATCH', `/staff/${account.id}`, { isActive: false });
      expect((await accept({ token: tokenOf(invitation), password: GOOD_PASSWORD })).status).to.equal(401);
    });

    it('are replaced by a reset, which takes away password and sessions', async () => {
      const { id, client, login } = await test.hire('agent');
      const first = await test.admin.post<InvitationAnswer>(`/staff/${id}/reset`);
      expect((await client.send('GET', '/me')).status).to.equal(401);
      expect((await createStaffClient(test.url).login(login)).status).to.equal(401);
      const second = await test.admin.post<InvitationAnswer>(`/staff/${id}/reset`);
      const password = 'sapi makan rumput biru';
      expect((await accept({ token: tokenOf(first), password })).status).to.equal(401);
      expect((await accept({ token: tokenOf(second), password })).status).to.equal(200);
      expect((await createStaffClient(test.url).login(login, password)).status).to.equal(200);
    });
  });

  it('leave in the audit log what was done, by whom, and no word of it', async () => {
    const entries = await test.app.connection
      .getClient()
      .db(test.app.connection.name)
      .collection('audit')
      .find()
      .toArray();
    const what = new Set(entries.map((entry) => entry['what']));
    for (const each of ['first_admin', 'signed_in', 'invited', 'invitation_accepted', 'role_changed', 'disabled'])
      expect(what).to.include(`staff.${each}`);
    expect(what).to.include('staff.password_reset').and.include('staff.token_made');
    expect(JSON.stringify(entries)).not.to.match(/Bu Ratna|ratna|kuda nil|argon2/);
    expect((await test.app.audit.verify()).ok).to.equal(true);
  });
});

describe('the first admin', function () {
  this.timeout(60_000);

  it('is one of two who use the link at the same time', async () => {
    const test = await startTestApp(CHEAP);
    try {
      const token = await test.app.staff.accounts.offerFirst();
      const wanted = { token, name: 'Siapa', password: GOOD_PASSWORD };
      const become = (login: string) => createStaffClient(test.url).send('POST', '/first', { ...wanted, login });
      const short = { ...wanted, login: 'satu', password: 'pendek' };
      expect((await createStaffClient(test.url).send('POST', '/first', short)).status).to.equal(400);
      const all = await Promise.all(['satu', 'dua', 'tiga'].map(become));
      expect(all.map(({ status }) => status).sort()).to.deep.equal([200, 401, 401]);
      expect(await test.app.staff.store.list()).to.have.length(1);
    } finally {
      await test.close();
    }
  });

  it('is one even of two who hold links of two processes', async () => {
    const test = await startTestApp(CHEAP);
    try {
      const older = await test.app.staff.accounts.offerFirst();
      const newer = await test.app.staff.accounts.offerFirst();
      const become = (token: string | undefined, login: string) =>
        createStaffClient(test.url).send('POST', '/first', { token, name: 'Siapa', login, password: GOOD_PASSWORD });
      expect((await become(older, 'satu')).status).to.equal(401);
      expect((await become(newer, 'dua')).status).to.equal(200);
    } finally {
      await test.close();
    }
  });
});
