import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { Answers, DoName } from '../flows/state.js';
import { within } from '../store/within.js';
import type { Committed } from './commit.js';
import type { Points } from './points.js';
import type { EffectState, OutState, Turn, TurnContent } from './turn.js';
import type { TurnStore } from './turn-store.js';

const FIRST_RETRY_MS = 2000;
/** An erasure may have much to overwrite. */
const EFFECT_LIMIT_MS = 30_000;
const MAX_RETRY_MS = 5 * 60 * 1000;

/** `refused`: the rules say no, and trying again won't change that. */
export type EffectOutcome = { readonly state: 'done' } | { readonly state: 'refused'; readonly reason: string };

export interface EffectContext {
  readonly turn: Turn;
  readonly content: TurnContent;
  /** `<turnId>/<index>`: doing it twice under the same key must come to once. */
  readonly key: string;
  readonly now: Date;
}

/** One function an effect; each idempotent by its key. A rejection means: try again later. */
export type EffectHandlers = Readonly<
  Record<DoName, (args: Answers, context: EffectContext) => Promise<EffectOutcome>>
>;

export interface ApplyDeps {
  readonly turns: TurnStore;
  readonly handlers: EffectHandlers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly points: Points;
  /** Told once all effects of a turn are settled, so that its messages may leave; and of each refusal. */
  readonly onSettled: (turn: Turn) => void;
  readonly onRefused: (turn: Turn, args: Answers) => Promise<void>;
}

export type Apply = (committed: Committed) => Promise<Turn>;

/**
 * Applies the effects that a turn still owes, in order, then lets its messages go. Any process may do it, any number
 * of times: what was done before is found by its key. What can't be done now is left to the recovery job.
 *
 * @returns the turn as it stands afterwards; never rejects
 */
export function createApply(deps: ApplyDeps): Apply {
  return async ({ turn, content }) => {
    try {
      return await settle(deps, turn, content);
    } catch (error) {
      const attempt = Math.max(0, ...turn.effects.map((effect) => effect.attempt)) + 1;
      deps.log.warn(
        { turnSeq: turn.seq, conversationId: turn.conversationId, attempt, err: error },
        'effect could not be applied, will retry',
      );
      await postpone(deps, turn, attempt).catch(() => undefined); // the store is away: applyAt stands as it was
      return turn;
    }
  };
}

async function settle(deps: ApplyDeps, turn: Turn, content: TurnContent): Promise<Turn> {
  const effects = [...turn.effects];
  for (const [index, effect] of effects.entries()) {
    const wanted = content.effects[index];
    if (effect.state !== 'due' || !wanted) continue;
    const key = `${turn._id}/${index}`;
    const doing = deps.handlers[wanted.name](wanted.args, { turn, content, key, now: deps.clock.now() });
    const outcome = await within(deps.clock, doing, EFFECT_LIMIT_MS);
    await deps.points('effect_half_applied', turn);
    const settled: EffectState = { ...effect, ...outcome, attempt: effect.attempt + 1 };
    effects[index] = settled;
    if (settled.state === 'refused') await deps.onRefused(turn, wanted.args);
  }
  const now = deps.clock.now();
  const refused = effects.some((effect) => effect.state === 'refused');
  // they speak of a deed that wasn't done; the turn made by onRefused tells what holds instead
  const out = refused
    ? turn.out.map((each): OutState => ({ kind: each.kind, state: 'superseded', at: now }))
    : turn.out;
  const owes = out.some((each) => each.state === 'due');
  await deps.turns.mark({
    // whoever comes second finds applyAt gone and changes nothing
    filter: { _id: turn._id, applyAt: { $exists: true } },
    update: {
      $set: { effects, ...(refused ? { out } : {}), ...(owes ? { sendAt: now } : {}) },
      $unset: { applyAt: '' },
    },
  });
  await deps.points('effect_applied', turn);
  const { applyAt: _settled, ...rest } = turn;
  const after: Turn = { ...rest, effects, out, ...(owes ? { sendAt: now } : {}) };
  deps.onSettled(after);
  return after;
}

async function postpone(deps: ApplyDeps, turn: Turn, attempt: number): Promise<void> {
  const delayMs = Math.min(FIRST_RETRY_MS * 2 ** attempt, MAX_RETRY_MS);
  const applyAt = new Date(deps.clock.now().getTime() + delayMs);
  const effects = turn.effects.map((effect) => (effect.state === 'due' ? { ...effect, attempt } : effect));
  await deps.turns.mark({ filter: { _id: turn._id }, update: { $set: { applyAt, effects } } });
}
