import { expect } from 'chai';
import { createLaneSender, type LaneSender, type LaneSenderDeps } from '../../src/conversations/lane-sender.js';
import type { OutState, Turn } from '../../src/conversations/turn.js';
import { systemClock } from '../../src/core/clock.js';
import { conversationIdOf } from '../../src/core/ids.js';
import { createLog } from '../../src/core/log.js';
import type { BubbleKind } from '../../src/messages/message.js';
import { createPushLane, PUSH_ACCOUNT, PUSH_LANE } from './push-channel.js';
import { startPushPlatform } from './push-platform.js';
import { startTestApp, type TestApp } from './test-app.js';

const AT_ONCE = 20;
/** Higher than any epoch of the app's own. */
const EPOCH = 1_000_000;
const FAST = { perSecond: 1000, perSecondBurst: 1000, chatIntervalMs: 1, chatBurst: 100, maxInFlight: 5 };

/** A lane whose process takes messages in and sends nothing, as one that doesn't hold it; its sender is the test's own. */
export interface OwingLane {
  readonly test: TestApp;
  /** So many messages of a chat, each of which becomes a turn. */
  write(chatId: string, count?: number): Promise<void>;
  /** One message of each chat. */
  writeEach(chatIds: readonly string[]): Promise<void>;
  turnsOf(chatId: string): Promise<Turn[]>;
  /** Lets turns owe one message each, since a minute. @returns how many turns there are like this */
  owe(wanted: Partial<Record<string, unknown>>, kind: BubbleKind, sendAt?: Date): Promise<number>;
  /** A sender that holds the lane until the test's end. */
  hold(more: Pick<LaneSenderDeps, 'send'> & Partial<LaneSenderDeps>): Promise<LaneSender>;
  /** Ends what was held; for `afterEach`. */
  release(): Promise<void>;
  close(): Promise<void>;
}

export async function startOwingLane(): Promise<OwingLane> {
  const platform = await startPushPlatform();
  const test = await startTestApp({
    pushLanes: ({ receive }) => {
      const lane = createPushLane(platform.url, receive);
      return [{ ...lane, limits: { ...lane.limits, maxInFlight: 0 } }];
    },
  });
  const { connection, conversations, keys } = test.app;
  const stored = connection.getClient().db(connection.name).collection<Turn>('turns');
  const senders: LaneSender[] = [];
  let messages = 0;

  const idOf = (chatId: string) => conversationIdOf(keys.addressKey, 'telegram', PUSH_ACCOUNT, chatId);
  const write = async (chatId: string, count = 1) => {
    for (let each = 0; each < count; each++) {
      messages += 1;
      const update = { id: `u-${messages}`, chatId, text: 'halo', sentAt: '2036-01-01T00:00:00Z' };
      expect(await platform.deliver(`${test.url}/fake/webhook`, update)).to.equal(200);
    }
  };

  return {
    test,
    write,
    async writeEach(chatIds) {
      for (let from = 0; from < chatIds.length; from += AT_ONCE) {
        await Promise.all(chatIds.slice(from, from + AT_ONCE).map((chatId) => write(chatId)));
      }
    },
    turnsOf: (chatId) => conversations.turns.after(idOf(chatId), 0, 1000),
    async owe({ chatId, ...wanted }, kind, sendAt = new Date(Date.now() - 60_000)) {
      const out: OutState[] = [{ kind, state: 'due', dueAt: new Date(Date.now() - 60_000), attempt: 0 }];
      const whose = typeof chatId === 'string' ? { conversationId: idOf(chatId) } : {};
      const done = await stored.updateMany({ lane: PUSH_LANE, ...whose, ...wanted }, { $set: { out, sendAt } });
      return done.matchedCount;
    },
    async hold(more) {
      const sender = createLaneSender({
        lane: PUSH_LANE,
        limits: FAST,
        isReady: () => true,
        turns: conversations.turns,
        keys,
        clock: systemClock,
        log: createLog('silent'),
        random: Math.random,
        points: async () => undefined,
        ...more,
      });
      await sender.start(EPOCH);
      senders.push(sender);
      return sender;
    },
    async release() {
      for (const sender of senders.splice(0)) await sender.stop();
      await stored.deleteMany({});
    },
    async close() {
      await test.close();
      await platform.close();
    },
  };
}
