import { randomUUID } from 'node:crypto';
import express from 'express';
import type { Db } from 'mongodb';
import type { PushLane } from './channels/push-lane.js';
import { WARNING } from './channels/whatsapp-web/warning.js';
import type { Config } from './config.js';
import type { Conversations } from './conversations/conversations.js';
import { createLaneSender, type LaneSender } from './conversations/lane-sender.js';
import { keepLane } from './conversations/lanes.js';
import type { Points } from './conversations/points.js';
import type { Clock } from './core/clock.js';
import type { Keys } from './core/crypto.js';
import type { Logger } from './core/log.js';
import { createMetrics, createMetricsRoutes } from './http/metrics.js';
import type { MountedRouter } from './http/server.js';
import { createChannelRoutes } from './http/staff/channels.js';
import type { Gate } from './http/staff/gate.js';
import { createLaneWork } from './lane-work.js';
import type { FetchAttachment } from './messages/fetch.js';
import type { Alerts } from './staff/alerts.js';
import type { Audit } from './staff/audit.js';
import { createChannelStates } from './staff/channel-states.js';
import { createStoreGauges } from './store-gauges.js';

/** The channel accounts of this process: who sends for them, how they are, and what is counted of them. */
export interface LaneSide {
  /** By lane; filled by {@link LaneSide.add}. */
  readonly senders: ReadonlyMap<string, LaneSender>;
  readonly fetchers: ReadonlyMap<string, FetchAttachment>;
  /** The points it was given, with turns counted as they pass. */
  readonly points: Points;
  /** Taking in, with what comes counted and timed. */
  counted(receive: Conversations['receive']): Conversations['receive'];
  /** Counts something that happened to a channel account. Both words are constants or codes. */
  count(lane: string, signal: string, detail?: string): void;
  /** Puts a channel account's trouble before staff. `problem` is a constant. @param nth the same again is told once */
  alert(lane: string, problem: string, nth?: number): void;
  /** Makes a sender for each lane. Once, before `start`. */
  add(lanes: readonly PushLane[], turns: Conversations['turns']): void;
  /** `/metrics`, and the channels as staff see them. */
  routers(gate: Gate): readonly MountedRouter[];
  /** Tries to hold every lane. @returns for each what gives it up */
  start(receive: Conversations['receive']): readonly (() => Promise<void>)[];
  stop(): void;
}

const WARNINGS: Readonly<Record<string, string>> = { whatsapp_web: WARNING };

export function createLaneSide(deps: {
  readonly db: Db;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: Pick<Config, 'METRICS_TOKEN'>;
  readonly audit: Pick<Audit, 'append'>;
  readonly alerts: Pick<Alerts, 'raise'>;
  readonly points: Points;
}): LaneSide {
  const { db, keys, clock, log } = deps;
  const metrics = createMetrics(clock);
  const senders = new Map<string, LaneSender>();
  const fetchers = new Map<string, FetchAttachment>();
  const lanes: PushLane[] = [];
  const statesOf = () => createChannelStates({ db, keys, clock, log, lanes: lanes.map(({ lane }) => lane) });
  const points: Points = (point, turn) => {
    if (point === 'inserted') metrics.turnCommitted();
    return deps.points(point, turn);
  };

  return {
    senders,
    fetchers,
    points,
    counted: metrics.timed,
    count: metrics.signal,
    alert(lane, problem, nth) {
      const at = clock.now();
      void deps.alerts.raise({
        _id: `channel:${lane}:${problem}:${nth ?? at.getTime()}`,
        what: 'channel',
        subject: lane,
        at,
      });
    },
    add(added, turns) {
      lanes.push(...added);
      for (const { lane, limits, channel, fetchAttachment, isUpToDate: isReady = () => true } of added) {
        if (fetchAttachment) fetchers.set(lane, fetchAttachment);
        const send = metrics.counted(lane, channel.send.bind(channel));
        const random = Math.random;
        senders.set(lane, createLaneSender({ lane, limits, send, isReady, turns, keys, clock, log, random, points }));
      }
    },
    routers(gate) {
      const states = statesOf();
      const channels = createChannelRoutes({ gate, states, audit: deps.audit, warningOf: (type) => WARNINGS[type] });
      const gauges = createStoreGauges(db, states);
      return [
        { path: '/metrics', router: createMetricsRoutes({ metrics, gauges, token: deps.config.METRICS_TOKEN }) },
        { path: '/api/staff/channels', router: express.Router().use(gate.signedIn, channels) },
      ];
    },
    start(receive) {
      const states = statesOf();
      return lanes.map((lane) =>
        keepLane(
          { db, clock, log, holder: randomUUID() },
          lane.lane,
          createLaneWork({
            lane,
            sender: senders.get(lane.lane),
            receive: async (message) => void (await receive(message)),
            states,
          }),
        ),
      );
    },
    stop: metrics.stop,
  };
}
