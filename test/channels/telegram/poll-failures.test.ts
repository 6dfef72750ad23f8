import { expect } from 'chai';
import type { Behaviour } from '../../fakes/telegram-server.js';
import { eventually } from './eventually.js';
import { type Rig, startRig } from './rig.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.js';

const SECOND_MS = 1000;

describe('polling when the Bot API fails', () => {
  let clock: SteppedClock;
  let rig: Rig;

  beforeEach(async () => {
    clock = createSteppedClock();
    rig = await startRig(clock);
  });
  afterEach(() => rig.stop());

  /** Starts against the failure, and goes through the pauses it must lead to. @returns their lengths */
  async function pausesAfter(failures: readonly Behaviour[], minMs: number, maxMs: number): Promise<number[]> {
    rig.fake.script('getUpdates', ...failures);
    rig.fake.citizen(1).say('survivor');
    await rig.start();
    const pauses: number[] = [];
    for (let count = 0; count < failures.length; count++) {
      const wait = await clock.pause(minMs, maxMs);
      pauses.push(wait.delayMs);
      wait.end();
    }
    await eventually('taken in and confirmed', () => rig.fake.queue.acknowledged.length === 1);
    expect(rig.taken.textsOf('1')).to.deep.equal(['survivor']);
    return pauses;
  }

  it('comes back after errors, pages of a proxy, cuts and hang-ups, each pause up to twice as long', async () => {
    const failures: Behaviour[] = [
      { fail: 500, description: 'Internal Server Error' },
      { page: '<html><h1>502 Bad Gateway</h1></html>', status: 502 },
      { page: '<!doctype html><p>Silakan login ke WiFi</p>', status: 200 },
      { cutAfterBytes: 0 },
      { hangUp: true },
      { page: 'null' },
    ];
    const pauses = await pausesAfter(failures, 50, 32 * SECOND_MS);
    for (const [index, pause] of pauses.entries()) {
      expect(pause).to.be.within(50 * 2 ** index, 1000 * 2 ** index);
    }
    expect(rig.problems).to.deep.equal(['unreachable raised', 'unreachable cleared']);
  });

  it('takes an answer that is no list of updates for a failure', async () => {
    await pausesAfter([{ page: '{"ok":true,"result":{"not":"a list"}}' }], 50, 1000);
  });

  it('loses nothing when the answer with the updates is cut', async () => {
    await pausesAfter([{ cutAfterBytes: 120 }], 50, 1000);
    expect(rig.taken.calls).to.have.length(1);
    expect(rig.problems).to.deep.equal([]);
  });

  it('ends a poll that stays silent, and polls again', async () => {
    rig.fake.script('getUpdates', { silence: 'not_done' });
    rig.fake.citizen(1).say('survivor');
    await rig.start();
    (await clock.wait(60 * SECOND_MS)).end();
    (await clock.pause(5, 1000)).end();
    await eventually('taken in', () => rig.taken.textsOf('1').length === 1);
  });

  it('waits as long as it was told, and five seconds when it was not told', async () => {
    const pauses = await pausesAfter(
      [{ fail: 429, retryAfterSeconds: 34 }, { fail: 429 }],
      5 * SECOND_MS,
      34 * SECOND_MS,
    );
    expect(pauses).to.deep.equal([34 * SECOND_MS, 5 * SECOND_MS]);
    expect(rig.problems).to.deep.equal([]);
  });

  it('says so when it is told to be silent for most of a day', async () => {
    await pausesAfter([{ fail: 429, retryAfterSeconds: 80_000 }], 80_000 * SECOND_MS, 80_000 * SECOND_MS);
    expect(rig.problems).to.deep.equal(['throttled raised', 'throttled cleared']);
  });

  it('stands back from another poller without a war, and says so when it lasts', async () => {
    const conflict: Behaviour = {
      fail: 409,
      description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    };
    await pausesAfter([conflict, conflict, conflict], 50, 4 * SECOND_MS);
    expect(rig.problems).to.deep.equal(['conflict raised', 'conflict cleared']);
  });

  it('makes no fuss of the one conflict that a lane changing hands brings', async () => {
    await pausesAfter([{ fail: 409, description: 'Conflict: terminated by other getUpdates request' }], 50, 1000);
    expect(rig.problems).to.deep.equal([]);
  });

  it('leaves a webhook alone that was set while it polls', async () => {
    await rig.start();
    await clock.wait(50 * SECOND_MS);
    rig.fake.queue.setWebhook({ url: 'http://127.0.0.1:1/', secret: '', maxConnections: 1 }, false);
    (await clock.wait(50 * SECOND_MS)).end();
    (await clock.pause(5, 1000)).end();
    (await clock.pause(100, 2000)).end();
    await eventually('told', () => rig.problems.includes('conflict raised'));
    expect(rig.fake.callsOf('deleteWebhook')).to.deep.equal([]);
  });

  it('tries a revoked token every five minutes only, and says so at once', async () => {
    rig.fake.revokeToken();
    await rig.start();
    (await clock.wait(300 * SECOND_MS)).end();
    await clock.wait(300 * SECOND_MS);
    expect(rig.problems).to.deep.equal(['unauthorized raised']);
    expect(rig.lane.problems()).to.deep.equal(['unauthorized']);
  });

  it('keeps the bot token and the words of citizens out of the log, whatever fails', async () => {
    const page = `<html>see /bot${rig.fake.token}/getUpdates</html>`;
    await pausesAfter(
      [
        { page, status: 200 },
        { page: `{"ok":true,"result":[{"update_id":1,"message":{"text":"survivor"`, status: 200 },
        { hangUp: true },
        { fail: 400, description: `Bad Request: /bot${rig.fake.token}/getUpdates survivor` },
      ],
      50,
      8 * SECOND_MS,
    );
    rig.beforeDurable = async ({ text, displayName }) => {
      throw new Error(`receive failed on /bot${rig.fake.token}/`, { cause: new Error(`${text} ${displayName}`) });
    };
    rig.fake.citizen(1, 'Siti').say('rahasia-canary');
    for (let tries = 1; tries < 5; tries++) (await clock.pause(5, 1999)).end();
    await eventually('put aside', () => rig.quarantined.length === 1);
    expect(rig.logged()).to.include('polling failed').and.to.include('message could not be taken in');
    expect(rig.logged()).not.to.include('canary');
    expect(rig.logged()).not.to.include('Siti');
  });
});
