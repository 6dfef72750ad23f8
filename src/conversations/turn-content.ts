import { Binary } from 'mongodb';
import { type Keys, open, seal } from '../core/crypto.js';
import type { EngineState } from '../flows/state.js';
import type { Turn, TurnAfter, TurnContent } from './turn.js';

/** Seals what is personal in a turn; bound to the turn's id, so that it opens nowhere else. */
export function sealContent(keys: Keys, turnId: string, content: TurnContent): Binary {
  return new Binary(seal(keys, turnId, content));
}

/** @throws {Error} when the key is gone or the value was altered or moved */
export function openContent(keys: Keys, turn: Pick<Turn, '_id' | 'content'>): TurnContent {
  return open<TurnContent>(keys, turn._id, turn.content.buffer);
}

/** The engine's state, put together again from the clear and the sealed half of a turn. */
export function engineStateOf(after: TurnAfter, content: Pick<TurnContent, 'answers'>): EngineState {
  return {
    runs: after.stack.map((run, index) => ({ ...run, answers: content.answers[index] ?? {} })),
    locale: after.locale,
    ...(after.isLocaleSettled ? { isLocaleSettled: true } : {}),
    misses: after.misses,
    warned: after.warned,
  };
}

/** The clear half of the engine's state; the answers go into the content. */
export function stackOf(state: EngineState): TurnAfter['stack'] {
  return state.runs.map(({ flow, version, step, turns }) => ({ flow, version, step, turns }));
}
