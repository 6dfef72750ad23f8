import { expect } from 'chai';
import { opaqueIdOf } from '../../../src/channels/whatsapp-cloud/opaque-id.js';
import { parseStatus, RANK } from '../../../src/channels/whatsapp-cloud/status.js';

describe('parseStatus', () => {
  for (const [given, status] of [
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['played', 'read'],
    ['failed', 'failed'],
  ] as const) {
    it(`reads ${given}`, () => {
      const parsed = parseStatus({ id: 'wamid.OUT1', status: given, timestamp: '1795489200', recipient_id: '628' });
      const receipt = { platformId: opaqueIdOf('wamid.OUT1'), status, rank: RANK[status] };
      expect(parsed).to.deep.equal({ type: 'receipt', receipt });
    });
  }

  it('keeps why a message failed', () => {
    const errors = [{ code: 131026, title: 'Message undeliverable', error_data: { details: 'x' } }];
    const parsed = parseStatus({ id: 'wamid.OUT1', status: 'failed', errors });
    expect(parsed).to.have.nested.property('receipt.code', 131026);
  });

  it('passes over a status that says nothing of delivery', () => {
    expect(parseStatus({ id: 'wamid.OUT1', status: 'deleted' })).to.deep.equal({ type: 'ignore' });
  });

  for (const raw of [null, 'x', [], {}, { id: 1, status: 'sent' }, { id: 'wamid.OUT1' }]) {
    it(`keeps what it can’t read: ${JSON.stringify(raw)}`, () => {
      expect(parseStatus(raw)).to.deep.equal({ type: 'unreadable', reason: 'status' });
    });
  }

  it('ranks sent below delivered below read, and failed as the last word', () => {
    const { sent, delivered, read, failed } = RANK;
    expect([failed, read, sent, delivered].sort()).to.deep.equal([sent, delivered, read, failed]);
  });
});
