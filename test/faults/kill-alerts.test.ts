import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readStore } from '../fakes/inspect-store.js';
import { type PushPlatform, startPushPlatform } from '../fakes/push-platform.js';
import { type ServiceProcess, startService } from '../fakes/service.js';
import { until } from '../fakes/until.js';

const SENT_AT = '2036-01-01T00:00:00Z';

describe('a service killed between a turn and its alert', function () {
  this.timeout(90_000);
  let dataDir: string;
  let platform: PushPlatform;
  let service: ServiceProcess;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-kill-'));
    platform = await startPushPlatform();
  });
  afterEach(async () => {
    await service?.kill();
    await platform.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('tells staff of the danger once it is back, and once', async () => {
    const env = { DATA_DIR: dataDir, PUSH_URL: platform.url };
    service = await startService({ ...env, KILL_AT: 'inserted' });
    const update = { id: 'm1', chatId: 'citra', text: 'tolong rumah saya kebakaran', sentAt: SENT_AT };
    const deliver = () => platform.deliver(`${service.url}/fake/webhook`, update);
    await deliver().catch(() => undefined);
    await service.ended;
    service = await startService(env);
    const kept = async () => (await readStore(dataDir)).alerts.filter(({ what }) => what === 'danger');
    await until('the alert', async () => (await kept()).length > 0);
    await deliver();
    const { turns } = await readStore(dataDir);
    const told = turns.filter(({ after }) => after.warned.length > 0);
    expect((await kept()).map(({ subject }) => subject)).to.deep.equal(
      told.map(({ conversationId }) => conversationId),
    );
    expect(told.length).to.equal(1);
  });
});
