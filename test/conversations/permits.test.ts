import { expect } from 'chai';
import { createChatPace, createPermits, type LaneLimits } from '../../src/conversations/permits.js';
import { createFakeClock } from '../fakes/clock.js';

const LIMITS: LaneLimits = { perSecond: 2, perSecondBurst: 2, chatIntervalMs: 1000, chatBurst: 1, maxInFlight: 10 };

describe('createPermits', () => {
  it('gives a burst at once and then so many a second', async () => {
    const clock = createFakeClock();
    const permits = createPermits(LIMITS, clock);
    let given = 0;
    for (let count = 0; count < 6; count++) void permits.take(() => 1).then(() => (given += 1));
    await clock.advance(0);
    expect(given).to.equal(2);
    await clock.advance(1000);
    expect(given).to.equal(4);
    await clock.advance(1000);
    expect(given).to.equal(6);
  });

  it('lets replies pass before broadcasts', async () => {
    const clock = createFakeClock();
    const permits = createPermits({ ...LIMITS, perSecond: 1, perSecondBurst: 1 }, clock);
    const order: string[] = [];
    void permits.take(() => 1).then(() => order.push('first'));
    void permits.take(() => 4).then(() => order.push('broadcast'));
    void permits.take(() => 1).then(() => order.push('reply'));
    await clock.advance(3000);
    expect(order).to.deep.equal(['first', 'reply', 'broadcast']);
  });

  it('lets pass whose priority has risen meanwhile, also where the old one is paused', async () => {
    const clock = createFakeClock();
    const permits = createPermits({ ...LIMITS, perSecond: 1, perSecondBurst: 1 }, clock);
    const order: string[] = [];
    let risen = 4;
    void permits.take(() => 1).then(() => order.push('first'));
    void permits.take(() => 4).then(() => order.push('broadcast'));
    void permits.take(() => risen).then(() => order.push('risen'));
    risen = 1;
    await clock.advance(1000);
    expect(order).to.deep.equal(['first', 'risen']);

    permits.pause(60_000, 3);
    let waits = 4;
    void permits.take(() => waits).then(() => order.push('no longer paused'));
    await clock.advance(2000);
    waits = 1;
    permits.reconsider();
    await clock.advance(0);
    expect(order.at(-1)).to.equal('no longer paused');
  });

  it('bounds how many are under way', async () => {
    const clock = createFakeClock();
    const permits = createPermits({ ...LIMITS, perSecondBurst: 10, maxInFlight: 1 }, clock);
    const release = await permits.take(() => 1);
    let second = false;
    void permits.take(() => 1).then(() => (second = true));
    await clock.advance(5000);
    expect(second).to.equal(false);
    release?.();
    await clock.advance(0);
    expect(second).to.equal(true);
  });

  it('gives one that was not used to the next at once', async () => {
    const clock = createFakeClock();
    const permits = createPermits({ ...LIMITS, perSecond: 1, perSecondBurst: 1 }, clock);
    const release = await permits.take(() => 1);
    let given = 0;
    for (let count = 0; count < 2; count++) void permits.take(() => 1).then(() => (given += 1));
    release?.(false);
    await clock.advance(0);
    expect(given).to.equal(1);
    await clock.advance(1000);
    expect(given).to.equal(2);
  });

  it('gives none while paused', async () => {
    const clock = createFakeClock();
    const permits = createPermits(LIMITS, clock);
    permits.pause(35_000);
    let given = false;
    void permits.take(() => 1).then(() => (given = true));
    await clock.advance(34_999);
    expect(given).to.equal(false);
    await clock.advance(2);
    expect(given).to.equal(true);
  });

  it('holds bulk back and lets replies pass', async () => {
    const clock = createFakeClock();
    const permits = createPermits(LIMITS, clock);
    permits.pause(10_000, 3);
    const order: string[] = [];
    void permits.take(() => 3).then(() => order.push('notice'));
    void permits.take(() => 1).then(() => order.push('reply'));
    await clock.advance(9999);
    expect(order).to.deep.equal(['reply']);
    await clock.advance(2);
    expect(order).to.deep.equal(['reply', 'notice']);
  });

  it('tells those who wait that the lane was stopped', async () => {
    const permits = createPermits({ ...LIMITS, perSecondBurst: 0 }, createFakeClock());
    const waiting = permits.take(() => 1);
    permits.stop();
    expect(await waiting).to.equal(undefined);
  });
});

describe('createChatPace', () => {
  it('lets a burst through after a rest, then one an interval', () => {
    const pace = createChatPace(6000, 5);
    for (let count = 0; count < 5; count++) {
      expect(pace.waitMs(0)).to.equal(0);
      pace.count(0);
    }
    expect(pace.waitMs(0)).to.equal(6000);
    expect(pace.waitMs(6000)).to.equal(0);
  });
});
