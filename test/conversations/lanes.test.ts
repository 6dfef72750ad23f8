import { expect } from 'chai';
import type { Db } from 'mongodb';
import { keepLane, type LaneWork, LEASE_MS } from '../../src/conversations/lanes.js';
import { createLog } from '../../src/core/log.js';
import { createFakeClock, type FakeClock } from '../fakes/clock.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

interface Holder {
  readonly epochs: number[];
  holds: boolean;
  readonly giveUp: () => Promise<void>;
}

describe('keepLane', () => {
  let test: TestApp;
  let db: Db;
  let lanes = 0;
  before(async () => {
    test = await startTestApp();
    db = test.app.connection.getClient().db(test.app.connection.name);
  });
  after(() => test.close());

  /** A process that wants the lane, with its own clock. */
  function contender(lane: string, clock: FakeClock, store: Db = db): Holder {
    const holder: Holder = { epochs: [], holds: false, giveUp: async () => undefined };
    const work: LaneWork = {
      async start(epoch) {
        holder.epochs.push(epoch);
        holder.holds = true;
      },
      async stop() {
        holder.holds = false;
      },
    };
    const giveUp = keepLane({ db: store, clock, log: createLog('silent'), holder: `p${Math.random()}` }, lane, work);
    return Object.assign(holder, { giveUp });
  }

  async function step(clock: FakeClock, ms: number, what: string, holds: () => boolean): Promise<void> {
    await until(what, async () => {
      if (!holds()) await clock.advance(ms);
      return holds();
    });
  }

  it('lets one of two hold a lane, and the other when that one gives it up', async () => {
    const lane = `lane-${++lanes}`;
    const clock = createFakeClock();
    const first = contender(lane, clock);
    await until('the first holds it', () => first.holds);
    const second = contender(lane, clock);
    await clock.advance(20_000);
    expect(second.holds).to.equal(false);
    await first.giveUp();
    expect(first.holds).to.equal(false);
    await step(clock, 1000, 'the second holds it', () => second.holds);
    expect(second.epochs[0]).to.equal((first.epochs[0] ?? 0) + 1);
    await second.giveUp();
  });

  it('gives the lane of a process that died to another once its lease is over', async () => {
    const lane = `lane-${++lanes}`;
    const dead = createFakeClock();
    const first = contender(lane, dead);
    await until('the first holds it', () => first.holds);
    // its clock stands still from here on, as that of a killed process
    const clock = createFakeClock();
    const second = contender(lane, clock);
    await clock.advance(LEASE_MS - 5000);
    expect(second.holds).to.equal(false);
    await step(clock, 1000, 'the second holds it', () => second.holds);
    await second.giveUp();
  });

  it('loses nothing to a wall clock that jumps, here as there', async () => {
    const lane = `lane-${++lanes}`;
    const clock = createFakeClock();
    let jumpMs = 0;
    const jumping = { ...clock, now: () => new Date(clock.now().getTime() + jumpMs) };
    const first = contender(lane, jumping);
    await until('the first holds it', () => first.holds);
    // looks in the middle between two renewals
    await clock.advance(2500);
    const second = contender(lane, jumping);
    for (let count = 0; count < 20; count++) {
      await clock.advance(1100);
      // what a look asks of the store is answered before these are
      for (let asked = 0; asked < 5; asked++) await db.command({ ping: 1 });
      jumpMs += 3_600_000;
    }
    expect(second.epochs).to.deep.equal([]);
    expect(first.epochs.length).to.equal(1);
    await first.giveUp();
    await step(clock, 1000, 'the second holds it', () => second.holds);
    await second.giveUp();
  });

  it('stops before its lease is over when the store never answers', async () => {
    const lane = `lane-${++lanes}`;
    const clock = createFakeClock();
    let isStuck = false;
    // the real store, but for a socket on which nothing comes back
    const stuck = new Proxy(db, {
      get: (target, name) =>
        name === 'collection'
          ? (collection: string) =>
              new Proxy(target.collection(collection), {
                get: (real, method) => {
                  const value = Reflect.get(real, method) as unknown;
                  if (typeof value !== 'function') return value;
                  return (...args: unknown[]) => (isStuck ? new Promise(() => undefined) : value.apply(real, args));
                },
              })
          : Reflect.get(target, name),
    });
    const holder = contender(lane, clock, stuck);
    await until('it is held', () => holder.holds);
    isStuck = true;
    const startedAtMs = clock.monotonicMs();
    await step(clock, 250, 'it is given up', () => !holder.holds);
    expect(clock.monotonicMs() - startedAtMs).to.be.at.most(LEASE_MS);
  });
});
