import { expect } from 'chai';
import type { Db } from 'mongodb';
import { createLog } from '../../src/core/log.js';
import { type ChannelStates, createChannelStates, type LaneStatus } from '../../src/staff/channel-states.js';
import { createFakeClock } from '../fakes/clock.js';
import { TEST_KEYS } from '../fakes/keys.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

const LANE = 'whatsapp_web:main';

describe('the states of channels', () => {
  let test: TestApp;
  let db: Db;
  let clock: ReturnType<typeof createFakeClock>;
  let here: ChannelStates;
  /** Another process on the same store. */
  let there: ChannelStates;
  let status: LaneStatus;
  let restarts: number;
  let stop: () => Promise<void> = async () => undefined;
  const lines: string[] = [];

  before(async () => {
    test = await startTestApp();
    db = test.app.connection.getClient().db(test.app.connection.name);
  });
  after(() => test.close());

  beforeEach(async () => {
    clock = createFakeClock();
    const log = createLog('debug', { write: (line: string) => void lines.push(line) });
    const deps = { db, keys: TEST_KEYS, clock, log };
    here = createChannelStates({ ...deps, lanes: [LANE] });
    there = createChannelStates({ ...deps, lanes: [] });
    status = { state: 'starting', problems: [] };
    restarts = 0;
  });
  afterEach(async () => {
    await stop();
    await Promise.all([db.collection('channel_states').deleteMany({}), db.collection('lanes').deleteMany({})]);
  });

  const hold = async (epoch: number, forMs = 15_000) => {
    const until = new Date(clock.now().getTime() + forMs);
    await db
      .collection<{ _id: string }>('lanes')
      .updateOne({ _id: LANE }, { $set: { epoch, until } }, { upsert: true });
    stop = here.watch(
      LANE,
      epoch,
      () => status,
      async () => {
        restarts += 1;
      },
    );
  };
  /** Until what is awaited shows; every look is a second of the channel's. */
  const eventually = async (what: string, holds: () => Promise<boolean>) => {
    for (let tries = 0; tries < 200; tries++) {
      if (await holds()) return;
      await clock.advance(1000);
      // the store is a process of its own
      await db.command({ ping: 1 });
      await db.collection('lanes').updateMany({}, { $set: { until: new Date(clock.now().getTime() + 15_000) } });
    }
    throw new Error(`in vain: ${what}`);
  };
  const stateThere = async () => (await there.list()).find(({ lane }) => lane === LANE);
  const isThere = (state: string) => async () => (await stateThere())?.state === state;

  it('are off for a lane that nobody ever held', async () => {
    expect((await here.list()).map(({ channel, account, state }) => [channel, account, state])).to.deep.equal([
      ['whatsapp_web', 'main', 'off'],
    ]);
  });

  it('are told by the holder and seen from any process, with the time since', async () => {
    await hold(1);
    await eventually('starting', isThere('starting'));
    const before = clock.now();
    status = { state: 'lost', problems: ['needs_person'], lastError: 'LOGOUT' };
    await eventually('lost', isThere('lost'));
    const seen = await stateThere();
    expect(seen).to.deep.include({ state: 'lost', problems: ['needs_person'], lastError: 'LOGOUT' });
    expect(seen?.since.getTime()).to.be.at.least(before.getTime());
    status = { state: 'ready', problems: [] };
    await eventually('ready', isThere('ready'));
    expect(await stateThere()).to.not.have.property('lastError');
  });

  it('are off once the holder’s lease has run out, and starting while a new one has not spoken', async () => {
    status = { state: 'ready', problems: [] };
    await hold(1);
    await eventually('ready', isThere('ready'));
    await stop();
    await clock.advance(30_000);
    expect((await stateThere())?.state).to.equal('off');
    const until = new Date(clock.now().getTime() + 15_000);
    await db.collection<{ _id: string }>('lanes').updateOne({ _id: LANE }, { $set: { epoch: 2, until } });
    expect((await stateThere())?.state).to.equal('starting');
  });

  it('are not written over by whoever held the lane before', async () => {
    status = { state: 'ready', problems: [] };
    await hold(2);
    await eventually('ready', isThere('ready'));
    const stopOld = here.watch(
      LANE,
      1,
      () => ({ state: 'lost', problems: [] }),
      async () => undefined,
    );
    for (let looks = 0; looks < 5; looks++) {
      await clock.advance(1000);
      await db.command({ ping: 1 });
    }
    await stopOld();
    const stored = await db.collection<{ _id: string }>('channel_states').findOne({ _id: LANE });
    expect(stored).to.include({ epoch: 2, state: 'ready' });
  });

  it('show a code while it may be scanned, keep it sealed, and never log it', async () => {
    status = { state: 'needs_qr', problems: ['needs_qr'], qr: { data: '2@SECRETREF,key', at: clock.now() } };
    await hold(1);
    await eventually('a code', async () => (await stateThere())?.qr?.data === '2@SECRETREF,key');
    const stored = await db.collection<{ _id: string }>('channel_states').findOne({ _id: LANE });
    expect(JSON.stringify(stored)).to.not.include('SECRETREF');
    expect(Buffer.from((stored as unknown as { qr: { buffer: Uint8Array } }).qr.buffer).includes('SECRETREF')).to.equal(
      false,
    );
    expect(lines.join('')).to.not.include('SECRETREF');
    await clock.advance(61_000);
    await eventually('the code is gone', async () => {
      const seen = await stateThere();
      return seen?.state === 'needs_qr' && seen.qr === undefined;
    });
  });

  it('ask the holder to start anew, once for each time somebody asks', async () => {
    await hold(1);
    await eventually('starting', isThere('starting'));
    expect(await there.askRestart('whatsapp_web:other')).to.equal(false);
    await clock.advance(1000);
    expect(await there.askRestart(LANE)).to.equal(true);
    await eventually('a restart', async () => restarts === 1);
    for (let looks = 0; looks < 5; looks++) {
      await clock.advance(1000);
      await db.command({ ping: 1 });
    }
    expect(restarts).to.equal(1);
  });
});
