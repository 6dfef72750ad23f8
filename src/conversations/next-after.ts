import type { Calendar } from '../cases/calendar.js';
import type { Advance, EngineState, HandoverReason } from '../flows/state.js';
import type { Said } from './build-turn.js';
import { claimBy, type Handover, nextHandover, replyBy } from './handover.js';
import type { Mode, SourceKind, ToldOf, TurnAfter } from './turn.js';
import { stackOf } from './turn-content.js';

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
  /** With a handover: in whose queue it waits. */
  readonly unit?: string;
  /** Nobody came in time: whoever waits is asked what to do. */
  readonly isOverdue?: boolean;
  /** Of a citizen's message, by the platform's clock. */
  readonly sentAt?: Date;
  /** Set by staff turns. */
  readonly mode?: Mode;
  readonly staffId?: string;
  /** Set by notices. */
  readonly toldOf?: ToldOf;
}

/** Computes the clear state after a turn from that before it: pure, and from the newest turn alone. */
export function nextAfter(before: TurnAfter | undefined, change: Change, hours: Calendar): TurnAfter {
  const base = before ?? START;
  const mode = change.mode ?? (change.handover ? 'queued' : base.mode);
  const question = change.say.findLast((each) => each.bubble.step !== undefined);
  // one that is said along with an answer leaves with it
  const delayMs = question?.kind === 'prompt' ? change.promptDelayMs : 0;
  const isCitizen = change.by === 'citizen';
  const staffId = mode === 'staff' ? (change.staffId ?? before?.staffId) : undefined;
  const lastCase = change.say.find((each) => each.bubble.receiptFor)?.bubble.receiptFor ?? before?.lastCase;
  const saidSeq = isCitizen || change.say.length > 0 ? change.seq : before?.saidSeq;
  const lastSentAt = newest(before?.lastSentAt, change.sentAt);
  const lastInboundAt = isCitizen ? newest(before?.lastInboundAt, writtenAt(change)) : before?.lastInboundAt;
  const handover = nextHandover(before?.handover, {
    seq: change.seq,
    at: change.at,
    mode,
    by: change.by,
    isReply: change.by === 'staff' && change.say.some(({ kind }) => kind === 'staff'),
    ...(change.handover ? { asked: change.handover } : {}),
    ...(change.unit ? { unit: change.unit } : {}),
    ...(change.isOverdue ? { isOverdue: true } : {}),
  });
  const wake = wakeOf(before, change, mode, handover, hours);
  return {
    mode,
    locale: change.state.locale,
    ...(change.state.isLocaleSettled ? { isLocaleSettled: true } : {}),
    stack: stackOf(change.state),
    misses: change.state.misses,
    warned: change.state.warned,
    askedSeq: question ? change.seq : base.askedSeq,
    askedAt: question ? new Date(change.at.getTime() + delayMs) : base.askedAt,
    unread: change.by === 'staff' && mode !== 'queued' ? 0 : base.unread + (isCitizen ? 1 : 0),
    inbound: base.inbound + (isCitizen ? 1 : 0),
    ...(lastInboundAt ? { lastInboundAt } : {}),
    ...(lastSentAt ? { lastSentAt } : {}),
    ...(wake ? { wake } : {}),
    ...(staffId ? { staffId } : {}),
    ...(handover ? { handover } : {}),
    ...(lastCase ? { lastCase } : {}),
    ...(saidSeq ? { saidSeq } : {}),
    ...(change.toldOf ? { toldOf: change.toldOf } : {}),
  };
}

/** The reminder that is set, counted from now: for a turn that happens beside the open question. */
export function wakeLeft(before: TurnAfter | undefined, now: Date): Pick<Change, 'wake'> {
  const wake = before?.mode === 'bot' ? before.wake : undefined;
  if (!wake || wake.name === 'handover' || wake.name === 'idle') return {};
  return { wake: { name: wake.name, afterMs: Math.max(0, wake.at.getTime() - now.getTime()) } };
}

/** What was delivered days late was written days ago; a platform whose clock runs ahead wrote it now. */
function writtenAt({ at, sentAt }: Change): Date {
  return sentAt && sentAt < at ? sentAt : at;
}

function newest(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a && b ? (a > b ? a : b) : (a ?? b);
}

function wakeOf(
  before: TurnAfter | undefined,
  change: Change,
  mode: Mode,
  handover: Handover | undefined,
  hours: Calendar,
): TurnAfter['wake'] {
  if (mode === 'staff') {
    if (change.by !== 'citizen') return change.by === 'staff' ? undefined : before?.wake;
    // the first message without an answer is what staff are measured by
    return before?.wake?.name === 'idle' ? before.wake : { name: 'idle', at: replyBy(change.at, hours) };
  }
  // news that asks nothing leaves whatever was being waited for as it is
  if (change.by === 'notice' && !change.wake) return before?.wake;
  if (mode === 'queued') {
    const isPromised = change.handover !== undefined || change.isOverdue === true;
    if (isPromised && handover) return { name: 'handover', at: claimBy(handover, change.at, hours) };
    return before?.wake; // messages while waiting don't push the deadline away
  }
  return change.wake ? { name: change.wake.name, at: new Date(change.at.getTime() + change.wake.afterMs) } : undefined;
}
