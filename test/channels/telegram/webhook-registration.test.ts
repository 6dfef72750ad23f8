import { expect } from 'chai';
import { eventually } from './eventually.js';
import { type Rig, startRig } from './rig.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.js';

const MINUTE_MS = 60_000;

describe('looking after the webhook', () => {
  let clock: SteppedClock;
  let rig: Rig;

  beforeEach(async () => {
    clock = createSteppedClock();
    rig = await startRig(clock, { mode: 'webhook' });
  });
  afterEach(() => rig.stop());

  const registrations = () => rig.fake.callsOf('setWebhook').length;
  const nextLook = async () => (await clock.wait(MINUTE_MS)).end();

  it('keeps trying to set it while the API is away, and says so', async () => {
    rig.fake.script(
      'setWebhook',
      { fail: 500 },
      { page: '<html>', status: 502 },
      { hangUp: true },
      { fail: 429, retryAfterSeconds: 1 },
    );
    await rig.start();
    for (let tries = 0; tries < 4; tries++) (await clock.pause(5, 16_000)).end();
    await eventually('set', () => rig.fake.queue.webhook !== undefined);
    await clock.wait(MINUTE_MS);
    expect(rig.problems).to.deep.equal(['unreachable raised', 'unreachable cleared']);
    expect(rig.logged()).not.to.include('canary');
  });

  it('sets it again when somebody removed it', async () => {
    await rig.start();
    await clock.wait(MINUTE_MS);
    rig.fake.queue.setWebhook(undefined, false);
    await nextLook();
    (await clock.pause(5, 1000)).end();
    await clock.wait(MINUTE_MS);
    expect(registrations()).to.equal(2);
    expect(rig.problems).to.deep.equal(['webhook_taken raised', 'webhook_taken cleared']);
  });

  it('starts no war with another service that set its own', async () => {
    await rig.start();
    await clock.wait(MINUTE_MS);
    rig.fake.queue.setWebhook({ url: 'http://127.0.0.1:1/other', secret: 's', maxConnections: 1 }, false);
    await nextLook();
    await clock.wait(MINUTE_MS);
    expect(registrations()).to.equal(1);
    expect(rig.lane.problems()).to.deep.equal(['webhook_taken']);
  });

  it('says so when Telegram can not deliver, and when it can again', async () => {
    await rig.start();
    await clock.wait(MINUTE_MS);
    rig.fake.queue.lastError = { atMs: clock.now().getTime(), message: 'Connection timed out' };
    await nextLook();
    await eventually('told', () => rig.problems.length === 1);
    expect(rig.problems).to.deep.equal(['webhook_failing raised']);
    expect(rig.logged()).to.include('Connection timed out');
    clock.advance(90_000);
    await nextLook();
    await eventually('told', () => rig.problems.length === 2);
    expect(rig.problems).to.deep.equal(['webhook_failing raised', 'webhook_failing cleared']);
  });

  it('says so when a great many updates wait', async () => {
    await rig.start();
    await clock.wait(MINUTE_MS);
    rig.fake.queue.setWebhook(undefined, false);
    for (let count = 0; count < 1001; count++) rig.fake.citizen(1).say('x');
    rig.fake.queue.webhook = {
      url: rig.fake.callsOf('setWebhook')[0]?.payload['url'] as string,
      secret: '',
      maxConnections: 0,
    };
    await nextLook();
    await eventually('told', () => rig.problems.length === 1);
    expect(rig.problems).to.deep.equal(['backlog raised']);
  });

  it('stops looking when the lane is lost', async () => {
    await rig.start();
    await clock.wait(MINUTE_MS);
    const before = rig.fake.calls.length;
    await rig.channel.stop();
    clock.advance(10 * MINUTE_MS);
    expect(rig.fake.calls.length).to.equal(before);
  });
});
