import { expect } from 'chai';
import { AppError } from '../../../src/core/errors.js';
import type { InboundMessage } from '../../../src/messages/message.js';
import { eventually } from './eventually.js';
import { type Rig, startRig } from './rig.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.js';

const LONG_POLL_MS = 50_000;
const AWAY = new AppError('store.unavailable', 'The database did not answer');

describe('polling', () => {
  let clock: SteppedClock;
  let rig: Rig;

  beforeEach(async () => {
    clock = createSteppedClock();
    rig = await startRig(clock, { firstUpdateId: 100 });
  });
  afterEach(() => rig.stop());

  /** The poller waits at the platform, so all it had is done. */
  const idle = () => clock.wait(LONG_POLL_MS);
  const confirmed = () => rig.fake.queue.acknowledged;

  function hang(): { promise: Promise<void>; release: () => void } {
    let release: () => void = () => undefined;
    const promise = new Promise<void>((resolve) => {
      release = resolve;
    });
    return { promise, release };
  }

  it('asks for what it needs, every time', async () => {
    await rig.start();
    await idle();
    expect(rig.fake.callsOf('getUpdates')[0]?.payload).to.deep.equal({
      limit: 100,
      timeout: 50,
      allowed_updates: ['message', 'edited_message', 'callback_query', 'my_chat_member'],
    });
  });

  it('takes updates in, the order of each chat kept, and confirms them', async () => {
    const [siti, budi] = [rig.fake.citizen(1), rig.fake.citizen(2)];
    for (const text of ['a', 'b', 'c']) {
      siti.say(`s-${text}`);
      budi.say(`b-${text}`);
    }
    await rig.start();
    await eventually('all confirmed', () => confirmed().length === 6);
    expect(rig.taken.textsOf('1')).to.deep.equal(['s-a', 's-b', 's-c']);
    expect(rig.taken.textsOf('2')).to.deep.equal(['b-a', 'b-b', 'b-c']);
  });

  it('confirms nothing before it is durable', async () => {
    const gate = hang();
    rig.beforeDurable = () => gate.promise;
    rig.fake.citizen(1).say('a');
    await rig.start();
    await eventually('receive called', () => rig.taken.calls.length === 1);
    expect(confirmed()).to.deep.equal([]);
    gate.release();
    await eventually('confirmed', () => confirmed().length === 1);
    expect(rig.taken.textsOf('1')).to.deep.equal(['a']);
  });

  it('hands a batch out again after a crash in its midst, and none of it counts twice', async () => {
    const gate = hang();
    rig.beforeDurable = (message) => (message.text === 'b' ? gate.promise : Promise.resolve());
    const siti = rig.fake.citizen(1);
    for (const text of ['a', 'b', 'c']) siti.say(text);
    rig.fake.citizen(2).say('other');
    await rig.start();
    await eventually('b under way and the other done', () => rig.taken.calls.length >= 3);
    expect(confirmed()).to.deep.equal([]);
    // the first process hangs there as one that is gone; the next one starts from what is unconfirmed
    rig.beforeDurable = async () => undefined;
    const next = rig.another();
    await next.start(rig.receive);
    await eventually('all confirmed', () => confirmed().length === 4);
    gate.release();
    await next.stop();
    expect(rig.taken.textsOf('1')).to.deep.equal(['a', 'b', 'c']);
    expect(rig.taken.textsOf('2')).to.deep.equal(['other']);
    expect(rig.taken.calls.filter(({ text }) => text === 'a')).to.have.length(2);
  });

  it('serves other chats while one hangs, and takes in what comes later', async () => {
    const gate = hang();
    rig.beforeDurable = ({ text }) => (text === 'slow' ? gate.promise : Promise.resolve());
    const [siti, budi] = [rig.fake.citizen(1), rig.fake.citizen(2)];
    siti.say('slow');
    siti.say('behind');
    budi.say('quick');
    await rig.start();
    await eventually('the quick one done', () => rig.taken.textsOf('2').length === 1);
    budi.say('later');
    (await clock.wait(2000)).end();
    await eventually('the later one done', () => rig.taken.textsOf('2').length === 2);
    expect(rig.taken.textsOf('1')).to.deep.equal([]);
    expect(confirmed()).to.deep.equal([]);
    gate.release();
    await eventually('all confirmed', () => {
      clock.advance(2000);
      return confirmed().length === 4;
    });
    expect(rig.taken.textsOf('1')).to.deep.equal(['slow', 'behind']);
  });

  it('puts an update aside on which receive always fails, and the citizen goes on', async () => {
    rig.beforeDurable = async ({ text }) => {
      if (text === 'poison') throw new TypeError('broken');
    };
    const siti = rig.fake.citizen(1);
    siti.say('poison');
    siti.say('fine');
    await rig.start();
    for (let tries = 1; tries < 5; tries++) (await clock.pause(5, 1999)).end();
    await eventually('both confirmed', () => confirmed().length === 2);
    expect(rig.taken.textsOf('1')).to.deep.equal(['fine']);
    expect(rig.taken.calls.filter(({ text }) => text === 'poison')).to.have.length(5);
    expect(rig.quarantined).to.have.length(1);
    expect(rig.quarantined[0]?.reason).to.equal('failed');
    expect(JSON.parse(rig.quarantined[0]?.raw ?? '')).to.have.nested.property('message.text', 'poison');
  });

  it('cuts off a handler that hangs for ever, twice, then puts the update aside', async () => {
    rig.beforeDurable = ({ text }) => (text === 'stuck' ? new Promise(() => undefined) : Promise.resolve());
    const siti = rig.fake.citizen(1);
    siti.say('stuck');
    siti.say('fine');
    await rig.start();
    (await clock.wait(25_000)).end();
    (await clock.pause(5, 1999)).end();
    (await clock.wait(25_000)).end();
    await eventually('both confirmed', () => {
      clock.advance(2000);
      return confirmed().length === 2;
    });
    expect(rig.quarantined.map(({ reason }) => reason)).to.deep.equal(['hung']);
    expect(rig.taken.textsOf('1')).to.deep.equal(['fine']);
  });

  it('puts aside what it can not read, and goes on', async () => {
    rig.fake.queue.push('message', { message_id: 1, text: 'no chat' }, 'x');
    rig.fake.citizen(1).say('fine');
    await rig.start();
    await eventually('both confirmed', () => confirmed().length === 2);
    expect(rig.quarantined.map(({ reason }) => reason)).to.deep.equal(['message']);
    expect(rig.taken.textsOf('1')).to.deep.equal(['fine']);
  });

  it('keeps everything unconfirmed while the store is away, and in order when it is back', async () => {
    let isAway = true;
    rig.beforeDurable = async () => {
      if (isAway) throw AWAY;
    };
    rig.beforeQuarantine = async () => {
      if (isAway) throw AWAY;
    };
    const siti = rig.fake.citizen(1);
    for (const text of ['a', 'b', 'c']) siti.say(text);
    rig.fake.queue.push('message', { text: 'unreadable' }, 'x');
    await rig.start();
    for (let tries = 0; tries < 6; tries++) (await clock.pause(5, 5000)).end();
    expect(confirmed()).to.deep.equal([]);
    expect(rig.quarantined).to.deep.equal([]);
    isAway = false;
    await eventually('all confirmed', () => {
      clock.advance(5000);
      return confirmed().length === 4;
    });
    expect(rig.taken.textsOf('1')).to.deep.equal(['a', 'b', 'c']);
    expect(rig.quarantined).to.have.length(1);
  });

  it('lets any number of chats wait for the store without a warning', async () => {
    rig.beforeDurable = async () => {
      throw AWAY;
    };
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    for (let chat = 1; chat <= 20; chat++) rig.fake.citizen(chat).say('a');
    await rig.start();
    await eventually('all of them wait', () => rig.taken.calls.length === 20);
    await rig.channel.stop();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).to.deep.equal([]);
  });

  it('takes nothing more in after stop, and leaves it to whoever polls next', async () => {
    rig.beforeDurable = async () => {
      throw AWAY;
    };
    rig.fake.citizen(1).say('a');
    await rig.start();
    await clock.pause(5, 1000);
    await rig.channel.stop();
    expect(confirmed()).to.deep.equal([]);
    const before = rig.fake.callsOf('getUpdates').length;
    rig.fake.citizen(1).say('b');
    clock.advance(100_000);
    expect(rig.fake.callsOf('getUpdates').length).to.equal(before);
  });

  it('confirms what is done before it stops, so that it need not come again', async () => {
    const gate = hang();
    rig.beforeDurable = () => gate.promise;
    rig.fake.citizen(1).say('a');
    await rig.start();
    await eventually('under way', () => rig.taken.calls.length === 1);
    const stopped = rig.channel.stop();
    gate.release();
    await stopped;
    expect(confirmed()).to.deep.equal([100]);
  });

  it('stops within some seconds even when a handler hangs', async () => {
    rig.beforeDurable = () => new Promise(() => undefined);
    rig.fake.citizen(1).say('a');
    await rig.start();
    await eventually('under way', () => rig.taken.calls.length === 1);
    const stopped = rig.channel.stop();
    (await clock.wait(5000)).end();
    await stopped;
    expect(confirmed()).to.deep.equal([]);
  });

  it('takes in ids that go on from anywhere after a quiet week', async () => {
    const siti = rig.fake.citizen(1);
    siti.say('a');
    await rig.start();
    await eventually('a confirmed', () => confirmed().length === 1);
    const quiet = await idle();
    rig.fake.script('getUpdates', { fail: 500 });
    quiet.end();
    const hiccup = await clock.pause(5, 1000);
    rig.fake.queue.jumpTo(7);
    siti.say('b');
    hiccup.end();
    await eventually('b confirmed', () => confirmed().includes(7));
    expect(rig.taken.textsOf('1')).to.deep.equal(['a', 'b']);
  });

  it('reads past an update that comes twice', async () => {
    const siti = rig.fake.citizen(1);
    siti.say('a');
    await rig.start();
    await eventually('a confirmed', () => confirmed().length === 1);
    const again = rig.taken.calls[0] as InboundMessage;
    siti.send({ message_id: Number(again.externalId), text: 'a' });
    await eventually('taken again', () => rig.taken.calls.length === 2);
    expect(rig.taken.textsOf('1')).to.deep.equal(['a']);
  });

  it('removes a webhook that would keep it from polling, and drops nothing', async () => {
    rig.fake.queue.setWebhook({ url: 'http://127.0.0.1:1/', secret: '', maxConnections: 1 }, false);
    rig.fake.citizen(1).say('a');
    await rig.start();
    await eventually('a taken', () => rig.taken.textsOf('1').length === 1);
    expect(rig.fake.callsOf('deleteWebhook').map(({ payload }) => payload)).to.deep.equal([
      { drop_pending_updates: false },
    ]);
  });
});
