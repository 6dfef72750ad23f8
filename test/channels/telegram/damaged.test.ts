import { expect } from 'chai';
import { until } from '../../fakes/until.js';
import { mutationsOf } from './mutate.js';
import { CITIZEN, said } from './payloads.js';
import { MESSAGES } from './payloads-messages.js';
import { OTHERS } from './payloads-others.js';
import { type Rig, startRig } from './rig.js';
import { createSteppedClock } from './stepped-clock.js';

const KINDS = ['message', 'edited_message', 'callback_query', 'my_chat_member'];
/** Of the thousands; that each can be read is shown without a network elsewhere. */
const EVERY = 10;

/** Each update whole, and with one field gone or of another type. */
function* updates(): Generator<{ readonly update: Record<string, unknown>; readonly how: string }> {
  for (const [name, { update }] of Object.entries({ ...MESSAGES, ...OTHERS })) {
    const received = JSON.parse(JSON.stringify(update)) as Record<string, unknown>;
    yield { update: received, how: name };
    let count = 0;
    for (const { mutated, how } of mutationsOf(received)) {
      count += 1;
      if (count % EVERY === 0) yield { update: mutated as Record<string, unknown>, how: `${name}: ${how}` };
    }
  }
}

describe('updates of every kind, whole and damaged', function () {
  this.timeout(120_000);
  let rig: Rig;
  afterEach(() => rig.stop());

  const goesOn = () =>
    until('the chat goes on', () => rig.taken.textsOf(String(CITIZEN.id)).includes('masih di sini'), 90_000);

  it('are all confirmed by polling, and block no chat', async () => {
    rig = await startRig(createSteppedClock());
    let count = 0;
    for (const { update } of updates()) {
      for (const kind of KINDS.filter((each) => Object.hasOwn(update, each))) {
        rig.fake.queue.push(kind, update[kind], 'all');
        count += 1;
      }
    }
    rig.fake.citizen(CITIZEN.id).say('masih di sini');
    await rig.start();
    await goesOn();
    await until('all are confirmed', () => rig.fake.queue.acknowledged.length === count + 1, 90_000);
    expect(count).to.be.above(500);
  });

  it('are all answered 200 by the webhook, and block no chat', async () => {
    const clock = createSteppedClock();
    rig = await startRig(clock, { mode: 'webhook' });
    await rig.start();
    await clock.wait(60_000);
    const { url = '', secret = '' } = rig.fake.queue.webhook ?? {};
    const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret };
    const post = async (update: unknown) =>
      (await fetch(url, { method: 'POST', headers, body: JSON.stringify(update) })).status;
    for (const { update, how } of updates()) expect(await post(update), how).to.equal(200);
    expect(await post(said({ message_id: 999, text: 'masih di sini' }))).to.equal(200);
    await goesOn();
  });
});
