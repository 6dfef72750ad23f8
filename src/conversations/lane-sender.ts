import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { SendError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { OutboundMessage } from '../messages/message.js';
import { earliestOwed } from './build-turn.js';
import { type Head, headOf, type OwingTurn, withRestDead } from './chat-queue.js';
import type { Committed } from './commit.js';
import { judgeFailure, PRIORITY } from './judge-failure.js';
import type { LaneWork } from './lanes.js';
import { type ChatPace, createChatPace, createPermits, type LaneLimits, type Permits } from './permits.js';
import type { Points } from './points.js';
import { revealReceipt } from './transcript.js';
import type { OutState, Turn } from './turn.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const SEND_TIMEOUT_MS = 35_000;
const POLL_EVERY_MS = 1000;
const POLL_LIMIT = 500;
/** Read beside the oldest, so that another process's reply doesn't wait behind thousands of notices. */
const POLL_NEWEST = 100;
const MARK_RETRY_MS = 1000;
const READY_LOOK_MS = 500;
const HALT_MS = 60_000;
/** Of a chat that waits, no more turns are held in memory than these; the others are read when its turn comes. */
const MAX_HELD_A_CHAT = 3;
/** How long sends under way may finish when the lane is given up. */
const STOP_GRACE_MS = 5000;

export interface LaneSenderDeps {
  readonly lane: string;
  readonly limits: LaneLimits;
  readonly send: (message: OutboundMessage, signal: AbortSignal) => Promise<string>;
  /** False while nothing could be sent: no try is made, so that none counts. */
  readonly isReady: () => boolean;
  readonly turns: TurnStore;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly points: Points;
}

/** Sends what a lane owes while this process holds it. In memory: one queue a chat, and the lane's permits. */
export interface LaneSender extends LaneWork {
  /** The epoch under which a message to this chat may be born `sending`; undefined when it must be `due`. */
  bornEpoch(conversationId: string): number | undefined;
  /** Takes over a turn that was just committed here. */
  accept(committed: Committed): void;
  /** The effects of a turn accepted before are settled: it may leave now. */
  release(turn: Turn): void;
  /** Messages to this chat of which nobody knows whether they arrived: `sending`, or `due` again after a doubt. */
  inDoubt(conversationId: string): readonly OutboundMessage[];
  /** A message in doubt is seen to have arrived: it is settled, and not sent again. */
  confirm(messageId: string, platformId: string): Promise<void>;
}

interface Chat {
  readonly id: string;
  readonly queue: OwingTurn[];
  readonly pace: ChatPace;
  pausedUntilMs: number;
  serving: boolean;
  /** More is owed to it than is held here. */
  hasMore: boolean;
  wake: () => void;
}

export function createLaneSender(deps: LaneSenderDeps): LaneSender {
  const { lane, limits, turns, clock, log } = deps;
  const chats = new Map<string, Chat>();
  let epoch: number | undefined;
  let permits: Permits = createPermits(limits, clock);
  let aborter = new AbortController();
  let cancelPoll: () => void = () => undefined;
  const serving = new Set<Promise<void>>();

  const chatOf = (id: string): Chat => {
    const known = chats.get(id);
    if (known) return known;
    const pace = createChatPace(limits.chatIntervalMs, limits.chatBurst);
    const made: Chat = { id, queue: [], pace, pausedUntilMs: 0, serving: false, hasMore: false, wake: () => undefined };
    chats.set(id, made);
    return made;
  };

  const knows = (turn: Turn) =>
    chats.get(turn.conversationId)?.queue.some((each) => each.turn._id === turn._id) ?? false;

  const add = (turn: Turn, content = openContent(deps.keys, turn)) => {
    const chat = chatOf(turn.conversationId);
    chat.queue.push({ turn, content, out: [...turn.out], gated: turn.applyAt !== undefined });
    chat.queue.sort((a, b) => a.turn.seq - b.turn.seq);
    serve(chat);
  };

  const serve = (chat: Chat) => {
    chat.wake();
    if (chat.serving || epoch === undefined) return;
    chat.serving = true;
    const run = serveChat(chat)
      .catch((error: unknown) => log.error({ lane, conversationId: chat.id, err: error }, 'sending to a chat stopped'))
      .finally(() => {
        chat.serving = false;
        serving.delete(run);
        if (chat.queue.length === 0) chats.delete(chat.id);
        else if (epoch !== undefined) clock.after(MARK_RETRY_MS, () => serve(chat));
      });
    serving.add(run);
  };

  const sleep = (chat: Chat, ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = Number.isFinite(ms) ? clock.after(ms, resolve) : () => undefined;
      chat.wake = () => {
        cancel();
        resolve();
      };
    });

  const serveChat = async (chat: Chat) => {
    while (epoch !== undefined) {
      const now = clock.now();
      const head = headOf(chat.queue, epoch, now);
      if (head.do === 'nothing') {
        chat.queue.length = 0;
        if (!chat.hasMore) return;
        await holdMore(chat);
        continue;
      }
      if (head.do === 'settle') {
        await settle(head.owing, head.index, head.as);
        continue;
      }
      const nowMs = clock.monotonicMs();
      const waitMs =
        head.do === 'wait'
          ? head.untilMs - now.getTime()
          : Math.max(chat.pausedUntilMs - nowMs, chat.pace.waitMs(nowMs), deps.isReady() ? 0 : READY_LOOK_MS);
      if (waitMs > 0) await sleep(chat, waitMs);
      else if (head.do === 'send') await sendWithPermit(chat, head);
    }
  };

  const sendWithPermit = async (chat: Chat, wanted: Extract<Head, { do: 'send' }>) => {
    const kind = wanted.owing.out[wanted.index]?.kind ?? 'reply';
    const release = await permits.take(PRIORITY[kind]);
    if (!release) return;
    let isUsed = false;
    try {
      if (chat.hasMore) await holdMore(chat);
      // what was first may have been overtaken while the lane was busy
      const head = epoch === undefined ? undefined : headOf(chat.queue, epoch, clock.now());
      if (head?.do !== 'send') return;
      isUsed = true;
      chat.pace.count(clock.monotonicMs());
      await attempt(chat, head.owing, head.index);
    } finally {
      release(isUsed);
    }
  };

  const attempt = async (chat: Chat, owing: OwingTurn, index: number) => {
    const before = owing.out[index];
    const held = epoch;
    if (!before || held === undefined) return;
    const sending = await markSending(owing, index, before, held);
    if (!sending) return;
    await deps.points('sending', owing.turn);
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(SEND_TIMEOUT_MS), aborter.signal]);
      const platformId = await deps.send(messageOf(owing, index), signal);
      await deps.points('sent_unmarked', owing.turn);
      if (owing.out[index] !== sending) return; // confirmed meanwhile
      const flag = sending.resent ? { resent: true } : {};
      await settle(owing, index, { kind: before.kind, state: 'sent', at: clock.now(), platformId, ...flag });
    } catch (error) {
      if (owing.out[index] === sending) await afterFailure(chat, owing, index, sending, error);
    }
  };

  type Sending = Extract<OutState, { state: 'sending' }>;

  /** @returns undefined when somebody else settled the message meanwhile */
  const markSending = async (
    owing: OwingTurn,
    index: number,
    before: OutState,
    held: number,
  ): Promise<Sending | undefined> => {
    // born so by the commit: it is on disk already
    if (before.state === 'sending' && before.epoch === held) return before;
    if (before.state !== 'sending' && before.state !== 'due') return undefined;
    const isUnknown = before.state === 'sending';
    const sending: Sending = {
      kind: before.kind,
      state: 'sending',
      attempt: before.attempt + 1,
      epoch: held,
      at: clock.now(),
      ...(isUnknown || before.resent ? { resent: true } : {}),
    };
    if (isUnknown)
      log.warn(
        { lane, conversationId: owing.turn.conversationId, seq: owing.turn.seq },
        'send of unknown outcome repeated',
      );
    const marked = await turns.markNow({
      filter: { _id: owing.turn._id, [`out.${index}.state`]: before.state },
      update: { $set: { [`out.${index}`]: sending } },
    });
    if (!marked) {
      const fresh = await turns.find(owing.turn._id);
      owing.out = fresh
        ? [...fresh.out]
        : owing.out.map((each) => ({ kind: each.kind, state: 'superseded', at: clock.now() }));
      return undefined;
    }
    owing.out[index] = sending;
    return sending;
  };

  const afterFailure = async (chat: Chat, owing: OwingTurn, index: number, sending: Sending, error: unknown) => {
    const now = clock.now();
    const { kind, attempt } = sending;
    const ageMs = now.getTime() - owing.turn.at.getTime();
    const verdict = judgeFailure(error, { kind, attempt, resent: sending.resent === true, ageMs }, deps.random());
    const fields = {
      lane,
      conversationId: owing.turn.conversationId,
      seq: owing.turn.seq,
      attempt,
      ...verdict,
      err: error,
    };
    if (verdict.next === 'dead') {
      log.error(fields, 'message given up');
      return settle(owing, index, { kind, state: 'dead', at: now, reason: verdict.reason });
    }
    log.warn(fields, 'send failed, will retry');
    const delayMs = verdict.next === 'halt' ? HALT_MS : verdict.delayMs;
    const scope = verdict.next === 'halt' ? 'lane' : verdict.next === 'retry' ? verdict.scope : undefined;
    if (scope === 'lane') permits.pause(delayMs);
    if (scope === 'bulk') permits.pause(delayMs, PRIORITY.notice);
    if (scope === 'chat') chat.pausedUntilMs = clock.monotonicMs() + delayMs;
    const resent = verdict.next === 'again' || sending.resent ? { resent: true } : {};
    await settle(owing, index, { kind, state: 'due', dueAt: new Date(now.getTime() + delayMs), attempt, ...resent });
  };

  /** Writes a message's new state, and goes on only when it is on disk: a send whose mark is lost would be repeated. */
  const settle = async (owing: OwingTurn, index: number, as: OutState) => {
    const out = withRestDead(owing.out, index, as);
    const sendAt = earliestOwed(out);
    owing.out = out;
    const changed = Object.fromEntries(out.map((state, position) => [`out.${position}`, state]).slice(index));
    const set = as.state === 'dead' ? { ...changed, deadAt: as.at } : changed;
    const update = sendAt ? { $set: { ...set, sendAt } } : { $set: set, $unset: { sendAt: '' as const } };
    for (;;) {
      try {
        return await turns.mark({ filter: { _id: owing.turn._id }, update });
      } catch (error) {
        if (epoch === undefined) throw error;
        log.warn({ lane, err: error }, 'send state could not be written, will retry');
        await new Promise<void>((resolve) => clock.after(MARK_RETRY_MS, resolve));
      }
    }
  };

  const messageOf = (owing: OwingTurn, index: number): OutboundMessage => {
    const bubble = owing.content.out[index];
    if (!bubble) throw new SendError('rejected', 'the turn has no such message');
    const kind = owing.out[index]?.kind ?? 'reply';
    const { address } = owing.content;
    const { lastInboundAt, locale } = owing.turn.after;
    return {
      ...revealReceipt(deps.keys, bubble),
      id: `${owing.turn._id}/${index}`,
      address,
      seq: owing.turn.seq,
      kind,
      locale,
      ...(lastInboundAt ? { lastInboundAt } : {}),
    };
  };

  /** Finds turns that other processes committed, and those owed from before. */
  const poll = async () => {
    const now = clock.now();
    const owed = await turns.owingMessages(lane, now, 'oldest', POLL_LIMIT);
    if (owed.length === POLL_LIMIT) owed.unshift(...(await turns.owingMessages(lane, now, 'newest', POLL_NEWEST)));
    const isNew = (turn: Turn) => !knows(turn) && !chats.get(turn.conversationId)?.hasMore;
    const ids = new Set(owed.filter(isNew).map((turn) => turn.conversationId));
    for (const id of ids) await discover(id);
  };

  /** Takes in all that a chat owes, oldest first, so that its order holds. */
  const discover = async (conversationId: string) => {
    const before = new Set(chats.get(conversationId)?.queue.map((each) => each.turn._id));
    // read afresh: what left our memory since the first look is settled in this one
    for (const turn of await turns.owingMessagesIn(conversationId)) {
      if (!before.has(turn._id) && !knows(turn) && epoch !== undefined) add(turn);
    }
  };

  const holdMore = async (chat: Chat) => {
    chat.hasMore = false;
    try {
      await discover(chat.id);
    } catch (error) {
      chat.hasMore = true;
      throw error;
    }
  };

  const pollLoop = () => {
    if (epoch === undefined) return;
    void poll()
      .catch((error: unknown) => log.warn({ lane, err: error }, 'owed messages could not be read'))
      .finally(() => {
        if (epoch !== undefined) cancelPoll = clock.after(POLL_EVERY_MS, pollLoop);
      });
  };

  return {
    bornEpoch: (conversationId) => (chats.has(conversationId) || !deps.isReady() ? undefined : epoch),
    accept({ turn, content, earlierOwed }) {
      if (earlierOwed) return void discover(turn.conversationId).catch(() => undefined); // the poll finds it as well
      const known = chats.get(turn.conversationId);
      // a turn without messages matters only where it may overtake one that waits
      const matters = turn.out.length > 0 || (known !== undefined && turn.after.mode === 'staff');
      if (epoch === undefined || !matters || knows(turn)) return;
      const isFull = known !== undefined && (known.hasMore || known.queue.length >= MAX_HELD_A_CHAT);
      // a takeover must be seen at once
      if (isFull && turn.after.mode !== 'staff') known.hasMore = true;
      else add(turn, content);
    },
    release(turn) {
      const chat = chats.get(turn.conversationId);
      const owing = chat?.queue.find((each) => each.turn._id === turn._id);
      if (!chat || !owing) return;
      owing.out = [...turn.out];
      owing.gated = false;
      serve(chat);
    },
    inDoubt(conversationId) {
      const queue = chats.get(conversationId)?.queue ?? [];
      return queue.flatMap((owing) =>
        owing.out.flatMap((each, index) => (isInDoubt(each) ? [messageOf(owing, index)] : [])),
      );
    },
    async confirm(messageId, platformId) {
      const cut = messageId.lastIndexOf('/');
      const [turnId, index] = [messageId.slice(0, cut), Number(messageId.slice(cut + 1))];
      for (const { queue } of chats.values()) {
        const owing = queue.find((each) => each.turn._id === turnId);
        const state = owing?.out[index];
        if (!owing || !state || !isInDoubt(state)) continue;
        await settle(owing, index, { kind: state.kind, state: 'sent', at: clock.now(), platformId });
      }
    },
    async start(taken) {
      epoch = taken;
      aborter = new AbortController();
      permits = createPermits(limits, clock);
      pollLoop();
    },
    async stop() {
      epoch = undefined;
      cancelPoll();
      permits.stop();
      for (const chat of chats.values()) chat.wake();
      const cancelAbort = clock.after(STOP_GRACE_MS, () => aborter.abort());
      await Promise.allSettled(serving);
      cancelAbort();
      chats.clear();
    },
  };
}

function isInDoubt(state: OutState): boolean {
  return state.state === 'sending' || (state.state === 'due' && state.resent === true);
}
