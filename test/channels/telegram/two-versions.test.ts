import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../../src/cli/bench-figures.js';
import { loadConfig } from '../../../src/config.js';
import type { Turn } from '../../../src/conversations/turn.js';
import { systemClock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import { createPushLanes } from '../../../src/push-lanes.js';
import { findRunningStore } from '../../../src/store/embedded/start.js';
import { moveCase } from '../../cases/case-life.js';
import { createNextVersion, type NextVersion } from '../../fakes/next-version.js';
import { type FakeTelegram, startFakeTelegram } from '../../fakes/telegram-server.js';
import type { FakeCitizen } from '../../fakes/telegram-server-citizen.js';
import { startTelegramService, type TelegramService } from '../../fakes/telegram-server-process.js';
import { startTestApp, type TestApp } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';

const ROOT = new URL('../../..', import.meta.url).pathname;
const REPORT = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';
const NUMBER = /LP-\d{6}-\d{4}/;
const CITIZENS = 6;
const PATIENCE_MS = 60_000;

/** Hands each delivery to the next of the processes that are there. */
async function startBalancer(ports: readonly number[]): Promise<Server> {
  let next = 0;
  const balancer = createServer((incoming, outgoing) => {
    next += 1;
    const target = {
      host: '127.0.0.1',
      port: ports[next % ports.length],
      path: incoming.url,
      headers: incoming.headers,
    };
    const passing = request({ ...target, method: incoming.method }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passing.once('error', () => outgoing.writeHead(502).end());
    incoming.pipe(passing);
  }).listen(0, '127.0.0.1');
  await once(balancer, 'listening');
  return balancer;
}

describe('a deployment: the next version beside this one, on one store and one bot', function () {
  this.timeout(180_000);
  let fake: FakeTelegram;
  let balancer: Server;
  let current: TestApp;
  let next: TelegramService;
  let version: NextVersion;
  let citizens: readonly FakeCitizen[];

  before(async () => {
    fake = await startFakeTelegram({ retryScale: 0.01 });
    version = await createNextVersion();
    const ports = [await freePort(), await freePort()];
    balancer = await startBalancer(ports);
    const env = {
      TELEGRAM_BOT_TOKEN: fake.token,
      TELEGRAM_API_ROOT: fake.apiRoot,
      PUBLIC_URL: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`,
    };
    const port = String(ports[0]);
    const log = createLog('silent');
    const store = await startTestApp();
    const config = loadConfig({ ...env, DATA_DIR: store.dataDir, HTTP_PORT: port });
    const pushLanes = createPushLanes({ config, clock: systemClock, log, root: ROOT, tell: () => undefined });
    const app = await store.join({ config, log, pushLanes });
    current = { ...store, app };
    const uri = (await findRunningStore(join(store.dataDir, 'store'))) ?? '';
    const joined = { ...env, DATA_DIR: store.dataDir, HTTP_PORT: String(ports[1]), STORE_URI: uri };
    next = await startTelegramService(joined, version.entry);
    await until('the webhook is set', () => fake.queue.webhook !== undefined);
    citizens = Array.from({ length: CITIZENS }, (_, index) => fake.citizen(index + 1));
  });
  after(async () => {
    await next?.terminate();
    await current?.close();
    balancer?.close();
    await fake?.stop();
    await version?.remove();
  });

  const db = () => current.app.connection;
  const turns = () => db().collection<Turn & { sinceNext?: unknown }>('turns');

  async function hear(each: FakeCitizen, act: () => unknown): Promise<void> {
    const before = each.heard().length;
    act();
    await until('an answer is heard', () => each.heard().length > before, PATIENCE_MS);
  }

  it('files every report once, whichever of the two takes each message, and neither undoes the other', async () => {
    await Promise.all(
      citizens.map(async (each) => {
        await hear(each, () => each.say('halo'));
        await hear(each, () => each.say(REPORT));
        await hear(each, () => each.tap('Kirim'));
        await until('a number is heard', () => NUMBER.test(each.heard().join()), PATIENCE_MS);
      }),
    );
    await until('Telegram has nothing left', () => fake.queue.pendingCount === 0, PATIENCE_MS);
    await until('nothing is owed', async () => (await turns().countDocuments({ sendAt: { $exists: true } })) === 0);
    const all = await turns().find({}).sort({ conversationId: 1, seq: 1 }).toArray();
    expect(all.filter(({ source }) => source.kind === 'citizen')).to.have.length(3 * CITIZENS);
    expect(new Set(all.map(({ schema }) => schema)), 'both had work').to.deep.equal(new Set([1, 2]));
    for (const turn of all) {
      const later = all.filter((each) => each.conversationId === turn.conversationId && each.seq > turn.seq);
      if (turn.schema !== 2) continue;
      expect(
        later.filter(({ schema }) => schema === 1),
        'this version decided on the next one',
      ).to.deep.equal([]);
      expect(turn.sinceNext, 'a field of the next version was lost').to.deep.equal({ by: 'next' });
    }
    expect(await db().collection('cases').countDocuments()).to.equal(CITIZENS);
    for (const each of citizens) expect(each.heard().filter((text) => NUMBER.test(text))).to.have.length(1);
    const outs = all.flatMap(({ out }) => out).filter((out) => out.state === 'sent');
    expect(fake.bot.sent, 'sent twice').to.have.length(outs.length);
  });

  it('works on a case that the next version filed, without losing what it does not know', async () => {
    const filed = await db().collection<{ _id: string }>('cases').findOne({ schema: 2 });
    const number = filed?._id ?? expect.fail('the next version filed none');
    await moveCase(current.app, number, ['verified', 'assigned', 'needs_info'], { question: 'Tiang yang mana?' });
    const after = await db().collection<{ _id: string }>('cases').findOne({ _id: number });
    expect(after).to.include({ status: 'needs_info', schema: 2 });
    expect(after).to.have.deep.property('sinceNext', { by: 'next' });
  });

  it('goes on by the next version alone, in every chat', async () => {
    await current.app.stop();
    await Promise.all(citizens.map((each) => hear(each, () => each.say('halo'))));
    await until('Telegram has nothing left', () => fake.queue.pendingCount === 0, PATIENCE_MS);
  });
});
