import type { Calendar } from '../cases/calendar.js';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { turnIdOf } from '../core/ids.js';
import type { Said } from './build-turn.js';
import type { Commit, Committed } from './commit.js';
import type { Decision } from './decide.js';
import { nextAfter, wakeLeft } from './next-after.js';
import type { Tip, Tips } from './tips.js';
import type { SourceKind } from './turn.js';
import { engineStateOf } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const MAX_TRIES = 10;

export interface SystemTurnDeps {
  readonly commit: Commit;
  readonly clock: Clock;
  readonly hours: Calendar;
}

/** What is said beside the open question, once: the same key is the same word. */
export interface Aside {
  readonly key: string;
  readonly say: readonly Said[];
}

/**
 * Says something that nobody's message caused, wherever the conversation stands, and leaves it standing there; anew for
 * as long as others are faster. Call it in the conversation's order.
 *
 * @param asideOf what there is to be said there; undefined when nothing is
 * @returns undefined when it was said before, there is no such conversation, or nothing to say
 * @throws {AppError} `conversation.busy`, `store.unavailable`
 */
export async function sayAside(
  deps: SystemTurnDeps & { readonly tips: Tips; readonly turns: Pick<TurnStore, 'find'> },
  conversationId: string,
  asideOf: (tip: Tip) => Aside | undefined | Promise<Aside | undefined>,
): Promise<Committed | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    // what may insert nothing is decided on a fresh one
    deps.tips.forget(conversationId);
    const tip = await deps.tips.get(conversationId);
    const aside = tip && (await asideOf(tip));
    if (!aside) return undefined;
    const { key, say } = aside;
    const state = engineStateOf(tip.after, tip);
    const decision = { state, say, effects: [], ...wakeLeft(tip.after, deps.clock.now()) };
    const committed = await commitSystemTurn(deps, conversationId, tip, { kind: 'system', key }, decision);
    if (committed) return committed;
    if (await deps.turns.find(turnIdOf(conversationId, key))) return undefined;
  }
  throw new AppError('conversation.busy', 'Too many turns at once in this conversation; try again', {
    tries: MAX_TRIES,
  });
}

/**
 * Commits a turn that nobody's message caused: a reminder, an expiry, a refusal. Call it in the conversation's order.
 *
 * @param key unique for what caused it, so that two processes that see the same cause make one turn
 * @returns undefined when that turn is there already, or the conversation has moved on meanwhile
 */
export async function commitSystemTurn(
  deps: SystemTurnDeps,
  conversationId: string,
  tip: Tip,
  cause: { readonly kind: Exclude<SourceKind, 'citizen'>; readonly key: string },
  decision: Decision & { readonly isOverdue?: boolean },
): Promise<Committed | undefined> {
  const at = deps.clock.now();
  const seq = tip.seq + 1;
  const { say } = decision;
  return deps.commit({
    conversationId,
    seq,
    at,
    source: cause,
    address: tip.address,
    ...(tip.displayName ? { displayName: tip.displayName } : {}),
    after: nextAfter(
      tip.after,
      {
        seq,
        at,
        by: cause.kind,
        state: decision.state,
        say,
        promptDelayMs: 0,
        ...(decision.wake ? { wake: decision.wake } : {}),
        ...(decision.handover ? { handover: decision.handover } : {}),
        ...(decision.isOverdue ? { isOverdue: true } : {}),
      },
      deps.hours,
    ),
    answers: decision.state.runs.map((run) => run.answers),
    say,
    effects: decision.effects,
    earlierKeys: tip.keys,
  });
}
