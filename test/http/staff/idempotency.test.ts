import { expect } from 'chai';
import express from 'express';
import { z } from 'zod';
import { AppError } from '../../../src/core/errors.js';
import { createLog } from '../../../src/core/log.js';
import { createHttpServer, type HttpServer } from '../../../src/http/server.js';
import { createCookies } from '../../../src/http/staff/auth-cookies.js';
import { createGate } from '../../../src/http/staff/gate.js';
import { createWriteOnce } from '../../../src/http/staff/write-once.js';
import { createAnswers } from '../../../src/staff/answers.js';
import type { AccountList, AccountMade } from '../../../src/staff/api/accounts.js';
import { type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createStaffClient, type StaffClient } from '../../fakes/staff-client.js';
import { createShiftedClock } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';

describe('writes with an Idempotency-Key', function () {
  this.timeout(60_000);
  let test: StaffApp;
  let server: HttpServer;
  let here: StaffClient;
  let url: string;
  const clock = createShiftedClock();
  let done = 0;
  let held: Promise<void> | undefined;
  let failing: Error | undefined;

  before(async () => {
    test = await startStaffApp({ clock });
    const log = createLog('silent');
    const { keys, connection, staff } = test.app;
    const gate = createGate({ seats: staff.seats, cookies: createCookies(), keys, clock, log });
    const db = connection.getClient().db(connection.name);
    const writeOnce = createWriteOnce(createAnswers(db, keys, clock), gate);
    const router = express.Router().post(
      '/deed/:what',
      gate.signedIn,
      writeOnce(z.strictObject({ text: z.string() }), async ({ body }) => {
        await held;
        if (failing) throw failing;
        done += 1;
        return { status: 201, body: { done, text: body.text } };
      }),
    );
    const isReady = async () => ({ ready: true, parts: {} });
    server = createHttpServer({ log, clock, isReady, routers: [{ path: '/api/staff', router }], pagesDir: '/nowhere' });
    const { port } = await server.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${port}`;
    here = signedInAt(test.admin);
  });
  after(async () => {
    await server.close();
    await test.close();
  });
  beforeEach(() => {
    done = 0;
    held = undefined;
    failing = undefined;
  });

  function signedInAt(like: StaffClient): StaffClient {
    const client = createStaffClient(url);
    for (const [name, value] of like.cookies) client.cookies.set(name, value);
    if (like.me) client.me = like.me;
    return client;
  }

  const deed = (key: string, text = 'halo', what = 'a', client = here) =>
    client.send('POST', `/deed/${what}`, { text }, key === '' ? {} : { 'Idempotency-Key': key });

  it('are done once, and answered the same again', async () => {
    const first = await deed('kunci-0001');
    const again = await deed('kunci-0001');
    expect([first.status, again.status]).to.deep.equal([201, 201]);
    expect(await again.text()).to.equal(await first.text());
    expect(again.headers.get('idempotency-replayed')).to.equal('true');
    expect(first.headers.get('idempotency-replayed')).to.equal(null);
    expect(done).to.equal(1);
  });

  it('are refused with 422 when the key comes with another body', async () => {
    await deed('kunci-0002', 'satu');
    const other = await deed('kunci-0002', 'dua');
    expect([other.status, ((await other.json()) as { code: string }).code]).to.deep.equal([422, 'request.key_reused']);
    expect(done).to.equal(1);
  });

  it('are another deed by another key, on another route, and by another person', async () => {
    await here.send('POST', '/deed/a?of=satu', { text: 'halo' }, { 'Idempotency-Key': 'kunci-0009' });
    await here.send('POST', '/deed/a?of=dua', { text: 'halo' }, { 'Idempotency-Key': 'kunci-0009' });
    expect(done, 'of another query').to.equal(2);
    done = 0;
    const { client } = await test.hire('agent');
    const other = signedInAt(client);
    await deed('kunci-0003');
    await deed('kunci-0004');
    await deed('kunci-0003', 'halo', 'b');
    await deed('kunci-0003', 'halo', 'a', other);
    expect(done).to.equal(4);
  });

  it('are 409 while the same is under way, and done once of many at once', async () => {
    let release: () => void = () => undefined;
    held = new Promise((resolve) => {
      release = resolve;
    });
    const all = Array.from({ length: 10 }, () => deed('kunci-0005'));
    // nine are answered before the one that is held
    const nine = await firstOf(all, 9);
    release();
    expect(nine.map(({ status }) => status)).to.deep.equal(Array(9).fill(409));
    expect((await Promise.all(all)).filter(({ status }) => status === 201)).to.have.length(1);
    expect(done).to.equal(1);
  });

  it('may be sent again after they failed', async () => {
    failing = new AppError('request.conflict', 'Not now');
    expect((await deed('kunci-0006')).status).to.equal(409);
    failing = new Error('a bug');
    expect((await deed('kunci-0006')).status).to.equal(500);
    failing = undefined;
    expect((await deed('kunci-0006')).status).to.equal(201);
  });

  it('are taken up again when whoever was at it has died', async () => {
    held = new Promise(() => undefined);
    void deed('kunci-0007').catch(() => undefined);
    const { connection } = test.app;
    const answers = connection.getClient().db(connection.name).collection('answers');
    const running = { runningUntil: { $exists: true } };
    await until('it is under way', async () => (await answers.countDocuments(running)) > 0);
    held = undefined;
    expect((await deed('kunci-0007')).status).to.equal(409);
    clock.shift(60_001);
    expect((await deed('kunci-0007')).status).to.equal(201);
    clock.shift(-60_001);
  });

  it('need a key of 8 to 64 plain characters, or none', async () => {
    for (const key of ['pendek', 'x'.repeat(65), 'spasi di dalam', '$ne-$ne-$ne'])
      expect((await deed(key)).status, key).to.equal(400);
    expect((await deed('')).status).to.equal(201);
    expect((await deed('')).status).to.equal(201);
    expect(done).to.equal(2);
  });

  it('keep the answer sealed, as it may hold a link', async () => {
    const wanted = { login: 'tersegel', name: 'Tersegel', role: 'auditor' };
    const headers = { 'Idempotency-Key': 'kunci-0008' };
    const first = (await (await test.admin.send('POST', '/staff', wanted, headers)).json()) as AccountMade;
    const again = (await (await test.admin.send('POST', '/staff', wanted, headers)).json()) as AccountMade;
    expect(again).to.deep.equal(first);
    const { staff } = await test.admin.get<AccountList>('/staff');
    expect(staff.filter(({ login }) => login === 'tersegel')).to.have.length(1);
    const { connection } = test.app;
    const stored = await connection.getClient().db(connection.name).collection('answers').find().toArray();
    expect(JSON.stringify(stored)).not.to.contain('invite?token').and.not.contain('tersegel');
  });
});

/** The first `count` that settle. */
function firstOf<T>(all: readonly Promise<T>[], count: number): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const settled: T[] = [];
    for (const each of all)
      each.then((value) => {
        settled.push(value);
        if (settled.length === count) resolve(settled);
      }, reject);
  });
}
