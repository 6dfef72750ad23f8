import { expect } from 'chai';
import { createDemoLanes, DEMO_ACCOUNT } from '../../../src/cli/demo-lanes.js';
import type { LiveEvent } from '../../../src/staff/api/live.js';
import { type Colleague, type Office, officeClock, openOffice } from './console-office.js';

const ADDRESS = { channel: 'whatsapp_cloud', account: DEMO_ACCOUNT, chatId: '628110000001' } as const;

describe('how messages get on, told to whoever has their chat open', () => {
  const clock = officeClock();
  let office: Office;
  let sari: Colleague;
  let budi: Colleague;
  before(async () => {
    office = await openOffice({ clock, pushLanes: createDemoLanes });
    sari = await office.hire('Sari', 'agent', ['meja_bantuan']);
    budi = await office.hire('Budi', 'agent', ['dinas_pu']);
  });
  after(() => office.close());

  it('is sent, delivered and read, each as it comes about', async () => {
    const { conversations, connection } = office.test.app;
    const said = { externalId: 'm1', address: ADDRESS, sentAt: clock.now(), text: 'petugas', attachments: [] };
    const { conversationId } = await conversations.receive(said);
    await sari.done(`/conversations/${conversationId}/claim`);
    const db = connection.getClient().db(connection.name);
    await conversations.rows.drain();
    await db
      .collection<{ _id: string }>('conversations')
      .updateOne({ _id: conversationId }, { $set: { unit: 'meja_bantuan' } });
    const stream = await office.follow(sari);
    const elsewhere = await office.follow(budi);
    await sari.send('POST', `/conversations/${conversationId}/presence`, { isTyping: false });
    const { seq } = await sari.done<{ seq: number }>(`/conversations/${conversationId}/say`, { text: 'Selamat pagi' });
    const is = (state: string) => (event: LiveEvent) =>
      event.type === 'deliveries' &&
      event.conversationId === conversationId &&
      event.deliveries.some((each) => each.seq === seq && each.delivery.state === state);
    await stream.see('that it was sent', is('sent'));
    const out = (await conversations.turns.newest(conversationId, 1))[0]?.out[0];
    if (out?.state !== 'sent') throw new Error('it was not sent');
    const receipts = db.collection<{ _id: string }>('receipts');
    for (const [rank, state] of [
      [2, 'delivered'],
      [3, 'read'],
    ] as const) {
      const _id = `whatsapp_cloud:${out.platformId}`;
      await receipts.updateOne({ _id }, { $max: { rank } }, { upsert: true });
      await stream.see(state, is(state));
    }
    expect(elsewhere.events.filter(({ type }) => type === 'deliveries')).to.deep.equal([]);
  });
});
