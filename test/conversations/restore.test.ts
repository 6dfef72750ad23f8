import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type App, startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import { backup, restore } from '../../src/store/embedded/admin.js';
import { createPushLane } from '../fakes/push-channel.js';
import { type PushPlatform, startPushPlatform } from '../fakes/push-platform.js';
import { createCitizen, createShiftedClock } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const REPORT = 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu';

describe('a backup made while running, and restored', () => {
  let dir: string;
  let platform: PushPlatform;
  let app: App;
  const clock = createShiftedClock();
  const log = createLog('silent');

  const start = async () => {
    app = await startApp({
      config: loadConfig({ DATA_DIR: join(dir, 'data'), HTTP_PORT: '0' }),
      log,
      clock,
      root: ROOT,
      pushLanes: ({ receive }) => [createPushLane(platform.url, receive)],
    });
  };
  const fileOne = async (name: string) => {
    const citizen = createCitizen(app, name);
    await citizen.say(REPORT, { sentAt: clock.now() });
    return (await citizen.say('kirim', { sentAt: clock.now() })).entries.at(-1)?.receipt?.number ?? '';
  };
  const write = (id: string) =>
    platform.deliver(`http://127.0.0.1:${app.port}/fake/webhook`, {
      id,
      chatId: 'hp-1',
      text: 'halo',
      sentAt: systemClock.now().toISOString(),
    });

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kanal-restore-'));
    platform = await startPushPlatform();
    await start();
  });
  after(async () => {
    await app.stop();
    await platform.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('goes on with what was in it, gives no number out twice and no old message twice', async () => {
    const before = await fileOne('warga-sebelum');
    platform.script([{ answer: 'throttled', retryAfterMs: 3_600_000 }], 'hp-1');
    expect(await write('u1')).to.equal(200);
    await until('the message is owed', () => platform.sends.length === 1);
    const store = join(dir, 'data', 'store');
    await backup({ dataDir: store, target: join(dir, 'copy'), log });
    const afterwards = await fileOne('warga-sesudah');
    await app.stop();

    await restore({ dataDir: store, source: join(dir, 'copy'), now: systemClock.now() });
    clock.shift(20 * 60_000);
    await start();

    expect(await app.cases.find(before)).to.include({ _id: before });
    expect(await app.cases.find(afterwards), 'filed after the backup').to.equal(undefined);
    const next = await fileOne('warga-berikut');
    expect(Number(next.slice(-4))).to.be.greaterThan(Number(afterwards.slice(-4)));
    expect(await write('u1'), 'a redelivery').to.equal(200);
    const { conversationId } = await createCitizen(app, 'x').say('halo');
    expect(conversationId).to.have.length(26);
    const owed = await app.conversations.turns.owingMessages(
      'telegram:fake',
      new Date(clock.now().getTime() + 1e9),
      'oldest',
      10,
    );
    expect(owed, 'the old message was given up').to.deep.equal([]);
    expect(platform.sends.length).to.equal(1);
  });

  it('reconciles once', async () => {
    const one = await fileOne('warga-a');
    await app.stop();
    await start();
    const two = await fileOne('warga-b');
    expect(Number(two.slice(-4)) - Number(one.slice(-4))).to.equal(1);
  });
});
