import { expect } from 'chai';
import { limitsOf } from '../../../src/channels/whatsapp-cloud/whatsapp-cloud.js';
import { createChatPace } from '../../../src/conversations/permits.js';

describe('the limits of a WhatsApp Cloud lane', () => {
  it('are as many a second as was set, and enough at once for answers that take a second', () => {
    expect(limitsOf(60)).to.include({ perSecond: 60, perSecondBurst: 60, maxInFlight: 60 });
    expect(limitsOf(5)).to.include({ perSecond: 5, perSecondBurst: 5, maxInFlight: 16 });
  });

  it('let five messages go to one person at once, then one every six seconds', () => {
    const { chatIntervalMs, chatBurst } = limitsOf(60);
    const pace = createChatPace(chatIntervalMs, chatBurst);
    const waits = [];
    for (let nowMs = 0, sent = 0; sent < 8; sent++) {
      const waitMs = pace.waitMs(nowMs);
      waits.push(waitMs);
      nowMs += waitMs;
      pace.count(nowMs);
    }
    expect(waits).to.deep.equal([0, 0, 0, 0, 0, 6000, 6000, 6000]);
  });
});
