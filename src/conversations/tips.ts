import NodeCache from 'node-cache';
import type { Keys } from '../core/crypto.js';
import type { Answers } from '../flows/state.js';
import type { Address, Bubble } from '../messages/message.js';
import type { Turn, TurnAfter } from './turn.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const TIP_TTL_SECONDS = 600;
const MAX_TIPS = 20_000;

/** Where a conversation stands: its newest turn, as far as the next decision needs it. */
export interface Tip {
  readonly seq: number;
  readonly after: TurnAfter;
  readonly answers: readonly Answers[];
  readonly address: Address;
  readonly displayName?: string;
  /** Source keys of the newest turns, newest first: a redelivery is most often of one of them. */
  readonly keys: readonly string[];
  /** News that was planned to go out as a template: told in full once the citizen writes. */
  readonly unreadNews?: string;
  /** As read from the store, or committed by a process without the lane: it or an earlier turn may owe a message. */
  readonly owes?: boolean;
  /** Committed here while the lane was held under this epoch: until it ends, the sender knows all that is owed. */
  readonly epoch?: number;
}

/** The newest turn of each conversation lately heard of. A stale tip costs one failed insert, never a wrong one. */
export interface Tips {
  /** From memory, else by one read; undefined for a conversation that has no turn yet. */
  get(conversationId: string): Promise<Tip | undefined>;
  /** From memory only. */
  peek(conversationId: string): Tip | undefined;
  set(conversationId: string, tip: Tip): void;
  forget(conversationId: string): void;
}

export function createTips(turns: TurnStore, keys: Keys): Tips {
  const cache = new NodeCache({ stdTTL: TIP_TTL_SECONDS, useClones: false, checkperiod: 60 });

  const set = (conversationId: string, tip: Tip) => {
    // an idle chat reads its tip again; that is cheaper than judging which of 20,000 to drop
    if (cache.getStats().keys >= MAX_TIPS) cache.flushAll();
    cache.set(conversationId, Object.freeze(tip));
  };

  return {
    set,
    forget: (conversationId) => void cache.del(conversationId),
    peek: (conversationId) => cache.get<Tip>(conversationId),
    async get(conversationId) {
      const cached = cache.get<Tip>(conversationId);
      if (cached) return cached;
      const turn = await turns.tip(conversationId);
      if (!turn) return undefined;
      const tip = tipOf(keys, turn);
      set(conversationId, tip);
      return tip;
    },
  };
}

/** @throws {Error} when the turn's content can't be opened with the keys at hand */
export function tipOf(keys: Keys, turn: Turn): Tip {
  const content = openContent(keys, turn);
  return {
    seq: turn.seq,
    after: turn.after,
    answers: content.answers,
    address: content.address,
    keys: [turn.source.key],
    ...unreadNewsOf(turn.after, content.out),
    ...(content.displayName ? { displayName: content.displayName } : {}),
    ...(mayOwe(turn) ? { owes: true } : {}),
  };
}

/** A chat is served in order, so what was sent tells that nothing before it is owed; a silent turn tells nothing. */
function mayOwe({ sendAt, applyAt, out }: Turn): boolean {
  return (
    sendAt !== undefined || applyAt !== undefined || !out.some(({ state }) => state === 'sent' || state === 'dead')
  );
}

/** The text of a notice that may not have been read. */
export function unreadNewsOf(after: TurnAfter, out: readonly Bubble[]): Pick<Tip, 'unreadNews'> {
  const text = after.toldOf?.unread ? out[0]?.text : undefined;
  return text ? { unreadNews: text } : {};
}
