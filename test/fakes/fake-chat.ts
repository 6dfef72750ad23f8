import type { Clock } from '../../src/core/clock.js';
import type { Keys } from '../../src/core/crypto.js';
import { AppError } from '../../src/core/errors.js';
import { conversationIdOf } from '../../src/core/ids.js';
import type { ChatEntry, Received } from '../../src/messages/chat-entry.js';
import type { InboundMessage } from '../../src/messages/message.js';

/** Turns of one answer, as the real transcript is cut. */
const MAX_TURNS = 120;

type Said = Omit<ChatEntry, 'seq' | 'part' | 'at' | 'from'>;
export type Script = (message: InboundMessage, turnOfChat: number) => readonly Said[];

/** A conversation kept in memory that keeps the contract of the real one: one turn a key, seq without gaps, wakes. */
export interface FakeChat {
  readonly receive: (message: InboundMessage) => Promise<Received>;
  readonly transcript: (conversationId: string, afterSeq: number) => Promise<readonly ChatEntry[]>;
  readonly watch: (conversationId: string, wake: () => void) => () => void;
  /** Every message that became a turn, in order. */
  readonly taken: InboundMessage[];
  /** Every call of `receive`, refused and repeated ones too. */
  readonly calls: InboundMessage[];
  /** Answers the next calls with 503. */
  failNext(times: number): void;
  /** Holds every answer back until the returned function is called; the turn itself is taken at once. */
  hold(): () => void;
  /** Something said without being asked: staff, a notice. */
  say(conversationId: string, from: 'bot' | 'staff', said: Said): void;
  /** Lets a turn show more than it did, as when its case is filed later. */
  grow(conversationId: string, seq: number, said: Said): void;
  watchers(conversationId: string): number;
}

export function createFakeChat(keys: Keys, clock: Clock, script: Script): FakeChat {
  const chats = new Map<string, ChatEntry[]>();
  const byKey = new Map<string, Received>();
  const wakes = new Map<string, Set<() => void>>();
  const taken: InboundMessage[] = [];
  const calls: InboundMessage[] = [];
  let failures = 0;
  let held: Promise<void> | undefined;

  function entriesOf(conversationId: string): ChatEntry[] {
    const entries = chats.get(conversationId) ?? [];
    chats.set(conversationId, entries);
    return entries;
  }

  function wake(conversationId: string): void {
    for (const each of wakes.get(conversationId) ?? []) each();
  }

  function take(message: InboundMessage, conversationId: string): Received {
    const entries = entriesOf(conversationId);
    const seq = (entries.at(-1)?.seq ?? 0) + 1;
    const at = clock.now();
    const own: ChatEntry = {
      seq,
      part: 0,
      from: 'citizen',
      at,
      key: message.externalId,
      text: message.text,
      ...(message.attachments.length > 0 && { attachments: message.attachments }),
      ...(message.location && { location: message.location }),
    };
    const turnOfChat = entries.filter((entry) => entry.from === 'citizen').length;
    const answers = script(message, turnOfChat).map(
      (said, index): ChatEntry => ({ ...said, seq, part: index + 1, from: 'bot', at }),
    );
    taken.push(message);
    entries.push(own, ...answers);
    return { conversationId, seq, repeated: false, entries: [own, ...answers] };
  }

  return {
    taken,
    calls,

    async receive(message) {
      calls.push(message);
      if (failures > 0) {
        failures -= 1;
        throw new AppError('store.unavailable', 'The store is away');
      }
      const { channel, account, chatId } = message.address;
      const conversationId = conversationIdOf(keys.addressKey, channel, account, chatId);
      const known = byKey.get(`${conversationId}#${message.externalId}`);
      const received = known ? { ...known, repeated: true } : take(message, conversationId);
      byKey.set(`${conversationId}#${message.externalId}`, received);
      await held;
      if (!known) wake(conversationId);
      return received;
    },

    async transcript(conversationId, afterSeq) {
      const lastSeq = afterSeq + MAX_TURNS;
      return entriesOf(conversationId).filter((entry) => entry.seq > afterSeq && entry.seq <= lastSeq);
    },

    watch(conversationId, listener) {
      const listeners = wakes.get(conversationId) ?? new Set();
      wakes.set(conversationId, listeners.add(listener));
      return () => listeners.delete(listener);
    },

    failNext(times) {
      failures = times;
    },

    hold() {
      let release: () => void = () => undefined;
      held = new Promise((resolve) => {
        release = () => {
          held = undefined;
          resolve();
        };
      });
      return release;
    },

    say(conversationId, from, said) {
      const entries = entriesOf(conversationId);
      entries.push({ ...said, seq: (entries.at(-1)?.seq ?? 0) + 1, part: 1, from, at: clock.now() });
      wake(conversationId);
    },

    grow(conversationId, seq, said) {
      const entries = entriesOf(conversationId);
      const last = entries.findLastIndex((entry) => entry.seq === seq);
      entries.splice(last + 1, 0, { ...said, seq, part: (entries[last]?.part ?? 0) + 1, from: 'bot', at: clock.now() });
      wake(conversationId);
    },

    watchers: (conversationId) => wakes.get(conversationId)?.size ?? 0,
  };
}
