import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { earliestOwed } from './build-turn.js';
import { type OwingTurn, withRestDead } from './chat-queue.js';
import type { OutState } from './turn.js';
import type { TurnStore } from './turn-store.js';

const MARK_RETRY_MS = 1000;

export type Sending = Extract<OutState, { state: 'sending' }>;

/** How far the messages of a lane have got, in the store first and then in memory. */
export interface SendStates {
  /**
   * Notes that a message is about to be sent under an epoch of the lane.
   * @returns undefined when somebody else settled the message meanwhile
   */
  markSending(owing: OwingTurn, index: number, epoch: number): Promise<Sending | undefined>;
  /**
   * Writes a message's new state, and goes on only when it is on disk: a send whose mark is lost would be repeated.
   * Where somebody else has gone on with the message, what they made of it holds.
   */
  settle(owing: OwingTurn, index: number, as: OutState): Promise<void>;
}

export function createSendStates(deps: {
  readonly lane: string;
  readonly turns: Pick<TurnStore, 'find' | 'mark' | 'markNow'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** False once the lane isn't held any more. */
  readonly isOn: () => boolean;
}): SendStates {
  const { lane, turns, clock, log } = deps;

  const lookAnew = async (owing: OwingTurn) => {
    const fresh = await turns.find(owing.turn._id);
    owing.out = fresh
      ? [...fresh.out]
      : owing.out.map((each) => ({ kind: each.kind, state: 'superseded', at: clock.now() }));
  };

  return {
    async markSending(owing, index, epoch) {
      const before = owing.out[index];
      if (before?.state !== 'sending' && before?.state !== 'due') return undefined;
      // born so by the commit: it is on disk already
      if (before.state === 'sending' && before.epoch === epoch) return before;
      const { conversationId, seq, _id } = owing.turn;
      const isUnknown = before.state === 'sending';
      const sending: Sending = {
        kind: before.kind,
        state: 'sending',
        attempt: before.attempt + 1,
        epoch,
        at: clock.now(),
        ...(isUnknown || before.resent ? { resent: true } : {}),
      };
      if (isUnknown) log.warn({ lane, conversationId, seq }, 'send of unknown outcome repeated');
      const marked = await turns.markNow({
        filter: { _id, ...stillSo(before, index) },
        update: { $set: { [`out.${index}`]: sending } },
      });
      if (marked) {
        owing.out[index] = sending;
        return sending;
      }
      await lookAnew(owing);
      return undefined;
    },

    async settle(owing, index, as) {
      const filter = { _id: owing.turn._id, ...stillSo(owing.out[index], index) };
      const out = withRestDead(owing.out, index, as);
      const sendAt = earliestOwed(out);
      owing.out = out;
      const changed = Object.fromEntries(out.map((state, position) => [`out.${position}`, state]).slice(index));
      const set = as.state === 'dead' ? { ...changed, deadAt: as.at } : changed;
      const update = sendAt ? { $set: { ...set, sendAt } } : { $set: set, $unset: { sendAt: '' as const } };
      for (;;) {
        try {
          if (!(await turns.mark({ filter, update }))) await lookAnew(owing);
          return;
        } catch (error) {
          if (!deps.isOn()) throw error;
          log.warn({ lane, err: error }, 'send state could not be written, will retry');
          await new Promise<void>((resolve) => clock.after(MARK_RETRY_MS, resolve));
        }
      }
    },
  };
}

/** Matches while a message is in this state: whoever holds the lane by now may have gone on with it. */
function stillSo(state: OutState | undefined, index: number): Readonly<Record<string, unknown>> {
  if (!state) return {};
  const epoch = state.state === 'sending' ? { [`out.${index}.epoch`]: state.epoch } : {};
  return { [`out.${index}.state`]: state.state, ...epoch };
}
