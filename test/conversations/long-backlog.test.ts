import { expect } from 'chai';
import { createLaneSender } from '../../src/conversations/lane-sender.js';
import type { Turn } from '../../src/conversations/turn.js';
import { systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import { createPushLane, PUSH_LANE } from '../fakes/push-channel.js';
import { type PushPlatform, startPushPlatform } from '../fakes/push-platform.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

/** More than a sender looks at from the oldest end. */
const NOTICES = 620;
const AT_ONCE = 20;

describe('a lane that owes thousands of notices', () => {
  let test: TestApp;
  let platform: PushPlatform;
  before(async () => {
    platform = await startPushPlatform();
    test = await startTestApp({
      pushLanes: ({ receive }) => {
        const lane = createPushLane(platform.url, receive);
        // takes messages in and sends nothing, as a process does that doesn't hold the lane
        return [{ ...lane, limits: { ...lane.limits, maxInFlight: 0 } }];
      },
    });
  });
  after(async () => {
    await test.close();
    await platform.close();
  });

  async function write(chatId: string): Promise<void> {
    const update = { id: `u-${chatId}`, chatId, text: 'halo', sentAt: '2036-01-01T00:00:00Z' };
    expect(await platform.deliver(`${test.url}/fake/webhook`, update)).to.equal(200);
  }

  it('sends a reply that another process committed before them', async () => {
    const chats = Array.from({ length: NOTICES }, (_, index) => `n-${index}`);
    for (let from = 0; from < NOTICES; from += AT_ONCE) await Promise.all(chats.slice(from, from + AT_ONCE).map(write));
    const { connection, conversations, keys } = test.app;
    const stored = connection.getClient().db(connection.name).collection<Turn>('turns');
    const at = new Date(Date.now() - 60_000);
    const due = (kind: string) => ({ kind, state: 'due', dueAt: at, attempt: 0 });
    await stored.updateMany({ lane: PUSH_LANE }, { $set: { out: [due('notice')] as never, sendAt: at } });
    await write('warga');
    const now = new Date();
    await stored.updateOne({ 'source.key': 'u-warga' }, { $set: { out: [due('reply')] as never, sendAt: now } });

    const heard: string[] = [];
    const sender = createLaneSender({
      lane: PUSH_LANE,
      limits: { perSecond: 20, perSecondBurst: 1, chatIntervalMs: 1, chatBurst: 1, maxInFlight: 1 },
      send: async ({ address }) => {
        heard.push(address.chatId);
        return `p-${heard.length}`;
      },
      isReady: () => true,
      turns: conversations.turns,
      keys,
      clock: systemClock,
      log: createLog('silent'),
      random: Math.random,
      points: async () => undefined,
    });
    await sender.start(1_000_000);
    try {
      await until('the reply is heard', () => heard.includes('warga'));
      expect(heard.indexOf('warga'), 'notices before it').to.be.lessThan(NOTICES - 500);
    } finally {
      await sender.stop();
    }
  });
});
