import { Writable } from 'node:stream';
import { expect } from 'chai';
import type { App } from '../../../src/app.js';
import { freePort } from '../../../src/cli/bench-figures.js';
import { loadConfig } from '../../../src/config.js';
import { systemClock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import { createPushLanes } from '../../../src/push-lanes.js';
import { type FakeTelegram, startFakeTelegram } from '../../fakes/telegram-server.js';
import { startTestApp, type TestApp } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';

const ROOT = new URL('../../..', import.meta.url).pathname;

/** A store of its own, and two processes' worth of service with the same bot. */
for (const mode of ['polling', 'webhook'] as const) {
  describe(`two processes with one bot by ${mode}`, () => {
    let fake: FakeTelegram;
    let store: TestApp;
    let apps: App[];
    let lines: string[];
    let ports: number[];

    before(async () => {
      fake = await startFakeTelegram({ retryScale: 0.01 });
      store = await startTestApp();
      lines = [];
      ports = [await freePort(), await freePort()];
      apps = [];
      for (const port of ports) apps.push(await start(port));
    });
    after(async () => {
      await store.close();
      await fake.stop();
    });

    function start(port: number): Promise<App> {
      const config = loadConfig({
        DATA_DIR: store.dataDir,
        HTTP_PORT: String(port),
        TELEGRAM_BOT_TOKEN: fake.token,
        TELEGRAM_API_ROOT: fake.apiRoot,
        ...(mode === 'webhook' ? { PUBLIC_URL: `http://127.0.0.1:${ports[0]}` } : {}),
      });
      const sink = new Writable({
        write(line, _encoding, done) {
          lines.push(String(line));
          done();
        },
      });
      const log = createLog('debug', sink);
      const pushLanes = createPushLanes({ config, clock: systemClock, log, root: ROOT, tell: () => undefined });
      return store.join({ config, log, clock: systemClock, pushLanes });
    }

    const turns = () => store.app.connection.collection('turns');

    it('share the work without a war, and every message is one turn with one answer', async () => {
      if (mode === 'webhook') await until('the webhook is set', () => fake.queue.webhook !== undefined);
      const citizens = Array.from({ length: 6 }, (_, index) => fake.citizen(index + 1));
      for (const each of citizens) each.say('halo');
      await until('all are answered', () => citizens.every((each) => each.heard().length > 0));
      expect(citizens.map((each) => each.heard().length)).to.deep.equal([1, 1, 1, 1, 1, 1]);
      expect(await turns().countDocuments({ 'source.kind': 'citizen' })).to.equal(citizens.length);
      expect(lines.join('')).not.to.include('polling failed');
    });

    if (mode === 'webhook') {
      it('take the same delivery at the same moment for one', async () => {
        const { secret = '', url = '' } = fake.queue.webhook ?? {};
        const chat = { id: 77, type: 'private' };
        fake.citizen(77);
        const bodies = Array.from({ length: 8 }, (_, index) => {
          const message = { message_id: 900 + index, from: { id: 77 }, chat, date: nowSeconds(), text: 'halo' };
          return JSON.stringify({ update_id: 9000 + index, message });
        });
        const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret };
        for (const body of bodies) {
          const both = ports.map((port) => {
            const there = new URL(url);
            there.port = String(port);
            return fetch(there, { method: 'POST', headers, body });
          });
          expect((await Promise.all(both)).map(({ status }) => status)).to.deep.equal([200, 200]);
        }
        const found = await turns().find({ 'source.key': { $in: bodies.map((_, index) => String(900 + index)) } });
        const seqs = (await found.toArray()).map((turn) => turn['seq'] as number).sort((a, b) => a - b);
        expect(seqs).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
      });
    }

    it('go on when the one that polls and sends is gone', async () => {
      await apps[0]?.stop();
      const siti = fake.citizen(50);
      if (mode === 'webhook' && fake.queue.webhook) {
        const there = new URL(fake.queue.webhook.url);
        there.port = String(ports[1]);
        fake.queue.setWebhook({ ...fake.queue.webhook, url: String(there) }, false);
      }
      siti.say('halo');
      await until('the other answers', () => siti.heard().length === 1, 40_000);
    });
  });
}

function nowSeconds(): number {
  return Math.floor(systemClock.now().getTime() / 1000);
}
