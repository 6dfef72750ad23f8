import { expect } from 'chai';
import { createRowScope } from '../../src/conversations/row-scope.js';
import type { ConversationRow } from '../../src/conversations/rows.js';
import { AppError } from '../../src/core/errors.js';
import { storedCase } from '../cases/stored-case.js';
import { createCitizen, createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';

const NOW = new Date();
const VIOLENCE = 'perlindungan_perempuan_anak';

describe('who may see a chat', () => {
  let test: TestApp;
  let cases = 0;
  let dies = false;
  const clock = createShiftedClock();
  before(async () => {
    test = await startTestApp({
      clock,
      points(point) {
        if (point !== 'inserted' || !dies) return;
        dies = false;
        throw new AppError('store.unavailable', 'The database did not answer in time');
      },
    });
  });
  after(() => test.close());

  async function file(
    conversationId: string,
    wanted: Omit<Parameters<typeof storedCase>[2], 'receivedAt'>,
  ): Promise<void> {
    const { app } = test;
    const receivedAt = new Date(NOW.getTime() + cases * 1000);
    const filed = storedCase(app, cases++, { ...wanted, receivedAt });
    expect(await app.cases.insert(filed)).to.equal('added');
    await app.reporters.add({ caseNumber: filed._id, conversationId, audience: 'complainant', at: receivedAt });
    await app.conversations.rowScope.add(conversationId, filed);
  }

  const scopeOf = (_id: string) =>
    test.app.connection
      .getClient()
      .db(test.app.connection.name)
      .collection<ConversationRow>('conversations')
      .findOne({ _id }, { projection: { _id: 0, unit: 1, circles: 1, anonim: 1 } });

  it('is known at once with each case that is filed, as it is when all of them are looked at', async () => {
    await file('chat-a', { category: 'jalan' });
    expect(Object.keys((await scopeOf('chat-a')) ?? {})).to.deep.equal(['unit']);
    await file('chat-a', { category: 'sampah', rahasia: true });
    await file('chat-a', { category: VIOLENCE, restricted: true });
    await file('chat-a', { category: 'sampah' });
    const told = await scopeOf('chat-a');
    expect(told?.circles).to.have.members(['rahasia', VIOLENCE]);
    await test.app.conversations.rowScope.refresh('chat-a');
    const looked = await scopeOf('chat-a');
    expect(looked?.unit).to.equal(told?.unit);
    expect(looked?.circles).to.have.members(['rahasia', VIOLENCE]);
  });

  it('is still told by the newest case when an older one is filed late', async () => {
    const citizen = createCitizen(test.app, 'telat', clock);
    await citizen.say('Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu');
    // the turn is stored, and whoever took it in does nothing more for it
    dies = true;
    expect(await citizen.say('kirim').catch((error: unknown) => error)).to.have.property('code', 'store.unavailable');
    await citizen.say('menu');
    await citizen.say('Sampah menumpuk di Jl. Mawar RT 03 sejak seminggu');
    const { conversationId } = await citizen.say('kirim');
    const newest = (await scopeOf(conversationId))?.unit;
    expect(newest, 'the newer one is filed').to.be.a('string');
    clock.shift(6000);
    await test.app.conversations.sweepEffects();
    const own = await test.app.reporters.ofConversation(conversationId, 10);
    expect(own, 'the older one is filed too').to.have.length(2);
    expect((await scopeOf(conversationId))?.unit).to.equal(newest);
  });

  it('is not opened again by who looked at its cases before one was restricted', async () => {
    const { app } = test;
    await file('chat-b', { category: 'sampah' });
    await file('chat-b', { category: 'jalan' });
    const db = app.connection.getClient().db(app.connection.name);
    let meanwhile = async () => file('chat-b', { category: VIOLENCE, restricted: true });
    const slow = createRowScope({
      db,
      cases: {
        async findAll(numbers) {
          const found = await app.cases.findAll(numbers);
          const happen = meanwhile;
          meanwhile = async () => undefined;
          await happen();
          return found;
        },
      },
      reporters: app.reporters,
      clock,
    });
    await db.collection<ConversationRow>('conversations').updateOne({ _id: 'chat-b' }, { $set: { unit: 'lama' } });
    await slow.refresh('chat-b');
    expect((await scopeOf('chat-b'))?.circles).to.deep.equal([VIOLENCE]);
  });
});
