import { expect } from 'chai';
import type { App } from '../../../src/app.js';
import { freePort } from '../../../src/cli/bench-figures.js';
import { loadConfig } from '../../../src/config.js';
import { type Clock, systemClock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import { createPushLanes } from '../../../src/push-lanes.js';
import { type FakeTelegram, startFakeTelegram } from '../../fakes/telegram-server.js';
import type { FakeCitizen } from '../../fakes/telegram-server-citizen.js';
import { startTestApp, type TestApp } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';

const ROOT = new URL('../../..', import.meta.url).pathname;
const REPORT = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';
const NUMBER = /LP-\d{6}-\d{4}/;
const OUTAGE_MS = 10 * 60_000;

for (const mode of ['polling', 'webhook'] as const) {
  describe(`an outage of ten minutes, by ${mode}`, () => {
    let fake: FakeTelegram;
    let store: TestApp;
    let app: App;
    let port: number;
    let laterMs = 0;
    const platformClock: Clock = {
      ...systemClock,
      now: () => new Date(systemClock.now().getTime() + laterMs),
      monotonicMs: () => systemClock.monotonicMs() + laterMs,
    };

    before(async () => {
      fake = await startFakeTelegram({ retryScale: 0.01, clock: platformClock });
      store = await startTestApp();
      port = await freePort();
      app = await start();
    });
    after(async () => {
      await store.close();
      await fake.stop();
    });

    function start(): Promise<App> {
      const config = loadConfig({
        DATA_DIR: store.dataDir,
        HTTP_PORT: String(port),
        TELEGRAM_BOT_TOKEN: fake.token,
        TELEGRAM_API_ROOT: fake.apiRoot,
        ...(mode === 'webhook' ? { PUBLIC_URL: `http://127.0.0.1:${port}` } : {}),
      });
      const log = createLog('silent');
      const pushLanes = createPushLanes({ config, clock: systemClock, log, root: ROOT, tell: () => undefined });
      return store.join({ config, log, pushLanes });
    }

    const cases = () => store.app.connection.collection('cases').countDocuments();

    async function hears(who: FakeCitizen, act: () => unknown): Promise<string> {
      const before = who.heard().length;
      act();
      await until('an answer is heard', () => who.heard().length > before);
      return who.heard().at(-1) ?? '';
    }

    it('loses the taps of that time at Telegram, and the next words get the open question again', async () => {
      const before = await cases();
      const siti = fake.citizen(601);
      await hears(siti, () => siti.say(REPORT));
      await app.stop();
      const lost = siti.tap('Kirim');
      laterMs += OUTAGE_MS;
      app = await start();
      await until('the tap is forgotten', () => fake.queue.pendingCount === 0);
      expect(fake.queue.acknowledged, 'nobody was given it').not.to.include(lost);
      expect(siti.heard()).to.have.length(1);
      expect(await hears(siti, () => siti.say('??'))).to.include('1. Kirim');
      expect(await hears(siti, () => siti.tap('Kirim'))).to.match(NUMBER);
      expect((await cases()) - before).to.equal(1);
    });

    it('loses no words of that time: they are answered in order, once', async () => {
      const before = await cases();
      const budi = fake.citizen(602);
      await hears(budi, () => budi.say(REPORT));
      await app.stop();
      budi.tap('Kirim');
      budi.say('kirim');
      laterMs += OUTAGE_MS;
      app = await start();
      await until('a number is heard', () => budi.heard().some((text) => NUMBER.test(text)));
      await until('all is confirmed', () => fake.queue.pendingCount === 0);
      expect((await cases()) - before).to.equal(1);
    });
  });
}
