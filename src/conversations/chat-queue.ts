import { MAX_AGE_MS } from './judge-failure.js';
import type { OutState, Turn, TurnContent } from './turn.js';

/** A turn whose messages are owed, as its lane's sender holds it. `out` is what the store has, kept up by the sender. */
export interface OwingTurn {
  /** Without what is sealed: the store's whole answer would be kept in memory with it. */
  readonly turn: Omit<Turn, 'content'>;
  readonly content: TurnContent;
  out: OutState[];
  /** Its effects aren't applied yet, so nothing of it may leave; later turns wait behind it. */
  gated: boolean;
}

/** What is to be done with the first message of a chat that isn't settled. */
export type Head =
  | { readonly do: 'nothing' }
  /** Another process holds the lane by now. */
  | { readonly do: 'leave' }
  | { readonly do: 'wait'; readonly untilMs: number }
  | { readonly do: 'settle'; readonly owing: OwingTurn; readonly index: number; readonly as: OutState }
  | { readonly do: 'send'; readonly owing: OwingTurn; readonly index: number };

/**
 * Looks at a chat's owing turns, oldest first, and says what comes next. Pure.
 *
 * A message in `sending` under an older epoch has no live holder: whether it went is unknown. It is sent once more,
 * flagged; found so a second time it is given up. One under a newer epoch shows that the lane is another's by now.
 *
 * @param epoch of the lane as held now
 */
export function headOf(queue: readonly OwingTurn[], epoch: number, now: Date): Head {
  for (const [position, owing] of queue.entries()) {
    if (owing.gated) return { do: 'wait', untilMs: Number.POSITIVE_INFINITY };
    const index = owing.out.findIndex(isOwed);
    const state = owing.out[index];
    if (!state) continue;
    if (state.state === 'sending' && state.epoch > epoch) return { do: 'leave' };
    const settled = settledUnsent(queue, position, state, epoch, now);
    if (settled) return { do: 'settle', owing, index, as: settled };
    if (state.state === 'due' && state.dueAt > now) return { do: 'wait', untilMs: state.dueAt.getTime() };
    return { do: 'send', owing, index };
  }
  return { do: 'nothing' };
}

function settledUnsent(
  queue: readonly OwingTurn[],
  position: number,
  state: OutState,
  epoch: number,
  now: Date,
): OutState | undefined {
  const owing = queue[position];
  if (!owing) return undefined;
  if (state.state === 'sending') {
    const isTwiceUnknown = state.epoch !== epoch && state.resent === true;
    return isTwiceUnknown ? { kind: state.kind, state: 'dead', at: now, reason: 'unknown_after_resend' } : undefined;
  }
  const ageMs = now.getTime() - owing.turn.at.getTime();
  if (isPointless(owing, state, queue.slice(position + 1), ageMs))
    return { kind: state.kind, state: 'superseded', at: now };
  if (ageMs <= MAX_AGE_MS[state.kind]) return undefined;
  // in doubt: it may have arrived
  const flag = state.state === 'due' && state.resent ? { resent: true } : {};
  return { kind: state.kind, state: 'dead', at: now, reason: 'too_old', ...flag };
}

/** A newer question makes an older one pointless, and a takeover all the bot had to say, but for numbers that are owed. */
function isPointless(owing: OwingTurn, state: OutState, later: readonly OwingTurn[], ageMs: number): boolean {
  const isReceipt = owing.content.out[owing.out.indexOf(state)]?.receiptFor !== undefined;
  const isBotTalk = (state.kind === 'prompt' || state.kind === 'reply') && !isReceipt;
  if (isBotTalk && later.some(({ turn }) => turn.source.kind === 'staff' && turn.after.mode === 'staff')) return true;
  if (state.kind !== 'prompt') return false;
  return ageMs > MAX_AGE_MS.prompt || later.some(({ out }) => out.some((each) => each.kind === 'prompt'));
}

/** True while a message isn't settled. */
export function isOwed({ state }: OutState): boolean {
  return state === 'due' || state === 'sending';
}

/** Once a message dies, the rest of its turn dies with it; the next turn proceeds. */
export function withRestDead(out: readonly OutState[], index: number, as: OutState): OutState[] {
  return out.map((each, position) => {
    if (position === index) return as;
    const isLaterAndOwed = position > index && isOwed(each);
    if (as.state !== 'dead' || !isLaterAndOwed) return each;
    return { kind: each.kind, state: 'dead', at: as.at, reason: `after_${as.reason}`.slice(0, 60) };
  });
}
