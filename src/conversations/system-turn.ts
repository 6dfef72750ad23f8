import type { Calendar } from '../cases/calendar.js';
import type { Clock } from '../core/clock.js';
import type { Commit, Committed } from './commit.js';
import type { Decision } from './decide.js';
import { nextAfter } from './next-after.js';
import type { Tip } from './tips.js';
import type { SourceKind } from './turn.js';

/**
 * Commits a turn that nobody's message caused: a reminder, an expiry, a refusal. Call it in the conversation's order.
 *
 * @param key unique for what caused it, so that two processes that see the same cause make one turn
 * @returns undefined when that turn is there already, or the conversation has moved on meanwhile
 */
export async function commitSystemTurn(
  deps: { commit: Commit; clock: Clock; hours: Calendar },
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
    ...(tip.owes ? { earlierOwed: true } : {}),
  });
}
