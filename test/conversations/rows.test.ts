import { expect } from 'chai';
import { type ConversationRow, createRows } from '../../src/conversations/rows.js';
import { systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import { createCitizen, startTestApp, type TestApp } from '../fakes/test-app.js';

describe('rows of conversations', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('go only forward, and into the place that a case kept for them', async () => {
    const { connection, conversations } = test.app;
    const turnsOf = async (name: string) => {
      const citizen = createCitizen(test.app, name);
      await citizen.say('halo');
      const { conversationId } = await citizen.say('menu');
      return conversations.turns.after(conversationId, 0, 10);
    };
    const [first, second] = await turnsOf('lama');
    const [other] = await turnsOf('kasus');
    if (!first || !second || !other) return expect.fail('turns are missing');
    await conversations.drain();

    const db = connection.getClient().db(connection.name);
    const stored = db.collection<ConversationRow>('conversations');
    await stored.deleteMany({});
    const { turns } = conversations;
    const log = createLog('silent');
    const rows = createRows({ db, turns, handovers: { note: async () => undefined }, clock: systemClock, log });
    rows.touch(second);
    await rows.drain();
    await stored.insertOne({ _id: other.conversationId, lastSeq: 0, unit: 'dinas_pu' } as ConversationRow);
    rows.touch(first);
    rows.touch(other);
    await rows.drain();
    expect((await rows.find(second.conversationId))?.lastSeq).to.equal(2);
    expect(await rows.find(other.conversationId)).to.include({ lastSeq: 1, unit: 'dinas_pu', mode: 'bot' });
  });
});
