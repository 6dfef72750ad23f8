import { expect } from 'chai';
import express from 'express';
import { loadConfig } from '../../../src/config.js';
import { createLog } from '../../../src/core/log.js';
import { createHttpServer, type HttpServer } from '../../../src/http/server.js';
import { createCookies } from '../../../src/http/staff/auth-cookies.js';
import { createGate } from '../../../src/http/staff/gate.js';
import type { TokenMade } from '../../../src/staff/api/auth.js';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createStaffClient, type StaffClient } from '../../fakes/staff-client.js';
import { until } from '../../fakes/until.js';

describe('the gate of the staff API', function () {
  this.timeout(60_000);
  let test: StaffApp;
  before(async () => {
    test = await startStaffApp();
  });
  after(() => test.close());

  const away = { presence: 'away' };

  describe('writes by session', () => {
    it('need the CSRF token', async () => {
      const { admin } = test;
      expect((await admin.send('POST', '/me/presence', away)).status).to.equal(204);
      for (const token of ['', 'wrong', 'a'.repeat(43)])
        expect((await admin.send('POST', '/me/presence', away, { 'X-CSRF-Token': token })).status).to.equal(403);
    });

    it('need the CSRF token of this session, not of another', async () => {
      const other = createStaffClient(test.url);
      await other.login('ratna');
      const token = other.me?.csrf ?? '';
      expect((await test.admin.send('POST', '/me/presence', away, { 'X-CSRF-Token': token })).status).to.equal(403);
    });

    it('are refused from another site even with the token', async () => {
      const foreign = [
        { Origin: 'https://evil.example' },
        { Origin: 'null' },
        { 'Sec-Fetch-Site': 'cross-site' },
        { 'Sec-Fetch-Site': 'same-site' },
        { 'Sec-Fetch-Site': 'none' },
      ];
      for (const headers of foreign)
        expect((await test.admin.send('POST', '/me/presence', away, headers)).status, JSON.stringify(headers)).to.equal(
          403,
        );
    });

    it('are refused as a form or as text', async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
        expect((await test.admin.send('POST', '/me/presence', away, { 'Content-Type': type })).status).to.equal(415);
    });
  });

  it('lets a read be typed into the address bar, but not be embedded by another site', async () => {
    const read = (headers: Record<string, string>) => test.admin.send('GET', '/me', undefined, headers);
    expect((await read({ Origin: '', 'Sec-Fetch-Site': 'none' })).status).to.equal(200);
    expect((await read({ Origin: '', 'Sec-Fetch-Site': 'cross-site' })).status).to.equal(403);
  });

  it('lets no other site sign a browser in', async () => {
    const login = { login: 'ratna', password: 'kuda nil terbang pelan' };
    for (const path of ['/login', '/first', '/invite/accept']) {
      const response = await createStaffClient(test.url).send('POST', path, login, { Origin: 'https://evil.example' });
      expect(response.status, path).to.equal(403);
    }
  });

  it('takes https of its own host for its own page, behind a proxy that it knows nothing of', async () => {
    const { host } = new URL(test.url);
    const send = (origin: string) => test.admin.send('POST', '/me/presence', away, { Origin: origin });
    expect((await send(`https://${host}`)).status).to.equal(204);
    expect((await send(`https://${host}.evil.example`)).status).to.equal(403);
    expect((await send('https://127.0.0.1:1')).status).to.equal(403);
  });

  it('changes nothing on GET', async () => {
    for (const path of ['/logout', '/me/presence', '/login', '/first'])
      expect((await test.admin.send('GET', path)).status, path).to.equal(404);
  });

  describe('behind a proxy that ends https', () => {
    it('gives Secure cookies under the __Host- prefix, and reads no others', async () => {
      const config = loadConfig({ DATA_DIR: test.dataDir, HTTP_PORT: '0', TRUSTED_PROXIES: '1' });
      const second = await test.join({ config });
      const url = `http://127.0.0.1:${second.port}`;
      const client = createStaffClient(url);
      const proxied = { 'X-Forwarded-Proto': 'https', Origin: url.replace('http:', 'https:') };
      const login = { login: 'ratna', password: 'kuda nil terbang pelan' };
      const cookies = (await client.send('POST', '/login', login, proxied)).headers.getSetCookie();
      expect(cookies).to.have.length(2);
      for (const cookie of cookies) expect(cookie).to.match(/^__Host-kanal_\w+=.*; Path=\/; HttpOnly.*; Secure$/);
      expect((await client.send('GET', '/me', undefined, proxied)).status).to.equal(200);
      const session = client.cookies.get('__Host-kanal_staff') ?? '';
      client.cookies.clear();
      client.cookies.set('kanal_staff', session);
      expect((await client.send('GET', '/me', undefined, proxied)).status).to.equal(401);
    });

    it('takes PUBLIC_URL for its own origin, with https even from a proxy it does not trust', async () => {
      const config = loadConfig({ DATA_DIR: test.dataDir, HTTP_PORT: '0', PUBLIC_URL: 'https://aduan.example.go.id' });
      const second = await test.join({ config });
      const client = createStaffClient(`http://127.0.0.1:${second.port}`);
      const login = { login: 'ratna', password: 'kuda nil terbang pelan' };
      const send = (origin: string) => client.send('POST', '/login', login, { Origin: origin });
      expect((await send('https://aduan.example.go.id')).status).to.equal(200);
      expect((await send('https://aduan.example.go.id.evil.example')).status).to.equal(403);
    });
  });

  describe('API tokens', () => {
    let token: string;
    let made: TokenMade;
    const program = (path: string, headers = {}) =>
      createStaffClient(test.url).send('GET', path, undefined, {
        Authorization: `Bearer ${token}`,
        Origin: '',
        'Sec-Fetch-Site': '',
        ...headers,
      });

    before(async () => {
      made = await test.admin.post<TokenMade>('/tokens', { name: 'laporan bulanan', scopes: ['staff:read'] });
      token = made.token;
    });

    it('act within their scopes, without cookie or CSRF token', async () => {
      expect((await program('/staff')).status).to.equal(200);
    });

    it('never manage accounts, sessions, tokens or the password, whatever their scopes', async () => {
      const all = await test.admin.post<TokenMade>('/tokens', { name: 'semua', scopes: ['staff:*'] });
      const headers = { Authorization: `Bearer ${all.token}`, Origin: '', 'Sec-Fetch-Site': '' };
      const send = (method: string, path: string, body?: unknown) =>
        createStaffClient(test.url).send(method, path, body, headers);
      const wanted = { login: 'baru', name: 'Baru', role: 'admin' };
      expect((await send('POST', '/staff', wanted)).status).to.equal(403);
      expect((await send('GET', '/sessions')).status).to.equal(403);
      expect((await send('GET', '/tokens')).status).to.equal(403);
      expect((await send('POST', '/tokens', { name: 'x', scopes: ['staff:*'] })).status).to.equal(403);
      const passwords = { current: 'kuda nil terbang pelan', password: 'kuda nil terbang cepat' };
      expect((await send('POST', '/me/password', passwords)).status).to.equal(403);
    });

    it('are found by no one who has only the list of them', async () => {
      const list = await (await test.admin.send('GET', '/tokens')).text();
      expect(list).to.contain(made.id).and.not.contain(token.split('.')[1]);
    });

    it('end at once', async () => {
      expect((await test.admin.send('DELETE', `/tokens/${made.id}`)).status).to.equal(204);
      expect((await program('/staff')).status).to.equal(401);
    });

    it('must name scopes that there are', async () => {
      const wanted = { name: 'x', scopes: ['everything:*'] };
      expect((await test.admin.send('POST', '/tokens', wanted)).status).to.equal(400);
    });
  });

  describe('open streams', () => {
    let server: HttpServer;
    let url: string;
    let clock: FakeClock;
    let looks = 0;
    /** By staff id; true once the stream has ended. */
    const ended = new Map<string, boolean>();

    // a gate of another process on the same store, so that nothing but the store tells it
    before(async () => {
      clock = createFakeClock();
      const log = createLog('silent');
      const { seats } = test.app.staff;
      const stillHeld: typeof seats.stillHeld = async (asked) => {
        const held = await seats.stillHeld(asked);
        looks += 1;
        return held;
      };
      const { keys } = test.app;
      const gate = createGate({ seats: { ...seats, stillHeld }, cookies: createCookies(), keys, clock, log });
      const router = express.Router().get('/stream', gate.signedIn, (_request, response) => {
        const { staffId } = gate.actorOf(response);
        response.setHeader('Content-Type', 'text/event-stream');
        response.write(':\n\n');
        ended.set(staffId, false);
        const stop = gate.onRevoked(response, () => response.end());
        response.once('close', () => {
          ended.set(staffId, true);
          stop();
        });
      });
      const isReady = async () => ({ ready: true, parts: {} });
      const routers = [{ path: '/api/staff', router }];
      server = createHttpServer({ log, clock, isReady, routers, pagesDir: '/nowhere' });
      const { port } = await server.listen(0, '127.0.0.1');
      url = `http://127.0.0.1:${port}`;
    });
    after(() => server.close());

    async function follow(client: StaffClient): Promise<void> {
      const here = createStaffClient(url);
      for (const [name, value] of client.cookies) here.cookies.set(name, value);
      expect((await here.send('GET', '/stream')).status).to.equal(200);
    }

    /** Lets four seconds pass for the gate, and whatever follows from them. */
    async function fourSeconds(): Promise<void> {
      for (let times = 0; times < 2; times++) {
        const before = looks;
        await clock.advance(2000);
        await until('the gate has looked', () => looks > before);
      }
    }

    const causes: Readonly<Record<string, (id: string, client: StaffClient) => Promise<unknown>>> = {
      'the person signs out': (_id, client) => client.send('POST', '/logout', {}),
      'an admin ends the session': async (id) => test.admin.send('DELETE', `/sessions?staffId=${id}`),
      'the account is disabled': (id) => test.admin.send('PATCH', `/staff/${id}`, { isActive: false }),
      'the role changes': (id) => test.admin.send('PATCH', `/staff/${id}`, { role: 'coordinator' }),
      'the units change': (id) => test.admin.send('PATCH', `/staff/${id}`, { units: ['dinas_sosial'] }),
      'the password is reset': (id) => test.admin.send('POST', `/staff/${id}/reset`, {}),
    };
    for (const [cause, make] of Object.entries(causes)) {
      it(`end when ${cause}, those of others go on`, async () => {
        const stays = await test.hire('agent');
        const leaves = await test.hire('agent');
        await follow(stays.client);
        await follow(leaves.client);
        await make(leaves.id, leaves.client);
        await fourSeconds();
        await until('the stream has ended', () => ended.get(leaves.id) === true);
        expect(ended.get(stays.id)).to.equal(false);
      });
    }

    it('go on when only the name or the capacity changes', async () => {
      const { id, client } = await test.hire('agent');
      await follow(client);
      await test.admin.send('PATCH', `/staff/${id}`, { name: 'Nama Baru', capacity: 3 });
      await fourSeconds();
      expect(ended.get(id)).to.equal(false);
    });
  });
});
