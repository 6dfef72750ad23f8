import type { ChildEvents, StartChild } from '../../../src/channels/whatsapp-web/child-process.js';
import type { RawMessage } from '../../../src/channels/whatsapp-web/raw-message.js';
import type { Call, CallOf, FromChild, ToChild } from '../../../src/channels/whatsapp-web/wire.js';

export const PHONE = '628110000000@c.us';

/** What a call answers: a value, or a failure by throwing a {@link Refusal}; `hang` never answers. */
export type Answerer = (call: Call) => unknown;
export const HANG = Symbol('no answer');

export class Refusal extends Error {
  constructor(readonly code: Extract<FromChild, { type: 'failed' }>['code']) {
    super(code);
  }
}

/** A browser process that is none: it speaks the protocol, and does what the test says when the test says it. */
export interface ScriptedPhone {
  readonly startChild: StartChild;
  /** Processes started so far. */
  lives(): number;
  /** What the service asked, all lives together. */
  readonly calls: Call[];
  callsOf<K extends Call['do']>(kind: K): readonly CallOf<K>[];
  /** What stands in WhatsApp, oldest first in each chat. */
  readonly chats: Map<string, { messages: RawMessage[]; unread: number }>;
  /** Puts a message into WhatsApp; `live` = the page tells of it too. */
  write(message: Partial<RawMessage> & Pick<RawMessage, 'chat' | 'id'>, live?: 'live'): void;
  /** Overrides what a call answers. */
  answer(kind: Call['do'], answerer: Answerer): void;
  tell(message: FromChild): void;
  ready(): void;
  /** The process ends by itself. */
  die(reason?: string): void;
  /** How often it was ended by force. */
  kills(): number;
  /** A real process to be looked at as if it were this one. */
  pid: number | undefined;
  /** What it does when told to stop: ends, unless set to false. */
  stops: boolean;
}

export function createScriptedPhone(now: () => Date): ScriptedPhone {
  let events: ChildEvents | undefined;
  let lives = 0;
  let kills = 0;
  const answerers = new Map<Call['do'], Answerer>();

  const end = (code: number | null) => {
    const ended = events;
    events = undefined;
    ended?.onEnd({ code, signal: code === null ? 'SIGKILL' : null, stderr: '' });
  };

  const usual = (call: Call): unknown => {
    switch (call.do) {
      case 'send':
        return { id: `OUT${phone.callsOf('send').length}` };
      case 'chats':
        return [...phone.chats].map(([id, { messages, unread }]) => ({
          id,
          newestAtSeconds: Math.max(0, ...messages.map(({ sentAtSeconds }) => sentAtSeconds ?? 0)),
          unread,
        }));
      case 'history':
        return (phone.chats.get(call.chatId)?.messages ?? []).slice(-call.limit);
      case 'download':
        throw new Refusal('file');
      case 'seen': {
        const chat = phone.chats.get(call.chatId);
        if (chat) chat.unread = 0;
        return null;
      }
      case 'ping':
        return { state: 'CONNECTED' };
    }
  };

  const take = async ({ id, call }: Extract<ToChild, { type: 'call' }>, to: ChildEvents) => {
    phone.calls.push(call);
    try {
      const value = await (answerers.get(call.do) ?? usual)(call);
      if (value !== HANG && events === to) to.onMessage({ type: 'answer', id, value });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (events === to) to.onMessage({ type: 'failed', id, code: error.code, detail: error.code });
    }
  };

  const phone: ScriptedPhone = {
    startChild(given) {
      lives += 1;
      events = given;
      queueMicrotask(() => given.onMessage({ type: 'hello' }));
      return {
        pid: phone.pid,
        post(message) {
          if (message.type === 'call') void take(message, given);
          if (message.type === 'stop' && phone.stops) end(0);
        },
        kill() {
          kills += 1;
          end(null);
        },
        disconnect: () => end(0),
      };
    },
    lives: () => lives,
    calls: [],
    callsOf: <K extends Call['do']>(kind: K) => phone.calls.filter((each): each is CallOf<K> => each.do === kind),
    chats: new Map(),
    write(message, live) {
      const chat = phone.chats.get(message.chat) ?? { messages: [], unread: 0 };
      phone.chats.set(message.chat, chat);
      const raw: RawMessage = {
        ref: `false_${message.chat}_${message.id}`,
        fromMe: false,
        type: 'chat',
        text: message.id,
        sentAtSeconds: Math.floor(now().getTime() / 1000),
        ...message,
      };
      chat.messages.push(raw);
      if (!raw.fromMe) chat.unread += 1;
      if (live) phone.tell({ type: 'message', event: 'new', raw });
    },
    answer: (kind, answerer) => void answerers.set(kind, answerer),
    tell: (message) => events?.onMessage(message),
    ready: () => phone.tell({ type: 'ready', account: PHONE }),
    die(reason) {
      if (reason !== undefined) phone.tell({ type: 'lost', reason });
      end(1);
    },
    kills: () => kills,
    pid: undefined,
    stops: true,
  };
  return phone;
}
