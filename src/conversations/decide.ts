import type { ReadContext, Reads } from '../cases/case-reads.js';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import type { FlowBubble } from '../flows/bubbles.js';
import type { Advance, EngineState, FlowEffect, HandoverReason, Input } from '../flows/state.js';
import { asUnavailable } from '../store/connect.js';
import { within } from '../store/within.js';
import type { Said } from './build-turn.js';

/** A read that takes longer is taken for a store that is away: the platform delivers the message again. */
const READ_LIMIT_MS = 2000;
const MAX_READS = 8;

export interface Decision {
  readonly state: EngineState;
  readonly say: readonly Said[];
  readonly effects: readonly Extract<FlowEffect, { type: 'do' }>[];
  readonly handover?: HandoverReason;
  readonly wake?: Advance['wake'];
}

export interface DecideDeps {
  readonly advance: (state: EngineState, input: Input) => Advance;
  readonly toBubbles: (effects: readonly FlowEffect[], locale: EngineState['locale']) => readonly FlowBubble[];
  readonly reads: Reads;
  /** For the limit on reads. */
  readonly clock: Clock;
}

export type Decide = (state: EngineState, input: Input, context: ReadContext) => Promise<Decision>;

/**
 * Advances the flow, looks up what it asks for, and advances again until it wants nothing more. Writes nothing, but
 * for a case number that is reserved (gaps in the sequence are allowed).
 *
 * @throws {AppError} `store.unavailable` when a look-up fails or takes over two seconds
 */
export function createDecide({ advance, toBubbles, reads, clock }: DecideDeps): Decide {
  return async (state, input, context) => {
    const effects: FlowEffect[] = [];
    let step = advance(state, input);
    for (let count = 0; count <= MAX_READS; count++) {
      const wanted = step.effects.at(-1);
      effects.push(...step.effects.filter((effect) => effect.type !== 'read'));
      if (wanted?.type !== 'read') return decisionOf(step, effects, toBubbles);
      const value = await withLimit(reads[wanted.name](wanted.args, { ...context, locale: step.state.locale }), clock);
      step = advance(step.state, { type: 'read', at: input.at, name: wanted.name, value });
    }
    throw new AppError('flow.invalid', `A flow asked for more than ${MAX_READS} look-ups in one turn`);
  };
}

function decisionOf(step: Advance, effects: readonly FlowEffect[], toBubbles: DecideDeps['toBubbles']): Decision {
  const handover = effects.find((effect) => effect.type === 'handover');
  return {
    state: step.state,
    say: toBubbles(effects, step.state.locale).map(({ kind, ...bubble }) => ({ bubble, kind })),
    effects: effects.filter((effect) => effect.type === 'do'),
    ...(handover ? { handover: handover.reason } : {}),
    ...(step.wake ? { wake: step.wake } : {}),
  };
}

async function withLimit<T>(reading: Promise<T>, clock: Clock): Promise<T> {
  try {
    return await within(clock, reading, READ_LIMIT_MS);
  } catch (error) {
    throw asUnavailable(error);
  }
}
