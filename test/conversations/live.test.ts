import { expect } from 'chai';
import { createLive } from '../../src/conversations/live.js';
import type { ConversationRow } from '../../src/conversations/rows.js';
import { systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

/** More than any other look reads at once. */
const CHANGED = 1200;

describe('who watches a chat', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('is woken by another process, however many chats changed in the same seconds', async () => {
    const { connection, conversations } = test.app;
    const rows = connection.getClient().db(connection.name).collection<ConversationRow>('conversations');
    const from = Date.now();
    await rows.insertMany(
      Array.from({ length: CHANGED }, (_, index) => {
        return { _id: `chat-${index}`, lastSeq: 1, changedAt: new Date(from + index) } as ConversationRow;
      }),
    );
    const live = createLive();
    let woken = 0;
    const unwatch = live.watch(`chat-${CHANGED - 1}`, () => {
      woken += 1;
    });
    const stop = live.tail(conversations.rows, systemClock, createLog('silent'));
    await until('it is woken', () => woken > 0);
    unwatch();
    stop();
    expect(woken).to.equal(1);
  });
});
