import type { Keys } from '../core/crypto.js';
import { turnIdOf } from '../core/ids.js';
import type { Answers, FlowEffect } from '../flows/state.js';
import type { Address, Attachment, Bubble, BubbleKind, InboundMessage } from '../messages/message.js';
import { type OutState, type SourceKind, TURN_SCHEMA, type Turn, type TurnAfter, type TurnContent } from './turn.js';
import { sealContent } from './turn-content.js';

/** One message to be said, and how the sender must treat it. */
export interface Said {
  readonly bubble: Bubble;
  readonly kind: BubbleKind;
}

/** Everything a turn is made of, before it is sealed and given its send states. */
export interface TurnDraft {
  readonly conversationId: string;
  readonly seq: number;
  readonly at: Date;
  readonly source: { readonly kind: SourceKind; readonly key: string };
  readonly address: Address;
  readonly displayName?: string;
  readonly inbound?: InboundMessage;
  readonly after: TurnAfter;
  readonly answers: readonly Answers[];
  readonly say: readonly Said[];
  readonly effects: readonly Extract<FlowEffect, { type: 'do' }>[];
  /** What is said has reached the citizen already: somebody wrote it on the phone itself. */
  readonly isDelivered?: boolean;
  /** How long a push channel holds a question back; 0 when omitted. */
  readonly promptDelayMs?: number;
  /** Source keys of the turns before, newest first; remembered with the tip. */
  readonly earlierKeys?: readonly string[];
}

/**
 * How a turn's messages will leave.
 * - `pull`: the citizen fetches them; they are born sent
 * - `push`: a lane's holder sends them; with `epoch` this process holds the lane and nothing earlier is owed, so the
 *   first is born `sending` and costs no second write
 */
export type Delivery = { readonly type: 'pull' } | { readonly type: 'push'; readonly epoch?: number };

/** Effects not applied within this time are looked for again by the recovery job. */
export const APPLY_GRACE_MS = 5000;
/** Files not fetched within this time are looked for again. */
const FETCH_GRACE_MS = 60_000;

/** Seals a draft and gives its messages and effects their first states. */
export function buildTurn(keys: Keys, draft: TurnDraft, delivery: Delivery): { turn: Turn; content: TurnContent } {
  const _id = turnIdOf(draft.conversationId, draft.source.key);
  const content = contentOf(draft);
  const isGated = draft.effects.length > 0;
  const out = outStates(draft, delivery, isGated);
  const sendAt = isGated ? undefined : earliestOwed(out);
  const turn: Turn = {
    _id,
    schema: TURN_SCHEMA,
    conversationId: draft.conversationId,
    seq: draft.seq,
    at: draft.at,
    source: draft.source,
    content: sealContent(keys, _id, content),
    after: draft.after,
    lane: laneOf(draft.address),
    ...(sendAt ? { sendAt } : {}),
    ...(owesFiles(draft.inbound?.attachments ?? []) ? { fetchAt: new Date(draft.at.getTime() + FETCH_GRACE_MS) } : {}),
    ...(isGated ? { applyAt: new Date(draft.at.getTime() + APPLY_GRACE_MS) } : {}),
    out,
    effects: draft.effects.map((effect) => ({ name: effect.name, state: 'due', attempt: 0 })),
  };
  return { turn, content };
}

/** The lane that serves an address: its channel account. */
export function laneOf(address: Pick<Address, 'channel' | 'account'>): string {
  return `${address.channel}:${address.account}`;
}

/** True when a message brings files that are still at its platform. */
function owesFiles(attachments: readonly Attachment[]): boolean {
  return attachments.some((each) => each.platformRef !== undefined && each.fileId === undefined && !each.refused);
}

/** When the first message not yet settled is owed; undefined when all are settled. */
export function earliestOwed(out: readonly OutState[]): Date | undefined {
  const next = out.find((each) => each.state === 'due' || each.state === 'sending');
  if (!next) return undefined;
  return next.state === 'due' ? next.dueAt : next.at;
}

function contentOf(draft: TurnDraft): TurnContent {
  const { inbound } = draft;
  return {
    address: draft.address,
    ...(draft.displayName ? { displayName: draft.displayName } : {}),
    ...(inbound
      ? {
          inbound: {
            text: inbound.text,
            attachments: inbound.attachments,
            ...(inbound.choice ? { choice: inbound.choice } : {}),
            ...(inbound.location ? { location: inbound.location } : {}),
            ...(inbound.unsupported ? { unsupported: true } : {}),
            ...(inbound.forwarded ? { forwarded: true } : {}),
            ...(inbound.edited ? { edited: inbound.edited } : {}),
          },
        }
      : {}),
    answers: draft.answers,
    out: draft.say.map((each) => each.bubble),
    effects: draft.effects,
  };
}

function outStates(draft: TurnDraft, delivery: Delivery, isGated: boolean): OutState[] {
  return draft.say.map(({ kind }, index): OutState => {
    if (delivery.type === 'pull') return { kind, state: 'sent', at: draft.at, platformId: '' };
    const delayMs = kind === 'prompt' ? (draft.promptDelayMs ?? 0) : 0;
    // only the first: the second leaves after the first is marked, so that a crash leaves one doubt a conversation
    if (index === 0 && delayMs === 0 && !isGated && delivery.epoch !== undefined) {
      return { kind, state: 'sending', attempt: 1, epoch: delivery.epoch, at: draft.at };
    }
    return { kind, state: 'due', dueAt: new Date(draft.at.getTime() + delayMs), attempt: 0 };
  });
}
