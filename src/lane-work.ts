import type { ReceiveMessage } from './channels/channel.js';
import type { PushLane } from './channels/push-lane.js';
import type { LaneSender } from './conversations/lane-sender.js';
import type { LaneWork } from './conversations/lanes.js';
import { type ChannelStates, type LaneStatus, statusOfProblems } from './staff/channel-states.js';

/** Problems in a lane's own words that stop it until a person acts, and those that pass by themselves. */
const HALTING: ReadonlySet<string> = new Set(['halted', 'unauthorized']);
const AWAY: ReadonlySet<string> = new Set(['unreachable', 'conflict', 'webhook_taken']);

/** How a held lane is: as it says itself, else by its problems. */
export function statusOf({ laneStatus, problems }: Pick<PushLane, 'laneStatus' | 'problems'>): LaneStatus {
  if (laneStatus) return laneStatus();
  const raised = problems?.() ?? [];
  return statusOfProblems(
    raised,
    raised.some((each) => HALTING.has(each)),
    raised.some((each) => AWAY.has(each)),
  );
}

/** What the holder of a lane runs: its sender, its channel, and the word of how both are. */
export function createLaneWork(deps: {
  readonly lane: PushLane;
  readonly sender: Pick<LaneSender, 'start' | 'stop'> | undefined;
  readonly receive: ReceiveMessage;
  readonly states: Pick<ChannelStates, 'watch'>;
}): LaneWork {
  const { lane, sender, receive, states } = deps;
  let held = false;
  let stopWatching: () => Promise<void> = async () => undefined;
  let restarting: Promise<void> | undefined;

  const restart = async () => {
    await lane.channel.stop();
    // the lane may have gone to another process meanwhile
    if (held) await lane.channel.start(receive);
  };

  return {
    async start(epoch) {
      held = true;
      await sender?.start(epoch);
      await lane.channel.start(receive);
      stopWatching = states.watch(
        lane.lane,
        epoch,
        () => statusOf(lane),
        async () => {
          restarting = restart();
          await restarting.finally(() => {
            restarting = undefined;
          });
        },
      );
    },
    async stop() {
      held = false;
      // at once: from here on no send begins, while the channel still drains what it took in
      const stopping = Promise.all([sender?.stop(), lane.channel.stop(), stopWatching()]);
      const underWay = restarting;
      await stopping;
      if (!underWay) return;
      await underWay.catch(() => undefined);
      // it may have begun again behind us
      await lane.channel.stop();
    },
  };
}
