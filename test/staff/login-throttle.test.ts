import { expect } from 'chai';
import type { Db } from 'mongodb';
import { AppError } from '../../src/core/errors.js';
import { createLoginThrottle, type ReserveTry } from '../../src/staff/login-throttle.js';
import { createFakeClock, type FakeClock } from '../fakes/clock.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

describe('the brake on guessing passwords', function () {
  this.timeout(60_000);
  let test: TestApp;
  let db: Db;
  let clock: FakeClock;
  let reserve: ReserveTry;
  let count = 0;

  before(async () => {
    test = await startTestApp();
    db = test.app.connection.getClient().db(test.app.connection.name);
  });
  after(() => test.close());
  beforeEach(() => {
    clock = createFakeClock(new Date('2099-01-01T00:00:00Z'));
    reserve = createLoginThrottle(db, clock);
  });

  const newKey = (free = 5) => ({ id: `test:${++count}`, free });
  const waitOf = async (key: { id: string; free: number }): Promise<number> => {
    try {
      await reserve([key]);
      return 0;
    } catch (error) {
      if (error instanceof AppError && error.code === 'request.rate_limited')
        return Number(error.details['retryAfterSeconds']);
      throw error;
    }
  };

  it('lets five failures pass, then doubles the wait up to 15 minutes', async () => {
    const key = newKey();
    for (let times = 0; times < 5; times++) expect(await waitOf(key)).to.equal(0);
    const waits: number[] = [];
    for (let times = 0; times < 11; times++) {
      expect(await waitOf(key)).to.equal(0);
      const wait = await waitOf(key);
      waits.push(wait);
      await clock.advance(wait * 1000);
    }
    expect(waits).to.deep.equal([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it('keeps nobody out for a day because a clock ran ahead and was set right', async () => {
    const key = newKey(0);
    const ahead = createFakeClock(new Date('2099-01-02T00:00:00Z'));
    await createLoginThrottle(db, ahead)([key]);
    expect(await waitOf(key)).to.equal(0);
    expect(await waitOf(key), 'what failed is remembered').to.equal(4);
  });

  it('does not make the wait longer for whoever tries before it is over', async () => {
    const key = newKey(0);
    await reserve([key]);
    for (let times = 0; times < 20; times++) expect(await waitOf(key)).to.equal(2);
    await clock.advance(2000);
    expect(await waitOf(key)).to.equal(0);
  });

  it('lets no more than the free ones through of a hundred at once, from two processes', async () => {
    const key = newKey();
    const other = createLoginThrottle(db, clock);
    const all = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => (index % 2 ? reserve : other)([key])),
    );
    const through = all.filter(({ status }) => status === 'fulfilled').length;
    // the sixth is let through too: it is the one after which the others must wait
    expect(through).to.be.within(1, 6);
  });

  it('lets one try through after each wait, however many come at once', async () => {
    const key = newKey(0);
    await reserve([key]);
    await clock.advance(2000);
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => reserve([key])));
    expect(all.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
  });

  it('forgets the failures once it was right, and after a day', async () => {
    const key = newKey();
    for (let times = 0; times < 4; times++) await reserve([key]);
    await (await reserve([key])).succeed(true);
    expect((await reserve([key])).fails).to.equal(1);
    await clock.advance(24 * 60 * 60 * 1000 + 1);
    expect((await reserve([key])).fails).to.equal(1);
  });

  it('takes back a try that was no failure, but not the failures before it', async () => {
    const key = newKey(0);
    await reserve([key]);
    await clock.advance(2000);
    const asked = await reserve([key]);
    expect(asked.fails).to.equal(2);
    await asked.succeed(false);
    expect((await reserve([key])).fails).to.equal(2);
  });

  it('counts nothing for a login whose network must wait', async () => {
    const login = newKey();
    const network = newKey(0);
    await reserve([network]);
    for (let times = 0; times < 10; times++)
      expect(await reserve([login, network]).catch((error) => error.code)).to.equal('request.rate_limited');
    expect((await reserve([login])).fails).to.equal(1);
  });

  it('counts under every key, and forgets under the first alone', async () => {
    const login = newKey();
    const network = newKey();
    await reserve([login, network]);
    await (await reserve([login, network])).succeed(true);
    expect((await reserve([network])).fails).to.equal(2);
    expect((await reserve([login])).fails).to.equal(1);
  });
});
