import type { Clock } from '../../core/clock.js';
import { createKeyedQueue } from '../../core/keyed-queue.js';
import type { Logger } from '../../core/log.js';
import { pause } from '../../core/pause.js';
import type { Problems } from '../problems.js';
import { type CatchUpDeps, createCatchUp } from './catch-up.js';
import { SessionFailure } from './errors.js';
import type { Pairing } from './pairing.js';
import type { WhatsappWebProblem } from './problems.js';
import type { Supervisor } from './supervisor.js';
import { type Arrival, isOfNewerVersion, type TakeIn } from './take-in.js';

const SECOND_MS = 1000;
const LOOK_EVERY_MS = 10 * 60 * SECOND_MS;
const FIRST_RETRY_MS = SECOND_MS;
const MAX_RETRY_MS = 60 * SECOND_MS;
/** Failures in a row that are a problem and not a hiccup. */
const MANY_FAILURES = 4;
/** Held in memory while older ones are read; what is more stands in the history. */
const MAX_HELD = 1000;
const SEEN_LIMIT_MS = 10 * SECOND_MS;

export interface IntakeDeps {
  readonly session: Pick<Supervisor, 'call'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lane: string;
  readonly account: string;
  readonly problems: Problems<WhatsappWebProblem>;
  readonly lastCommittedAt: CatchUpDeps['lastCommittedAt'];
  readonly takeIn: TakeIn;
}

/**
 * Order and completeness of what comes in. Live messages are taken as they come; whenever something may be missing (the
 * session was away, the store was) they wait until the chats' history was read, so that none overtakes an older one.
 */
export interface Intake {
  /** A message of the live session. Never throws. */
  arrive(arrival: Arrival): void;
  /** The session is ready: read what was missed, and look again every ten minutes. */
  ready(pairing: Pairing): void;
  /** The session is gone. */
  lost(): void;
  /** True when nothing is known to be missing. */
  isUpToDate(): boolean;
  /** Takes nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

export function createIntake(deps: IntakeDeps): Intake {
  const { session, clock, log, lane, problems } = deps;
  const inOrder = createKeyedQueue();
  const underWay = new Set<Promise<unknown>>();
  const pending = new Map<string, number>();
  /** Chats that a newer version has gone on with: what comes there stays in the history, where each look tries again. */
  const left = new Set<string>();
  let held: Arrival[] = [];
  let overflowed = false;
  let behind = true;
  let paired: Pairing | undefined;
  let round = new AbortController();
  let cancelLook: () => void = () => undefined;

  const track = <T>(work: Promise<T>): Promise<T> => {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return work;
  };

  const takeInOrder = (arrival: Arrival): Promise<boolean> =>
    track(inOrder(orderOf(arrival.raw), () => deps.takeIn(arrival)));

  const markSeen = (chatId: string) => {
    // a courtesy; the next message brings another chance
    void session.call<'seen'>({ do: 'seen', chatId }, SEEN_LIMIT_MS).catch(() => undefined);
  };

  const leave = (chatId: string) => {
    if (!left.has(chatId)) log.warn({ lane }, 'chat was left to a newer version');
    left.add(chatId);
    problems.raise('behind', 'newer_version');
  };

  const catchUp = createCatchUp({
    ...deps,
    take: takeInOrder,
    markSeen,
    onChat: (chatId, became) => void (became === 'left' ? leave(chatId) : left.delete(chatId)),
    onCut: () => problems.raise('history_cut', 'a chat has more than is fetched'),
  });

  const noteNoneLeft = () => {
    if (left.size === 0 && !behind) problems.clear('behind');
  };

  const hold = (arrival: Arrival) => {
    if (held.length < MAX_HELD) held.push(arrival);
    else overflowed = true;
  };

  const takeLive = (arrival: Arrival) => {
    const chatId = chatIdOf(arrival.raw);
    pending.set(chatId, (pending.get(chatId) ?? 0) + 1);
    const taking = inOrder(orderOf(arrival.raw), async () => {
      // something before it failed meanwhile
      if (left.has(chatId)) return;
      if (behind) return hold(arrival);
      const isCommitted = await deps.takeIn(arrival);
      if (isCommitted && pending.get(chatId) === 1) markSeen(chatId);
    });
    void track(taking)
      .catch((error: unknown) => {
        hold(arrival);
        fallBehind(error);
      })
      .finally(() => {
        const left = (pending.get(chatId) ?? 1) - 1;
        if (left > 0) pending.set(chatId, left);
        else pending.delete(chatId);
      });
  };

  const fallBehind = (error: unknown) => {
    log.warn({ lane, err: error }, 'message waits, chats will be read again');
    if (behind) return;
    behind = true;
    if (paired) void recover(paired, round.signal);
  };

  /** Reads what is missing until it is all taken in, then what was held meanwhile. Never rejects. */
  const recover = async (pairing: Pairing, signal: AbortSignal): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      try {
        overflowed = false;
        left.clear();
        await catchUp.run(pairing, signal);
        await takeHeld(signal);
        if (signal.aborted || overflowed) continue;
        behind = false;
        if (left.size === 0) problems.clear('behind');
        log.info({ lane }, 'chats read, up to date');
        return;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        log.warn({ lane, failures, err: error }, 'chats could not be read');
        if (failures >= MANY_FAILURES) problems.raise('behind', error instanceof Error ? error.name : 'unknown');
        await pause(clock, Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), MAX_RETRY_MS), signal);
      }
    }
  };

  /** Ends with an empty list in the same tick as it returns, so that nothing is left behind. */
  const takeHeld = async (signal: AbortSignal): Promise<void> => {
    for (let next = held[0]; next && !signal.aborted; next = held[0]) {
      const chatId = chatIdOf(next.raw);
      if (!left.has(chatId)) await takeInOrder(next).catch((error: unknown) => leaveOrThrow(chatId, error));
      held.shift();
    }
  };

  const leaveOrThrow = (chatId: string, error: unknown) => {
    if (!isOfNewerVersion(error)) throw error;
    leave(chatId);
  };

  const lookLater = (pairing: Pairing, signal: AbortSignal) => {
    cancelLook = clock.after(LOOK_EVERY_MS, () => {
      const looking = behind ? Promise.resolve() : catchUp.run(pairing, signal).then(noteNoneLeft);
      void track(looking)
        .catch((error: unknown) => {
          // a session that was lost comes back through `ready`
          if (!signal.aborted && !(error instanceof SessionFailure)) fallBehind(error);
        })
        .finally(() => {
          if (!signal.aborted) lookLater(pairing, signal);
        });
    });
  };

  const endRound = () => {
    cancelLook();
    round.abort();
    round = new AbortController();
    behind = true;
    paired = undefined;
  };

  return {
    arrive(arrival) {
      if (behind) hold(arrival);
      else takeLive(arrival);
    },

    ready(pairing) {
      endRound();
      paired = pairing;
      problems.clear('history_cut');
      void track(recover(pairing, round.signal));
      lookLater(pairing, round.signal);
    },

    lost: endRound,
    isUpToDate: () => !behind,

    async stop() {
      endRound();
      held = [];
      await Promise.all(underWay);
    },
  };
}

/** Messages of one chat wait for each other; our own, which wait for our sends, must not keep others waiting. */
function orderOf(raw: unknown): string {
  const isOwn = typeof raw === 'object' && raw !== null && 'fromMe' in raw && raw.fromMe === true;
  return `${isOwn ? 'own ' : ''}${chatIdOf(raw)}`;
}

function chatIdOf(raw: unknown): string {
  return typeof raw === 'object' && raw !== null && 'chat' in raw ? String(raw.chat) : '';
}
