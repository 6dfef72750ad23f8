import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { SendError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { OutboundMessage } from '../messages/message.js';
import { headOf, isOwed, type OwingTurn } from './chat-queue.js';
import type { Committed } from './commit.js';
import { createHeldChats, type HeldChat } from './held-chats.js';
import { judgeFailure, PRIORITY } from './judge-failure.js';
import type { LaneWork } from './lanes.js';
import { createPermits, type LaneLimits, type Permits } from './permits.js';
import type { Points } from './points.js';
import { createSendStates, type Sending } from './send-states.js';
import { revealReceipt } from './transcript.js';
import type { OutState, Turn } from './turn.js';
import type { TurnStore } from './turn-store.js';

const SEND_TIMEOUT_MS = 35_000;
/** 20 MB over a line of 1 Mbit/s; the channel's own limit for it is shorter. */
const FILES_SEND_TIMEOUT_MS = 200_000;
const POLL_EVERY_MS = 1000;
const SERVE_RETRY_MS = 1000;
const READY_LOOK_MS = 500;
const HALT_MS = 60_000;
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
  /** The epoch under which this process holds the lane; undefined when it doesn't. */
  held(): number | undefined;
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

export function createLaneSender(deps: LaneSenderDeps): LaneSender {
  const { lane, limits, turns, keys, clock, log } = deps;
  let epoch: number | undefined;
  let permits: Permits = createPermits(limits, clock);
  let aborter = new AbortController();
  let cancelPoll: () => void = () => undefined;
  const serving = new Set<Promise<void>>();
  const isOn = () => epoch !== undefined;
  const { markSending, settle } = createSendStates({ lane, turns, clock, log, isOn });
  const chats = createHeldChats({ lane, limits, turns, keys, clock, log, isOn, onChanged: (chat) => serve(chat) });

  const serve = (chat: HeldChat) => {
    chat.wake();
    permits.reconsider();
    if (chat.serving || epoch === undefined) return;
    chat.serving = true;
    const run = serveChat(chat)
      .catch((error: unknown) => log.error({ lane, conversationId: chat.id, err: error }, 'sending to a chat stopped'))
      .finally(() => {
        chat.serving = false;
        serving.delete(run);
        if (chat.queue.length === 0) chats.drop(chat);
        else if (epoch !== undefined) clock.after(SERVE_RETRY_MS, () => serve(chat));
      });
    serving.add(run);
  };

  /** The lane is another's: this process stood still for longer than its lease. Its next renewal finds out as well. */
  const lose = () => {
    log.warn({ lane, epoch }, 'lane found lost');
    epoch = undefined;
    permits.stop();
  };

  const sleep = (chat: HeldChat, ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = Number.isFinite(ms) ? clock.after(ms, resolve) : () => undefined;
      chat.wake = () => {
        cancel();
        resolve();
      };
    });

  const serveChat = async (chat: HeldChat) => {
    while (epoch !== undefined) {
      const now = clock.now();
      const head = headOf(chat.queue, epoch, now);
      if (head.do === 'nothing') {
        chat.queue.length = 0;
        if (chat.moreFrom === undefined) return;
        await chats.holdMore(chat);
        continue;
      }
      if (head.do === 'leave') return lose();
      if (head.do === 'settle') {
        await settle(head.owing, head.index, head.as);
        continue;
      }
      chats.trim(chat);
      const nowMs = clock.monotonicMs();
      const waitMs =
        head.do === 'wait'
          ? head.untilMs - now.getTime()
          : Math.max(chat.pausedUntilMs - nowMs, chat.pace.waitMs(nowMs), deps.isReady() ? 0 : READY_LOOK_MS);
      if (waitMs > 0) await sleep(chat, waitMs);
      else if (head.do === 'send') await sendWithPermit(chat);
    }
  };

  const sendWithPermit = async (chat: HeldChat) => {
    const release = await permits.take(() => priorityOf(chat));
    if (!release) return;
    let isUsed = false;
    try {
      if (chat.moreFrom !== undefined) await chats.holdMore(chat);
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

  const attempt = async (chat: HeldChat, owing: OwingTurn, index: number) => {
    const kind = owing.out[index]?.kind;
    if (!kind || epoch === undefined) return;
    const sending = await markSending(owing, index, epoch);
    if (!sending) return;
    await deps.points('sending', owing.turn);
    try {
      const message = messageOf(owing, index);
      const limitMs = message.attachments?.length ? FILES_SEND_TIMEOUT_MS : SEND_TIMEOUT_MS;
      const platformId = await deps.send(message, AbortSignal.any([AbortSignal.timeout(limitMs), aborter.signal]));
      await deps.points('sent_unmarked', owing.turn);
      if (owing.out[index] !== sending) return; // confirmed meanwhile
      const flag = sending.resent ? { resent: true } : {};
      await settle(owing, index, { kind, state: 'sent', at: clock.now(), platformId, ...flag });
    } catch (error) {
      if (owing.out[index] === sending) await afterFailure(chat, owing, index, sending, error);
    }
  };

  const afterFailure = async (chat: HeldChat, owing: OwingTurn, index: number, sending: Sending, error: unknown) => {
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
      const flag = sending.resent ? { resent: true } : {};
      return settle(owing, index, { kind, state: 'dead', at: now, reason: verdict.reason, ...flag });
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

  const messageOf = (owing: OwingTurn, index: number): OutboundMessage => {
    const bubble = owing.content.out[index];
    if (!bubble) throw new SendError('rejected', 'the turn has no such message');
    const kind = owing.out[index]?.kind ?? 'reply';
    const { address } = owing.content;
    const { lastInboundAt, locale } = owing.turn.after;
    return {
      ...revealReceipt(keys, bubble),
      id: `${owing.turn._id}/${index}`,
      address,
      seq: owing.turn.seq,
      kind,
      locale,
      ...(lastInboundAt ? { lastInboundAt } : {}),
    };
  };

  const pollLoop = () => {
    if (epoch === undefined) return;
    void chats
      .poll()
      .catch((error: unknown) => log.warn({ lane, err: error }, 'owed messages could not be read'))
      .finally(() => {
        if (epoch !== undefined) cancelPoll = clock.after(POLL_EVERY_MS, pollLoop);
      });
  };

  return {
    held: () => epoch,
    bornEpoch: (conversationId) => (chats.isFree(conversationId) && deps.isReady() ? epoch : undefined),
    accept: chats.accept,
    release: chats.release,
    inDoubt(conversationId) {
      const queue = chats.find(conversationId)?.queue ?? [];
      return queue.flatMap((owing) =>
        owing.out.flatMap((each, index) => (isInDoubt(each) ? [messageOf(owing, index)] : [])),
      );
    },
    async confirm(messageId, platformId) {
      const cut = messageId.lastIndexOf('/');
      const [turnId, index] = [messageId.slice(0, cut), Number(messageId.slice(cut + 1))];
      for (const { queue } of chats.all()) {
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
      for (const chat of chats.all()) chat.wake();
      const cancelAbort = clock.after(STOP_GRACE_MS, () => aborter.abort());
      await Promise.allSettled(serving);
      cancelAbort();
      chats.clear();
    },
  };
}

/** Of the most urgent that a chat is owed: what stands before a reply must leave for the reply to follow. */
function priorityOf({ queue }: HeldChat): number {
  const owed = queue.flatMap(({ out }) => out.filter(isOwed));
  return Math.min(PRIORITY.broadcast, ...owed.map(({ kind }) => PRIORITY[kind]));
}

function isInDoubt(state: OutState): boolean {
  return state.state === 'sending' || (state.state === 'due' && state.resent === true);
}
