import type { Clock } from '../../core/clock.js';
import { SendError } from '../../core/errors.js';
import type { Channel } from '../channel.js';
import type { SignalName } from './signals.js';

/**
 * What a person must know of this channel:
 * - `halted`: nothing can be sent until somebody acts (token, payment, a lock); tried again each minute
 * - `unreachable`: Meta doesn't answer, or has trouble of its own
 * - the signals that want a person, for an hour after they last came
 */
export type CloudProblem = 'halted' | 'unreachable' | SignalName;

/** Sends in a row that find nobody there: fewer are a hiccup. */
const MANY_FAILURES = 3;
const SHOWN_MS = 60 * 60 * 1000;

export interface CloudProblems {
  /** Wraps the channel's send, whose outcomes tell most. */
  around(send: Channel['send']): Channel['send'];
  /** Something that wants a person came up. */
  note(signal: SignalName): void;
  current(): readonly CloudProblem[];
  /** The last code that Meta gave for refusing to send at all; undefined while sends go through. */
  haltedBy(): string | undefined;
}

/** @param onRaised called when sending halts, or can't be done any more; not for signals, which tell by themselves */
export function createCloudProblems(clock: Clock, onRaised: (problem: CloudProblem) => void): CloudProblems {
  const noted = new Map<SignalName, number>();
  let failures = 0;
  let haltedBy: string | undefined;

  const failed = (error: unknown) => {
    if (!(error instanceof SendError)) return;
    if (error.reason === 'misconfigured') {
      if (haltedBy === undefined) onRaised('halted');
      haltedBy = error.code ?? 'unknown';
    } else if (error.reason === 'unreachable') {
      failures += 1;
      if (failures === MANY_FAILURES) onRaised('unreachable');
    } else {
      // Meta answered, and judged this message alone
      failures = 0;
    }
  };

  return {
    around: (send) => async (message, signal) => {
      try {
        const id = await send(message, signal);
        failures = 0;
        haltedBy = undefined;
        return id;
      } catch (error) {
        failed(error);
        throw error;
      }
    },
    note: (signal) => void noted.set(signal, clock.monotonicMs()),
    current() {
      const nowMs = clock.monotonicMs();
      const shown = [...noted].filter(([, atMs]) => nowMs - atMs < SHOWN_MS).map(([signal]) => signal);
      return [
        ...(haltedBy === undefined ? [] : (['halted'] as const)),
        ...(failures >= MANY_FAILURES ? (['unreachable'] as const) : []),
        // it says the same as `halted`, which knows when it is over
        ...shown.filter((signal) => haltedBy === undefined || signal !== 'send_needs_person'),
      ];
    },
    haltedBy: () => haltedBy,
  };
}
