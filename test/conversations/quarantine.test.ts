import { expect } from 'chai';
import type { AppDeps } from '../../src/app.js';
import { runMessageCommand } from '../../src/cli/admin-messages.js';
import type { Quarantine } from '../../src/conversations/quarantine.js';
import { createPushLane } from '../fakes/push-channel.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

const HOUR_MS = 60 * 60 * 1000;
const LANE = 'telegram:7001';
const RAW = '{"update_id":1,"message":"Budi, Jl. Mawar"}';

describe('deliveries that no message could be made of', () => {
  let test: TestApp;
  let quarantine: Quarantine;
  const clock = createShiftedClock();
  // no hour may end while a test runs
  clock.shift(HOUR_MS / 2 - (clock.now().getTime() % HOUR_MS));
  before(async () => {
    test = await startTestApp({
      clock,
      pushLanes: (offer) => {
        quarantine = offer.quarantine;
        return [createPushLane('http://127.0.0.1:1', offer.receive)];
      },
    });
  });
  after(() => test.close());

  const run = async (...words: string[]) => (await runMessageCommand(test.app, new Date(), words)) ?? '';
  const stored = (name: string) => test.app.connection.collection(name).find({}).toArray();

  it('are listed with their reason and shown word for word to whoever runs the service, and to nobody else', async () => {
    expect(await run('quarantine')).to.equal('none\n');
    for (let times = 0; times < 2; times++) await quarantine(LANE, RAW, 'unknown_kind');
    const listed = await run('quarantine');
    expect(listed).to.match(/^\S+Z {2}telegram:7001 {2}unknown_kind {2}[0-9a-f]{64}\n$/);
    const id = listed.trim().split('  ').at(-1) ?? '';
    expect(await run('quarantine', id)).to.equal(`${RAW}\n`);
    expect(await run('quarantine', 'f'.repeat(64))).to.equal('none of that id\n');
    expect(JSON.stringify(await stored('quarantine'))).not.to.include('Mawar');
  });

  it('are put before staff, once an hour however many come', async () => {
    for (let number = 0; number < 20; number++) await quarantine(LANE, `${number}`, 'unknown_kind');
    const alerts = async () =>
      (await stored('alerts')).filter((each) => String(each._id).startsWith(`channel:${LANE}:`));
    await until('staff are alerted', async () => (await alerts()).length > 0);
    expect(await alerts()).to.have.length(1);

    // also when the service was started anew in between, or another process took one in
    let other: Quarantine | undefined;
    const pushLanes: AppDeps['pushLanes'] = (offer) => {
      other = offer.quarantine;
      return [];
    };
    await test.join({ pushLanes });
    await other?.(LANE, 'elsewhere', 'unknown_kind');
    await other?.('telegram:7002', 'elsewhere', 'unknown_kind');
    await until('staff are told of the other account', async () => {
      const all = await stored('alerts');
      return all.some((each) => String(each._id).startsWith('channel:telegram:7002:'));
    });
    expect(await alerts()).to.have.length(1);
    clock.shift(HOUR_MS);
    await quarantine(LANE, 'an hour later', 'unknown_kind');
    await until('staff are told again', async () => (await alerts()).length === 2);
  });
});
