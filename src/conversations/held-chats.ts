import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import type { Logger } from '../core/log.js';
import { isOwed, type OwingTurn } from './chat-queue.js';
import type { Committed } from './commit.js';
import { PRIORITY } from './judge-failure.js';
import { type ChatPace, createChatPace, type LaneLimits } from './permits.js';
import type { Turn, TurnContent } from './turn.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const POLL_LIMIT = 500;
/** Read beside the oldest, so that another process's reply doesn't wait behind thousands of notices. */
const POLL_NEWEST = 100;
/** Of a chat that waits, no more turns are held in memory than these; the others are read when its turn comes. */
const MAX_HELD_A_CHAT = 3;
/** So many chats that talk are held, and as many that wait for news; the others are read as these are served. */
const MAX_CHATS = 1000;
const FETCH_AT_ONCE = 20;

/** A chat that something is owed to, as far as it is held in memory. */
export interface HeldChat {
  readonly id: string;
  readonly queue: OwingTurn[];
  readonly pace: ChatPace;
  readonly kind: ChatKind;
  pausedUntilMs: number;
  serving: boolean;
  /** From this seq on more is owed to it than is held here. */
  moreFrom: number | undefined;
  wake: () => void;
}

/** News may be owed to all at once, and must not take the room of those who talk. */
type ChatKind = 'talk' | 'news';

/** What a lane's sender holds in memory of what the lane owes; bounded, however much that is. */
export interface HeldChats {
  find(conversationId: string): HeldChat | undefined;
  all(): Iterable<HeldChat>;
  /** True when nothing is known to be owed to this chat, and there is room to hold what will be. */
  isFree(conversationId: string): boolean;
  /** Takes over a turn that was just committed here. */
  accept(committed: Committed): void;
  /** The effects of a turn are settled: it may leave now. */
  release(turn: Omit<Turn, 'content'>): void;
  /** Reads what is owed to a chat beyond what is held. */
  holdMore(chat: HeldChat): Promise<void>;
  /** Lets go of what needn't be held while a chat waits. */
  trim(chat: HeldChat): void;
  /** A chat is served: another one has its room. */
  drop(chat: HeldChat): void;
  /** Finds turns that other processes committed or settled, and those owed from before. */
  poll(): Promise<void>;
  clear(): void;
}

export function createHeldChats(deps: {
  readonly lane: string;
  readonly limits: LaneLimits;
  readonly turns: TurnStore;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  /** False while the lane isn't held: nothing is taken in. */
  readonly isOn: () => boolean;
  /** Something of this chat may be sent now. */
  readonly onChanged: (chat: HeldChat) => void;
}): HeldChats {
  const { lane, limits, turns, log, isOn } = deps;
  const chats = new Map<string, HeldChat>();
  /** Owed and not held, the longest waiting first: from which seq on. */
  const left: Record<ChatKind, Map<string, number>> = { talk: new Map(), news: new Map() };
  const held: Record<ChatKind, number> = { talk: 0, news: 0 };
  const filling = new Set<ChatKind>();
  /** How often the store is being asked what is owed to a chat: until it answers, nothing may pass that. */
  const asking = new Map<string, number>();

  const isLeft = (id: string) => left.talk.has(id) || left.news.has(id);
  const hasRoom = (kind: ChatKind) => held[kind] < MAX_CHATS;

  const chatOf = (id: string, kind: ChatKind): HeldChat => {
    const known = chats.get(id);
    if (known) return known;
    const pace = createChatPace(limits.chatIntervalMs, limits.chatBurst);
    const made: HeldChat = {
      ...{ id, kind, pace, queue: [], pausedUntilMs: 0 },
      ...{ serving: false, moreFrom: undefined, wake: () => undefined },
    };
    chats.set(id, made);
    held[kind] += 1;
    return made;
  };

  const knows = (turn: Turn) =>
    chats.get(turn.conversationId)?.queue.some((each) => each.turn._id === turn._id) ?? false;

  const add = (
    { content: sealed, ...turn }: Turn,
    content = openContent(deps.keys, { _id: turn._id, content: sealed }),
  ) => {
    const chat = chatOf(turn.conversationId, kindOf(turn));
    chat.queue.push({ turn, content, out: [...turn.out], gated: turn.applyAt !== undefined });
    chat.queue.sort((a, b) => a.turn.seq - b.turn.seq);
    deps.onChanged(chat);
  };

  const leave = (id: string, kind: ChatKind, fromSeq: number) => {
    if (!isLeft(id)) left[kind].set(id, fromSeq);
  };

  const noteMore = (chat: HeldChat, fromSeq: number) => {
    chat.moreFrom = Math.min(chat.moreFrom ?? fromSeq, fromSeq);
  };

  /** Takes in what a chat owes, oldest first, so that its order holds. */
  const discover = async (id: string, fromSeq: number) => {
    // read afresh: what left our memory since the first look is settled in this one
    const before = new Set(chats.get(id)?.queue.map((each) => each.turn._id));
    const owed = await turns.owingMessagesIn(id, fromSeq);
    if (!isOn()) return;
    for (const turn of owed.turns) if (!before.has(turn._id) && !knows(turn)) add(turn);
    const chat = chats.get(id);
    if (chat && owed.gapFrom !== undefined) noteMore(chat, owed.gapFrom);
  };

  const holdMore = async (chat: HeldChat) => {
    const from = chat.moreFrom ?? 0;
    chat.moreFrom = undefined;
    try {
      await discover(chat.id, from);
    } catch (error) {
      noteMore(chat, from);
      throw error;
    }
  };

  /** One chat that can't be read must not keep the others from being found. @returns false when it couldn't */
  const bring = async (id: string, fromSeq: number): Promise<boolean> => {
    asking.set(id, (asking.get(id) ?? 0) + 1);
    try {
      await discover(id, fromSeq);
      return true;
    } catch (error) {
      log.warn({ lane, conversationId: id, err: error }, 'what is owed to a chat could not be read');
      return false;
    } finally {
      const others = (asking.get(id) ?? 1) - 1;
      if (others > 0) asking.set(id, others);
      else asking.delete(id);
    }
  };

  /** Reads what is owed to a chat; later, where that can't be done now. */
  const takeUp = (id: string, kind: ChatKind, fromSeq: number) => {
    void bring(id, fromSeq).then((isDone) => {
      if (!isDone && isOn()) leave(id, kind, fromSeq);
    });
  };

  const takeLeft = (kind: ChatKind, count: number): [string, number][] => {
    const taken: [string, number][] = [];
    for (const each of left[kind]) {
      if (taken.length === count) break;
      taken.push(each);
    }
    for (const [id] of taken) left[kind].delete(id);
    return taken;
  };

  const fill = async (kind: ChatKind) => {
    if (filling.has(kind)) return;
    filling.add(kind);
    for (let isWell = true; isWell && isOn() && hasRoom(kind) && left[kind].size > 0; ) {
      const next = takeLeft(kind, Math.min(FETCH_AT_ONCE, MAX_CHATS - held[kind]));
      await Promise.all(
        next.map(async ([id, fromSeq]) => {
          if (await bring(id, fromSeq)) return;
          isWell = false;
          leave(id, kind, fromSeq);
        }),
      );
    }
    filling.delete(kind);
  };

  const release: HeldChats['release'] = (turn) => {
    const chat = chats.get(turn.conversationId);
    const owing = chat?.queue.find((each) => each.turn._id === turn._id);
    // what was released before may have got further meanwhile
    if (!chat || !owing?.gated) return;
    owing.out = [...turn.out];
    owing.gated = false;
    deps.onChanged(chat);
  };

  const acceptNew = (turn: Turn, content: TurnContent, earlierOwed: boolean) => {
    const { conversationId: id, seq, out } = turn;
    const kind = kindOf(turn);
    const isUrgent = out.some((each) => each.kind === 'urgent');
    const leftFrom = left.talk.get(id) ?? left.news.get(id);
    if (leftFrom !== undefined) {
      // it is read when its turn comes; where life is in danger, or an answer would wait among news, that is now
      if (!isUrgent && (kind === 'news' || left.talk.has(id))) return;
      left.talk.delete(id);
      left.news.delete(id);
      takeUp(id, kind, leftFrom);
    } else if (earlierOwed || asking.has(id)) takeUp(id, kind, seq);
    else if (out.length === 0) return;
    else if (isUrgent || turn.applyAt || hasRoom(kind)) add(turn, content);
    else leave(id, kind, seq);
  };

  /** Another process may have applied what this one couldn't. */
  const releaseSettled = async () => {
    const gated = [...chats.values()].flatMap(({ queue }) => queue.flatMap((each) => (each.gated ? each.turn : [])));
    for (let at = 0; at < gated.length; at += POLL_NEWEST) {
      for (const turn of await turns.each(gated.slice(at, at + POLL_NEWEST))) if (!turn.applyAt) release(turn);
    }
  };

  return {
    find: (id) => chats.get(id),
    all: () => chats.values(),
    isFree: (id) => !chats.has(id) && !isLeft(id) && !asking.has(id) && hasRoom('talk'),
    holdMore,
    release,
    accept({ turn, content, earlierOwed }) {
      const { conversationId: id, seq, out } = turn;
      const known = chats.get(id);
      if (!isOn() || knows(turn)) return;
      if (!known) return acceptNew(turn, content, earlierOwed === true);
      if (earlierOwed) return void bring(id, seq);
      const isTakeover = turn.after.mode === 'staff';
      // a turn without messages matters only where it may overtake one that waits
      if (out.length === 0 && !isTakeover) return;
      const isFull = known.moreFrom !== undefined || known.queue.length >= MAX_HELD_A_CHAT;
      // a takeover must be seen at once
      if (isFull && !isTakeover) noteMore(known, seq);
      else add(turn, content);
    },
    trim(chat) {
      const { queue } = chat;
      while (queue[0] && !queue[0].gated && !queue[0].out.some(isOwed)) queue.shift();
      const [cut] = queue.splice(MAX_HELD_A_CHAT);
      if (cut) noteMore(chat, cut.turn.seq);
    },
    drop(chat) {
      if (chats.delete(chat.id)) held[chat.kind] -= 1;
      // it couldn't be read just now
      if (chat.moreFrom !== undefined && isOn()) leave(chat.id, chat.kind, chat.moreFrom);
      void fill(chat.kind);
    },
    async poll() {
      await releaseSettled();
      const now = deps.clock.now();
      const owed = await turns.owingMessages(lane, now, 'oldest', POLL_LIMIT);
      if (owed.length === POLL_LIMIT) owed.unshift(...(await turns.owingMessages(lane, now, 'newest', POLL_NEWEST)));
      const isNew = (turn: Turn) =>
        !knows(turn) && !isLeft(turn.conversationId) && chats.get(turn.conversationId)?.moreFrom === undefined;
      const found = new Map<string, { kind: ChatKind; fromSeq: number }>();
      for (const turn of owed.filter(isNew)) {
        const { conversationId: id, seq } = turn;
        found.set(id, { kind: kindOf(turn), fromSeq: Math.min(seq, found.get(id)?.fromSeq ?? seq) });
      }
      for (const [id, { kind, fromSeq }] of found) {
        if (chats.has(id) || hasRoom(kind)) await bring(id, fromSeq);
        else leave(id, kind, fromSeq);
      }
      await Promise.all([fill('talk'), fill('news')]);
    },
    clear() {
      chats.clear();
      for (const kind of ['talk', 'news'] as const) {
        left[kind].clear();
        held[kind] = 0;
      }
    },
  };
}

function kindOf({ out }: Pick<Turn, 'out'>): ChatKind {
  return out.every(({ kind }) => PRIORITY[kind] >= PRIORITY.notice) ? 'news' : 'talk';
}
