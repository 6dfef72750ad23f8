import { expect } from 'chai';
import { createTakeOrGiveUp, isForLater, type TakeOrGiveUpDeps } from '../../src/channels/take-or-give-up.js';
import { AppError } from '../../src/core/errors.js';
import { createLog } from '../../src/core/log.js';
import type { InboundMessage } from '../../src/messages/message.js';
import { createFakeClock, type FakeClock } from '../fakes/clock.js';

const HANG_MS = 25_000;
const PAUSE_MS = 2000;

const message = (externalId: string): InboundMessage => ({
  externalId,
  address: { channel: 'telegram', account: '42', chatId: '7' },
  sentAt: new Date('2026-11-24T03:00:00Z'),
  text: 'halo',
  attachments: [],
});
const never = () => new Promise<void>(() => undefined);
const broken = async () => {
  throw new TypeError('broken');
};

describe('taking a message in, or giving it up', () => {
  let clock: FakeClock;
  /** What each call of receive comes to; then it is durable. */
  let script: (() => Promise<void>)[];
  let calls: number;

  beforeEach(() => {
    clock = createFakeClock();
    script = [];
    calls = 0;
  });

  const create = (onHang: TakeOrGiveUpDeps['onHang'] = 'try_on') =>
    createTakeOrGiveUp({
      clock,
      log: createLog('silent'),
      lane: 'test:1',
      onHang,
      async receive() {
        calls += 1;
        await script.shift()?.();
      },
    });
  const outcomeOf = async (taking: Promise<string | undefined>, laterMs = 0): Promise<unknown> => {
    const outcome = taking.then(
      (reason) => reason ?? 'durable',
      (error: unknown) => (error instanceof AppError ? error.code : error),
    );
    await clock.advance(laterMs);
    return Promise.race([outcome, Promise.resolve('under way')]);
  };

  it('tries again what fails, four times, and then knows that it fails for its own fault', async () => {
    script = Array.from({ length: 4 }, () => broken);
    expect(await outcomeOf(create()(message('A')), 4 * PAUSE_MS)).to.equal('durable');
    script = Array.from({ length: 5 }, () => broken);
    expect(await outcomeOf(create()(message('A')), 4 * PAUSE_MS)).to.equal('failed');
    expect(calls).to.equal(10);
  });

  it('leaves at once to the platform what nothing is wrong with', async () => {
    const codes = ['store.unavailable', 'store.newer_schema', 'flow.newer_version', 'conversation.busy'] as const;
    for (const code of codes) {
      script = [() => Promise.reject(new AppError(code, 'away'))];
      expect(await outcomeOf(create()(message('A')))).to.equal(code);
    }
    script = [() => Promise.reject(Object.assign(new Error('socket'), { name: 'MongoNetworkError' }))];
    expect(await outcomeOf(create()(message('A'))), 'as the driver says it').to.equal('store.unavailable');
    expect(calls).to.equal(5);
    expect(isForLater(new AppError('flow.invalid', 'of its own fault'))).to.equal(false);
  });

  it('waits 25 s for one that hangs, and gives it up when it hangs again', async () => {
    script = [never, never];
    const taking = create()(message('A'));
    expect(await outcomeOf(taking, 2 * HANG_MS - 1)).to.equal('under way');
    expect(await outcomeOf(taking, PAUSE_MS)).to.equal('hung');
    expect(calls).to.equal(2);
  });

  it('has one delivered again that hangs, where the platform waits for no second try, and knows it then', async () => {
    const take = create('deliver_again');
    script = [never, never];
    expect(await outcomeOf(take(message('A')), HANG_MS)).to.equal('conversation.busy');
    expect(await outcomeOf(take(message('B')))).to.equal('under way');
    script = [never];
    expect(await outcomeOf(take(message('A')), HANG_MS)).to.equal('hung');
  });

  it('stops between two tries when the process does', async () => {
    const stopping = new AbortController();
    script = [broken];
    const taking = create()(message('A'), stopping.signal);
    await clock.advance(0);
    stopping.abort();
    expect(await outcomeOf(taking)).to.equal('conversation.busy');
    expect(calls).to.equal(1);
  });
});
