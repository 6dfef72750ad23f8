import { connect } from 'node:net';
import { expect } from 'chai';
import { AppError } from '../../../src/core/errors.js';
import { eventually } from './eventually.js';
import { said } from './payloads.js';
import { type Rig, startRig } from './rig.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.js';

const AWAY = new AppError('store.unavailable', 'The database did not answer');

describe('the webhook', () => {
  let clock: SteppedClock;
  let rig: Rig;

  beforeEach(async () => {
    clock = createSteppedClock();
    rig = await startRig(clock, { mode: 'webhook', firstUpdateId: 100 });
    await rig.start();
    await clock.wait(60_000);
  });
  afterEach(() => rig.stop());

  const hook = () => {
    const { webhook } = rig.fake.queue;
    if (!webhook) throw new Error('no webhook is set');
    return webhook;
  };

  function post(body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const secret = { 'x-telegram-bot-api-secret-token': hook().secret };
    return fetch(hook().url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...secret, ...headers },
    });
  }

  it('is set with all it needs, drops nothing, and has a path and a secret that can not be guessed', () => {
    const [{ payload } = { payload: {} }] = rig.fake.callsOf('setWebhook');
    expect(payload).to.deep.equal({
      url: hook().url,
      secret_token: hook().secret,
      allowed_updates: ['message', 'edited_message', 'callback_query', 'my_chat_member'],
      max_connections: 40,
      drop_pending_updates: false,
    });
    expect(hook().url).to.match(/\/telegram\/[a-z2-7]{26}$/);
    expect(hook().secret).to.match(/^[a-z2-7]{52}$/);
    expect(hook().url).not.to.include(rig.fake.token).and.not.to.include(hook().secret);
  });

  it('takes in what Telegram pushes, each chat in its order', async () => {
    const [siti, budi] = [rig.fake.citizen(1), rig.fake.citizen(2)];
    for (const text of ['a', 'b', 'c']) {
      siti.say(`s-${text}`);
      budi.say(`b-${text}`);
    }
    await eventually('all confirmed', () => rig.fake.queue.acknowledged.length === 6);
    expect(rig.taken.textsOf('1')).to.deep.equal(['s-a', 's-b', 's-c']);
    expect(rig.taken.textsOf('2')).to.deep.equal(['b-a', 'b-b', 'b-c']);
    expect(rig.fake.queue.pushes.every(({ status }) => status === 200)).to.equal(true);
  });

  it('answers only once the turn is durable', async () => {
    let durable: () => void = () => undefined;
    rig.beforeDurable = () => new Promise((resolve) => (durable = resolve));
    rig.fake.citizen(1).say('a');
    await eventually('under way', () => rig.taken.calls.length === 1);
    expect(rig.fake.queue.pushes).to.deep.equal([]);
    durable();
    await eventually('confirmed', () => rig.fake.queue.acknowledged.length === 1);
    expect(rig.taken.textsOf('1')).to.deep.equal(['a']);
  });

  it('asks Telegram to come again soon while the store is away, and loses and doubles nothing', async () => {
    let isAway = true;
    rig.beforeDurable = async () => {
      if (isAway) throw AWAY;
    };
    const siti = rig.fake.citizen(1);
    siti.say('a');
    siti.say('b');
    const again = await clock.wait(5000);
    expect(rig.fake.queue.pushes).to.deep.equal([{ id: 100, status: 503 }]);
    isAway = false;
    again.end();
    await eventually('both confirmed', () => rig.fake.queue.acknowledged.length === 2);
    expect(rig.taken.textsOf('1')).to.deep.equal(['a', 'b']);
  });

  it('asks Telegram to come again for whatever can be taken in later, by this version or a newer one', async () => {
    const codes = ['store.newer_schema', 'flow.newer_version', 'conversation.busy'] as const;
    for (const [index, code] of codes.entries()) {
      rig.beforeDurable = async () => {
        throw new AppError(code, 'Not now');
      };
      const answer = await post(JSON.stringify(said({ message_id: 70 + index, text: 'a' })));
      expect({ code, status: answer.status }).to.deep.equal({ code, status: 503 });
      expect(answer.headers.get('retry-after')).to.equal('5');
    }
    expect(rig.quarantined).to.deep.equal([]);
  });

  it('takes in once what Telegram delivers twice because our answer was lost', async () => {
    const update = said({ text: 'a' });
    expect((await post(JSON.stringify(update))).status).to.equal(200);
    expect((await post(JSON.stringify(update))).status).to.equal(200);
    expect(rig.taken.calls).to.have.length(2);
    expect(rig.taken.textsOf('90210')).to.deep.equal(['a']);
  });

  it('puts an update aside on which receive always fails, answers 200, and the citizen goes on', async () => {
    rig.beforeDurable = async ({ text }) => {
      if (text === 'poison') throw new TypeError('broken');
    };
    const siti = rig.fake.citizen(1);
    siti.say('poison');
    siti.say('fine');
    for (let tries = 1; tries < 5; tries++) (await clock.pause(5, 1999)).end();
    await eventually('both confirmed', () => rig.fake.queue.acknowledged.length === 2);
    expect(rig.fake.queue.pushes.map(({ status }) => status)).to.deep.equal([200, 200]);
    expect(rig.quarantined.map(({ reason }) => reason)).to.deep.equal(['failed']);
    expect(rig.taken.textsOf('1')).to.deep.equal(['fine']);
  });

  it('cuts off a handler that hangs for ever, twice, then puts the update aside, and others pass meanwhile', async () => {
    rig.beforeDurable = ({ text }) => (text === 'stuck' ? new Promise(() => undefined) : Promise.resolve());
    const siti = rig.fake.citizen(1);
    siti.say('stuck');
    siti.say('fine');
    rig.fake.citizen(2).say('other');
    await eventually('the other passes', () => rig.taken.textsOf('2').length === 1);
    (await clock.wait(25_000)).end();
    (await clock.pause(5, 1999)).end();
    (await clock.wait(25_000)).end();
    await eventually('all confirmed', () => rig.fake.queue.acknowledged.length === 3);
    expect(rig.fake.queue.pushes.map(({ status }) => status)).to.deep.equal([200, 200, 200]);
    expect(rig.quarantined.map(({ reason }) => reason)).to.deep.equal(['hung']);
    expect(rig.taken.textsOf('1')).to.deep.equal(['fine']);
  });

  it('answers 503 when not even quarantine takes an update, as nothing else would keep it', async () => {
    rig.beforeQuarantine = async () => {
      throw AWAY;
    };
    expect((await post('{"update_id":1,"message":{}}')).status).to.equal(503);
    expect(rig.quarantined).to.deep.equal([]);
  });

  it('answers whatever JSON comes at once, and never with a server error', async () => {
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    const bodies: readonly (readonly [string, number])[] = [
      ['null', 400],
      ['[]', 400],
      ['"x"', 400],
      ['7', 400],
      ['', 400],
      ['{', 400],
      ['{"update_id":1,"update_id":2,"__proto__":{"a":1}}', 200],
      [`{"update_id":1,"message":${deep}}`, 200],
      [deep, 200],
      [JSON.stringify({ update_id: 2 ** 60, message: 'x' }), 200],
    ];
    for (const [body, status] of bodies) {
      expect((await post(body)).status, body.slice(0, 60)).to.equal(status);
    }
    expect(rig.quarantined.map(({ reason }) => reason)).to.deep.equal([
      'unknown_kind',
      'message',
      'unknown_kind',
      'message',
    ]);
  });

  it('refuses more than a megabyte, and a body that is packed', async () => {
    const large = JSON.stringify(said({ text: 'x'.repeat(1024 * 1024) }));
    expect((await post(large)).status).to.equal(413);
    expect((await post('{}', { 'content-encoding': 'gzip' })).status).to.equal(415);
    expect(rig.taken.calls).to.deep.equal([]);
  });

  it('refuses a call without its secret before it reads the body', async () => {
    const body = JSON.stringify(said({ text: 'forged' }));
    for (const secret of ['', 'x', `${hook().secret}x`, hook().secret.slice(1), hook().secret.toUpperCase()]) {
      expect((await post(body, { 'x-telegram-bot-api-secret-token': secret })).status, secret).to.equal(401);
    }
    expect((await fetch(hook().url, { method: 'POST', body })).status).to.equal(401);
    expect(rig.taken.calls).to.deep.equal([]);
    expect(rig.logged().match(/without its secret/g)).to.have.length(1);
    expect(rig.logged()).not.to.include(hook().secret);
  });

  it('answers to its own path and method only', async () => {
    expect((await fetch(hook().url)).status).to.equal(404);
    expect((await fetch(`${rig.publicUrl}/telegram/x`, { method: 'POST' })).status).to.equal(404);
  });

  it('reads an emoji that arrives in two pieces', async () => {
    const body = Buffer.from(JSON.stringify(said({ text: 'banjir 🌊 setinggi lutut' })));
    const cut = body.indexOf(Buffer.from('🌊')) + 2;
    const { hostname, port, pathname } = new URL(hook().url);
    const socket = connect(Number(port), hostname);
    const head = [
      `POST ${pathname} HTTP/1.1`,
      'Host: x',
      `X-Telegram-Bot-Api-Secret-Token: ${hook().secret}`,
      `Content-Length: ${body.length}`,
      'Connection: close',
      '',
      '',
    ].join('\r\n');
    let answer = '';
    socket.on('data', (piece) => {
      answer += piece;
    });
    await new Promise<void>((resolve) =>
      socket.write(head, () => socket.write(body.subarray(0, cut), () => resolve())),
    );
    await new Promise((resolve) => setImmediate(resolve));
    socket.write(body.subarray(cut));
    await eventually('an answer', () => answer.includes('200 OK'));
    expect(rig.taken.textsOf('90210')).to.deep.equal(['banjir 🌊 setinggi lutut']);
  });

  it('goes on taking in when the lane is lost, and sends Telegram elsewhere when the process ends', async () => {
    await rig.channel.stop();
    rig.fake.citizen(1).say('a');
    await eventually('taken in', () => rig.taken.textsOf('1').length === 1);
    await rig.lane.close();
    rig.fake.citizen(1).say('b');
    await clock.wait(5000);
    expect(rig.fake.queue.pushes.map(({ status }) => status)).to.deep.equal([200, 503]);
    expect(rig.taken.textsOf('1')).to.deep.equal(['a']);
  });
});
