import { randomUUID } from 'node:crypto';
import type { PushLane } from '../channels/push-lane.js';
import type { ChannelType } from '../messages/message.js';

/** The account of the demo city on every pushed channel: no real one is called so. */
export const DEMO_ACCOUNT = 'demo';

/**
 * Telegram and WhatsApp as the demo has them: whatever is sent there has arrived. No message of a demo can ever reach a
 * real person, since no platform is asked.
 */
export function createDemoLanes(): PushLane[] {
  return (['telegram', 'whatsapp_cloud'] as const).map((type: ChannelType) => ({
    lane: `${type}:${DEMO_ACCOUNT}`,
    limits: { perSecond: 500, perSecondBurst: 500, chatIntervalMs: 1, chatBurst: 50, maxInFlight: 20 },
    channel: {
      type,
      start: async () => undefined,
      stop: async () => undefined,
      send: async () => `demo-${randomUUID()}`,
    },
  }));
}
