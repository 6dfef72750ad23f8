import { expect } from 'chai';
import type { Turn } from '../../src/conversations/turn.js';
import { createFindReceipts } from '../../src/staff/message-receipts.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

describe('receipts of messages', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('tell how far each got, and the platform’s own code where it gave up', async () => {
    const { connection } = test.app;
    const db = connection.getClient().db(connection.name);
    await db.collection<{ _id: string; rank: number; code?: number }>('receipts').insertMany([
      { _id: 'whatsapp_cloud:A', rank: 2 },
      { _id: 'whatsapp_cloud:B', rank: 3 },
      { _id: 'whatsapp_cloud:C', rank: 4, code: 131026 },
      { _id: 'telegram:D', rank: 3 },
    ]);
    const at = new Date(0);
    const out = ['A', 'B', 'C', 'D', 'E'].map((platformId) => ({ kind: 'staff', state: 'sent', at, platformId }));
    const find = await createFindReceipts(db)([{ lane: 'whatsapp_cloud:1', out } as unknown as Turn]);
    expect(['A', 'B', 'C', 'D', 'E'].map(find)).to.deep.equal([
      { state: 'delivered' },
      { state: 'read' },
      { state: 'dead', reason: 'not_delivered:131026' },
      undefined,
      undefined,
    ]);
  });
});
