import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import type { Address } from '../../messages/message.js';
import { asUnavailable } from '../../store/connect.js';
import { SessionFailure, type SessionFailureCode } from './errors.js';
import type { Pairing } from './pairing.js';
import { isPersonChat, wasEdited } from './parse.js';
import { RawMessageSchema } from './raw-message.js';
import type { Supervisor } from './supervisor.js';
import { type Arrival, isOfNewerVersion } from './take-in.js';
import type { Answer } from './wire.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Clocks differ, and what is committed may have overtaken what isn't by so much. */
export const OVERLAP_MS = 10 * MINUTE_MS;
/** Older than this nobody waits for an answer any more; also the time that a case notice may be late. */
export const MAX_AGE_MS = 7 * DAY_MS;
/** Pairing takes so long, and who wrote meanwhile is answered; WhatsApp's clock isn't ours either. */
const PAIRING_MS = MINUTE_MS;
/** Messages fetched of one chat: first so many, and all of these only when the first don't reach back far enough. */
export const FETCH_STEPS: readonly number[] = [50, 200];
const LIST_LIMIT_MS = 30 * SECOND_MS;
const HISTORY_LIMIT_MS = 60 * SECOND_MS;
const CHATS_AT_ONCE = 4;

/** The page has trouble with this one chat; the others must not wait for it. */
const OF_ONE_CHAT: ReadonlySet<SessionFailureCode> = new Set(['failed', 'unknown_chat']);

export interface CatchUpDeps {
  readonly session: Pick<Supervisor, 'call'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lane: string;
  readonly account: string;
  /** When the newest message of this chat that is committed was sent, by WhatsApp's clock. */
  readonly lastCommittedAt: (address: Address) => Promise<Date | undefined>;
  /** In order within a chat, after everything taken before. @throws when it must be read again later */
  readonly take: (arrival: Arrival) => Promise<boolean>;
  readonly markSeen: (chatId: string) => void;
  /** All of a chat was handed on, or it must be left to a newer version of the service. */
  readonly onChat: (chatId: string, became: 'read' | 'left') => void;
  /** More came than is fetched. */
  readonly onCut: () => void;
}

/**
 * Reads every chat that has something newer than what is committed of it, and hands all of that on, oldest first. What
 * was taken in before comes again: its id tells.
 *
 * Reads at most the newest 200 messages of a chat, none older than 7 days, none from before the phone was paired.
 *
 * @throws {AppError} when the store is away; {SessionFailure} when the session is
 */
export interface CatchUp {
  run(pairing: Pairing, signal: AbortSignal): Promise<void>;
}

type ListedChat = Answer<'chats'>[number];

export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { session, clock, log, lane } = deps;
  /** The newest message each chat had when it was last read, so that an unchanged chat costs nothing. */
  const readUpTo = new Map<string, number>();

  const readChat = async (chat: ListedChat, earliest: Date): Promise<void> => {
    const address: Address = { channel: 'whatsapp_web', account: deps.account, chatId: chat.id };
    const committedAt = await deps.lastCommittedAt(address);
    const from = new Date(Math.max(earliest.getTime(), (committedAt?.getTime() ?? 0) - OVERLAP_MS));
    const isNewer = chat.newestAtSeconds * SECOND_MS > from.getTime();
    if (isNewer || chat.unread > 0) {
      const messages = await historyOf(chat, from, earliest);
      let someone = false;
      for (const raw of messages) {
        someone = (await deps.take({ event: 'new', raw })) || someone;
        if (wasEdited(raw)) await deps.take({ event: 'edited', raw });
      }
      if (someone && chat.unread > 0) deps.markSeen(chat.id);
    }
    readUpTo.set(chat.id, chat.newestAtSeconds);
    deps.onChat(chat.id, 'read');
  };

  /**
   * Everything after `from`, and what others wrote that nobody has looked at yet however old, but for what is before
   * `earliest`. Our own of before `from` were judged, or the bot has gone on past them.
   */
  const historyOf = async (chat: ListedChat, from: Date, earliest: Date): Promise<readonly unknown[]> => {
    for (const [step, limit] of FETCH_STEPS.entries()) {
      const messages = await session.call<'history'>({ do: 'history', chatId: chat.id, limit }, HISTORY_LIMIT_MS);
      const unreadFrom = unreadStart(messages, chat.unread);
      const wanted = messages.filter((raw, index) => {
        const at = sentAtMs(raw);
        return at > from.getTime() || (index >= unreadFrom && at > earliest.getTime() && isOfOthers(raw));
      });
      const reachesBack = messages.length < limit || wanted.length < messages.length;
      if (reachesBack) return wanted;
      if (step === FETCH_STEPS.length - 1) {
        deps.onCut();
        return wanted;
      }
    }
    return [];
  };

  const readSafely = async (chat: ListedChat, earliest: Date): Promise<void> => {
    try {
      await readChat(chat, earliest);
    } catch (error) {
      // not noted as read, so the next run tries it again
      if (isOfNewerVersion(error)) return deps.onChat(chat.id, 'left');
      if (!(error instanceof SessionFailure && OF_ONE_CHAT.has(error.code))) throw asUnavailable(error);
      log.warn({ lane, code: error.code }, 'chat could not be read');
    }
  };

  return {
    async run({ since }, signal) {
      const earliest = new Date(Math.max(since.getTime() - PAIRING_MS, clock.now().getTime() - MAX_AGE_MS));
      const listed = await session.call<'chats'>({ do: 'chats' }, LIST_LIMIT_MS);
      const waiting = listed
        .filter((chat) => isPersonChat(chat.id) && chat.newestAtSeconds * SECOND_MS > earliest.getTime())
        .filter((chat) => readUpTo.get(chat.id) !== chat.newestAtSeconds)
        .sort((a, b) => a.newestAtSeconds - b.newestAtSeconds);
      const work = async () => {
        for (let chat = waiting.shift(); chat && !signal.aborted; chat = waiting.shift()) {
          await readSafely(chat, earliest);
        }
      };
      await Promise.all(Array.from({ length: CHATS_AT_ONCE }, work));
    },
  };
}

function sentAtMs(raw: unknown): number {
  return (RawMessageSchema.safeParse(raw).data?.sentAtSeconds ?? 0) * SECOND_MS;
}

function isOfOthers(raw: unknown): boolean {
  return RawMessageSchema.safeParse(raw).data?.fromMe === false;
}

/** The index of the first of the newest `unread` messages that others wrote. */
function unreadStart(messages: readonly unknown[], unread: number): number {
  let left = unread;
  let start = messages.length;
  for (let index = messages.length - 1; index >= 0 && left > 0; index--) {
    if (!isOfOthers(messages[index])) continue;
    left -= 1;
    start = index;
  }
  return start;
}
