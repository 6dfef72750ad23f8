import type { Advance, EngineState, HandoverReason } from '../flows/state.js';
import type { Said } from './build-turn.js';
import type { Mode, SourceKind, ToldOf, TurnAfter } from './turn.js';
import { stackOf } from './turn-content.js';

/** An unclaimed handover is answered with a choice after this long. */
export const HANDOVER_DEADLINE_MS = 15 * 60 * 1000;

/** Where a conversation that has no turn yet stands. */
export const START: Pick<TurnAfter, 'mode' | 'askedSeq' | 'unread' | 'inbound'> & { readonly askedAt: Date } = {
  mode: 'bot',
  askedSeq: 0,
  askedAt: new Date(0),
  unread: 0,
  inbound: 0,
};

/** What a turn changes. */
export interface Change {
  readonly seq: number;
  readonly at: Date;
  readonly by: SourceKind;
  readonly state: EngineState;
  readonly say: readonly Said[];
  /** How long the channel holds a prompt back; the question counts as asked only then. */
  readonly promptDelayMs: number;
  readonly wake?: Advance['wake'];
  readonly handover?: HandoverReason;
  /** Of a citizen's message, by the platform's clock. */
  readonly sentAt?: Date;
  /** Set by staff turns. */
  readonly mode?: Mode;
  readonly staffId?: string;
  /** Set by notices. */
  readonly toldOf?: ToldOf;
}

/** Computes the clear state after a turn from that before it: pure, and from the newest turn alone. */
export function nextAfter(before: TurnAfter | undefined, change: Change): TurnAfter {
  const base = before ?? START;
  const mode = change.mode ?? (change.handover ? 'queued' : base.mode);
  const asks = change.say.some((each) => each.bubble.step !== undefined);
  const isCitizen = change.by === 'citizen';
  const staffId = mode === 'staff' ? (change.staffId ?? before?.staffId) : undefined;
  const handoverReason = mode === 'bot' ? undefined : (change.handover ?? before?.handoverReason);
  const lastCase = change.say.find((each) => each.bubble.receiptFor)?.bubble.receiptFor ?? before?.lastCase;
  const lastSentAt = newest(before?.lastSentAt, change.sentAt);
  const lastInboundAt = isCitizen ? change.at : before?.lastInboundAt;
  const wake = wakeOf(before, change, mode);
  return {
    mode,
    locale: change.state.locale,
    stack: stackOf(change.state),
    misses: change.state.misses,
    warned: change.state.warned,
    askedSeq: asks ? change.seq : base.askedSeq,
    askedAt: asks ? new Date(change.at.getTime() + change.promptDelayMs) : base.askedAt,
    unread: change.by === 'staff' ? 0 : base.unread + (isCitizen ? 1 : 0),
    inbound: base.inbound + (isCitizen ? 1 : 0),
    ...(lastInboundAt ? { lastInboundAt } : {}),
    ...(lastSentAt ? { lastSentAt } : {}),
    ...(wake ? { wake } : {}),
    ...(staffId ? { staffId } : {}),
    ...(handoverReason ? { handoverReason } : {}),
    ...(lastCase ? { lastCase } : {}),
    ...(change.toldOf ? { toldOf: change.toldOf } : {}),
  };
}

/** The reminder that is set, counted from now: for a turn that happens beside the open question. */
export function wakeLeft(before: TurnAfter | undefined, now: Date): Pick<Change, 'wake'> {
  const wake = before?.mode === 'bot' ? before.wake : undefined;
  if (!wake || wake.name === 'handover') return {};
  return { wake: { name: wake.name, afterMs: Math.max(0, wake.at.getTime() - now.getTime()) } };
}

function newest(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a && b ? (a > b ? a : b) : (a ?? b);
}

function wakeOf(before: TurnAfter | undefined, change: Change, mode: Mode): TurnAfter['wake'] {
  if (mode === 'staff') return undefined;
  // news that asks nothing leaves whatever was being waited for as it is
  if (change.by === 'notice' && !change.wake) return before?.wake;
  if (mode === 'queued') {
    if (change.handover) return { name: 'handover', at: new Date(change.at.getTime() + HANDOVER_DEADLINE_MS) };
    // messages while waiting don't push the deadline away; the timer's own turn has used it up
    return change.by === 'citizen' ? before?.wake : undefined;
  }
  return change.wake ? { name: change.wake.name, at: new Date(change.at.getTime() + change.wake.afterMs) } : undefined;
}
