import { expect } from 'chai';
import { createLaneSender } from '../../src/conversations/lane-sender.js';
import type { Turn, TurnContent } from '../../src/conversations/turn.js';
import { openContent } from '../../src/conversations/turn-content.js';
import { systemClock } from '../../src/core/clock.js';
import { conversationIdOf } from '../../src/core/ids.js';
import { createLog } from '../../src/core/log.js';
import { createPushLane, PUSH_ACCOUNT, PUSH_LANE } from '../fakes/push-channel.js';
import { type PushPlatform, startPushPlatform } from '../fakes/push-platform.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

const TURNS = 9;
const HELD = 3;

describe('a chat that waits', () => {
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

  /** Turns of one chat, each owing one notice, which no look for owed messages finds yet. */
  async function owed(chatId: string): Promise<Turn[]> {
    for (let count = 0; count < TURNS; count++) {
      const update = { id: `u-${count}`, chatId, text: 'halo', sentAt: '2036-01-01T00:00:00Z' };
      expect(await platform.deliver(`${test.url}/fake/webhook`, update)).to.equal(200);
    }
    const { connection, conversations, keys } = test.app;
    const notice = { kind: 'notice', state: 'due', dueAt: new Date(Date.now() - 60_000), attempt: 0 };
    const sendAt = new Date(Date.now() + 3_600_000);
    const stored = connection.getClient().db(connection.name).collection<Turn>('turns');
    await stored.updateMany({ lane: PUSH_LANE }, { $set: { out: [notice] as never, sendAt } });
    return conversations.turns.after(conversationIdOf(keys.addressKey, 'telegram', PUSH_ACCOUNT, chatId), 0, 100);
  }

  it('holds three turns in memory, and reads the others from the store when its turn comes, in order', async () => {
    const { conversations, keys } = test.app;
    const turns = await owed('warga');
    const heard: { readonly seq: number; readonly text: string }[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const sender = createLaneSender({
      lane: PUSH_LANE,
      limits: { perSecond: 1000, perSecondBurst: 1000, chatIntervalMs: 1, chatBurst: 100, maxInFlight: 5 },
      send: async ({ seq, text }) => {
        heard.push({ seq, text });
        await gate;
        return `p-${seq}`;
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
      for (const turn of turns) {
        // what is sent from memory can be told from what is read: only the words in memory are these
        const content: TurnContent = { ...openContent(keys, turn), out: [{ text: 'from memory' }] };
        sender.accept({ turn, content });
        await until('the first is under way', () => heard.length > 0);
      }
      open();
      await until('all are sent', () => heard.length === TURNS);
    } finally {
      open();
      await sender.stop();
    }
    expect(heard.map(({ seq }) => seq)).to.deep.equal(turns.map(({ seq }) => seq));
    expect(heard.filter(({ text }) => text === 'from memory')).to.have.length(HELD);
  });
});
