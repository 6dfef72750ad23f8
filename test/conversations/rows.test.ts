import { expect } from 'chai';
import { type ConversationRow, createRows } from '../../src/conversations/rows.js';
import { systemClock } from '../../src/core/clock.js';
import { AppError } from '../../src/core/errors.js';
import { createLog } from '../../src/core/log.js';
import { createCitizen, createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';

describe('rows of conversations', () => {
  let test: TestApp;
  let losesAnswer = false;
  const clock = createShiftedClock();
  before(async () => {
    test = await startTestApp({
      clock,
      points(point) {
        if (point !== 'inserted' || !losesAnswer) return;
        losesAnswer = false;
        throw new AppError('store.unavailable', 'The database did not answer in time');
      },
    });
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

  it('are written when a message comes again because the answer to its insert was lost', async () => {
    const { conversations } = test.app;
    const citizen = createCitizen(test.app, 'ulang');
    const { conversationId } = await citizen.say('petugas');
    losesAnswer = true;
    const lost = await citizen.say('jalan saya rusak', { externalId: 'once' }).catch((error: unknown) => error);
    expect(lost).to.include({ code: 'store.unavailable' });
    expect(await citizen.say('jalan saya rusak', { externalId: 'once' })).to.include({ repeated: true, seq: 2 });
    await conversations.drain();
    expect(await conversations.rows.find(conversationId)).to.include({ lastSeq: 2, inbound: 2 });
  });

  it('that a process left out as it died are written by another that went on', async () => {
    const { connection, conversations } = test.app;
    const stored = connection.getClient().db(connection.name).collection<ConversationRow>('conversations');
    const [lost, late, whole] = ['hilang', 'telat', 'utuh'].map((name) => createCitizen(test.app, name));
    if (!lost || !late || !whole) return expect.fail('citizens are missing');
    const { conversationId } = await lost.say('petugas');
    await late.say('halo');
    const { conversationId: behind } = await late.say('petugas');
    await whole.say('halo');
    await conversations.drain();
    // as if who took these in had died before their rows
    await stored.deleteOne({ _id: conversationId });
    await stored.updateOne({ _id: behind }, { $set: { lastSeq: 1 } });

    clock.shift(10_000);
    await conversations.repairRows();
    await conversations.drain();
    for (const each of [conversationId, behind]) {
      const turn = await conversations.turns.tip(each);
      expect(await conversations.rows.find(each)).to.include({ lastSeq: turn?.seq, mode: turn?.after.mode });
    }
    expect(await conversations.repairRows(), 'nothing is left').to.equal(0);
  });
});
