import { expect } from 'chai';
import type { ConversationRow } from '../../src/conversations/rows.js';
import { systemClock } from '../../src/core/clock.js';
import { storedCase } from '../cases/stored-case.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

const NOW = new Date('2026-11-24T03:00:00Z');
const VIOLENCE = 'perlindungan_perempuan_anak';

describe('who may see a chat', () => {
  let test: TestApp;
  let cases = 0;
  before(async () => {
    test = await startTestApp({ clock: { ...systemClock, now: () => NOW } });
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
});
