import { expect } from 'chai';
import fc from 'fast-check';
import { opaqueIdOf } from '../../../src/channels/whatsapp-cloud/opaque-id.js';
import { createNoteReceipts } from '../../../src/channels/whatsapp-cloud/receipts.js';
import { RANK, type ReceiptStatus } from '../../../src/channels/whatsapp-cloud/status.js';
import { systemClock } from '../../../src/core/clock.js';
import { deliver, envelope } from '../../fakes/graph-server-webhook.js';
import { outbound } from './outbound.js';
import { ACCOUNT } from './payloads.js';
import { type CloudService, SECRET, startCloudService } from './service.js';

describe('receipts', () => {
  let service: CloudService;
  const rankOf = async (platformId: string) =>
    (await service.receipts.findOne({ _id: `whatsapp_cloud:${platformId}` }))?.rank;

  before(async () => {
    service = await startCloudService();
  });
  after(() => service.close());

  for (const when of ['before', 'after'] as const) {
    it(`ends at "read" though read, delivered and sent come in that order, ${when} the send is answered`, async () => {
      service.graph.reportTo(service.webhookUrl, SECRET, ['read', 'delivered', 'sent', 'delivered'], when);
      const id = await service.lane.channel.send(outbound(), new AbortController().signal);
      expect(await service.graph.reported()).to.not.include.members([401, 503]);
      expect(await rankOf(id)).to.equal(RANK.read);
    });
  }

  it('keeps why a message failed, and takes a later "delivered" for a late one', async () => {
    const failed = { id: 'wamid.F1', status: 'failed', errors: [{ code: 131047, title: 'x' }] };
    const late = { id: 'wamid.F1', status: 'delivered' };
    for (const statuses of [[failed], [late]])
      await deliver(service.webhookUrl, envelope({ phoneNumberId: ACCOUNT, statuses }), SECRET);
    const kept = await service.receipts.findOne({ _id: `whatsapp_cloud:${opaqueIdOf('wamid.F1')}` });
    expect(kept).to.include({ rank: RANK.failed, code: 131047 });
    expect(service.signals).to.deep.include({ name: 'delivery_failed', detail: '131047' });
  });

  it('expires a receipt after 30 days', async () => {
    const at = Date.parse('2026-11-24T03:00:00Z');
    const note = createNoteReceipts(service.receipts, { ...systemClock, now: () => new Date(at) });
    await note([{ platformId: 'wamid.E1', status: 'sent', rank: RANK.sent }]);
    const kept = await service.receipts.findOne({ _id: 'whatsapp_cloud:wamid.E1' });
    expect(kept?.expiresAt).to.deep.equal(new Date('2026-12-24T03:00:00Z'));
  });

  it('keeps the highest rank of any statuses in any order, split over any deliveries', async () => {
    const note = createNoteReceipts(service.receipts, systemClock);
    let count = 0;
    const statuses = fc.constantFrom<ReceiptStatus>('sent', 'delivered', 'read', 'failed');
    const deliveries = fc.array(fc.array(statuses, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(deliveries, async (all) => {
        count += 1;
        const platformId = `wamid.P${count}`;
        for (const each of all) await note(each.map((status) => ({ platformId, status, rank: RANK[status] })));
        expect(await rankOf(platformId)).to.equal(Math.max(...all.flat().map((status) => RANK[status])));
      }),
      { numRuns: 50 },
    );
  });
});
