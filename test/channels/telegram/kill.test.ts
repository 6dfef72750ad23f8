import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../../src/cli/bench-figures.js';
import type { PathPoint } from '../../../src/conversations/points.js';
import type { Turn } from '../../../src/conversations/turn.js';
import { readStore } from '../../fakes/inspect-store.js';
import { type FakeTelegram, startFakeTelegram } from '../../fakes/telegram-server.js';
import type { FakeCitizen } from '../../fakes/telegram-server-citizen.js';
import { startTelegramService, type TelegramService } from '../../fakes/telegram-server-process.js';
import { until } from '../../fakes/until.js';

const CITIZENS = 5;
const NUMBER = /LP-\d{6}-\d{4}/;

/** How often the point is passed before the kill: in the middle of the work, where there is some. */
const POINTS: readonly (readonly [PathPoint, number])[] = [
  ['decided', 4],
  ['inserted', 6],
  ['acknowledged', 6],
  ['effect_half_applied', 2],
  ['effect_applied', 2],
  ['sending', 3],
  ['sent_unmarked', 3],
];

for (const mode of ['polling', 'webhook'] as const) {
  describe(`a service on Telegram by ${mode}, killed at any point`, function () {
    // each starts the service twice, which takes its time on a busy machine
    this.timeout(240_000);
    let dataDir: string;
    let fake: FakeTelegram;
    let service: TelegramService;

    beforeEach(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'kanal-kill-'));
      fake = await startFakeTelegram({ retryScale: 0.02 });
    });
    afterEach(async () => {
      await service?.kill();
      await fake.stop();
      await rm(dataDir, { recursive: true, force: true });
    });

    it('ended politely in the middle of the work, is gone within ten seconds and loses nothing', async () => {
      const env = await envOf();
      service = await startTelegramService(env);
      const citizens = Array.from({ length: CITIZENS }, (_, index) => fake.citizen(index + 1));
      for (const each of citizens) each.say('lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu');
      await until('some are taken in', () => fake.queue.acknowledged.length > 0);
      const startedAtMs = performance.now();
      await service.terminate();
      expect(performance.now() - startedAtMs).to.be.below(10_000);
      for (const each of citizens) each.say('halo');
      service = await startTelegramService(env);
      await expectAllDone(citizens);
      const { turns } = await readStore(dataDir);
      expect(turns.filter((turn) => turn.source.kind === 'citizen')).to.have.length(2 * CITIZENS);
      expectSentOnceOrFlagged(turns, fake);
    });

    async function envOf(): Promise<Record<string, string>> {
      const port = String(await freePort());
      return {
        DATA_DIR: dataDir,
        HTTP_PORT: port,
        TELEGRAM_BOT_TOKEN: fake.token,
        TELEGRAM_API_ROOT: fake.apiRoot,
        ...(mode === 'webhook' ? { PUBLIC_URL: `http://127.0.0.1:${port}` } : {}),
      };
    }

    async function expectAllDone(citizens: readonly FakeCitizen[]): Promise<void> {
      await until('Telegram has nothing left', () => fake.queue.pendingCount === 0, 120_000);
      await until('all are answered', () => citizens.every((each) => each.heard().length > 0), 120_000);
      await until('nothing is owed any more', async () => {
        const { turns } = await readStore(dataDir);
        return turns.every((turn) => !turn.sendAt && !turn.applyAt);
      });
    }

    for (const [point, after] of POINTS) {
      it(`just after "${point}" loses nothing and doubles nothing unflagged`, async () => {
        const env = await envOf();
        service = await startTelegramService({ ...env, KILL_AT: point, KILL_AFTER: String(after) });
        const restarted = service.ended.then(async () => {
          service = await startTelegramService(env);
        });

        const citizens = Array.from({ length: CITIZENS }, (_, index) => fake.citizen(index + 1));
        // a restart that fails says why, sooner than a citizen who waits for it
        await Promise.all([restarted, ...citizens.map(report)]);
        await until('Telegram has nothing left', () => fake.queue.pendingCount === 0);
        await until('nothing is owed any more', async () => {
          const { turns } = await readStore(dataDir);
          return turns.every((turn) => !turn.sendAt && !turn.applyAt);
        });

        const store = await readStore(dataDir);
        const keys = store.turns.map((turn) => turn._id);
        expect(new Set(keys).size, 'every message is one turn').to.equal(keys.length);
        expect(store.turns.filter((turn) => turn.source.kind === 'citizen')).to.have.length(2 * CITIZENS);
        expect(store.cases, 'one case a citizen').to.have.length(CITIZENS);
        const told = citizens.flatMap((each) => each.heard().flatMap((text) => NUMBER.exec(text)?.[0] ?? []));
        expect([...new Set(told)].sort()).to.deep.equal(store.cases.map((each) => each._id).sort());
        expectSentOnceOrFlagged(store.turns, fake);
        expect(service.output()).not.to.include('canary');
      });
    }
  });
}

/** Two messages, the second when the question is heard. */
async function report(citizen: FakeCitizen): Promise<void> {
  citizen.say('lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu');
  await until('the summary is heard', () => citizen.heard().length >= 1, 120_000);
  citizen.say('kirim');
  const isFiled = () => citizen.heard().some((text) => NUMBER.test(text));
  await until('a number is heard', isFiled, 120_000).catch((cause: unknown) => {
    throw new Error(`citizen ${citizen.chatId} heard: ${citizen.heard().join(' | ')}`, { cause });
  });
}

/** What the platform has beyond what the turns say was sent, was sent in doubt and is flagged. */
function expectSentOnceOrFlagged(turns: readonly Turn[], fake: FakeTelegram): void {
  const outs = turns.flatMap((turn) => turn.out);
  expect(outs.filter(({ state }) => state !== 'sent' && state !== 'superseded')).to.deep.equal([]);
  const ids = outs.flatMap((out) => (out.state === 'sent' ? [out.platformId] : []));
  const onPlatform = new Set(fake.bot.sent.map(({ messageId }) => String(messageId)));
  expect(
    ids.filter((id) => !onPlatform.has(id)),
    'what counts as sent is there',
  ).to.deep.equal([]);
  const flagged = outs.filter((out) => out.state === 'sent' && out.resent === true).length;
  expect(fake.bot.sent.length - ids.length, 'unflagged doubles').to.be.within(0, flagged);
}
