import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import express from 'express';
import type { Channel } from '../../../src/channels/channel.js';
import type { Command } from '../../../src/channels/telegram/commands.js';
import { createTelegramLane, type TelegramLane } from '../../../src/channels/telegram/telegram.js';
import type { Clock } from '../../../src/core/clock.js';
import { createLog, type Logger } from '../../../src/core/log.js';
import type { Received } from '../../../src/messages/chat-entry.js';
import type { InboundMessage } from '../../../src/messages/message.js';
import { type FakeTelegram, type FakeTelegramOptions, startFakeTelegram } from '../../fakes/telegram-server.js';

export const KEYS = {
  addressKey: Buffer.alloc(32, 1),
  receiptKey: Buffer.alloc(32, 2),
  contentKeys: [{ id: 'k1', key: Buffer.alloc(32, 3) }],
} as const;

export const WORDS = { sendLocation: '📍 Kirim lokasi', leaving: 'Saya hanya melayani percakapan pribadi.' };

/** A store of turns in memory, with what the contract asks of the real one: a message that came before is no news. */
export interface Taken {
  /** Each message once, in the order in which it became durable. */
  readonly messages: InboundMessage[];
  /** Every call of receive, repeated ones too. */
  readonly calls: InboundMessage[];
  textsOf(chatId: string): readonly string[];
}

export interface Rig {
  readonly fake: FakeTelegram;
  readonly lane: TelegramLane;
  readonly channel: Channel;
  readonly taken: Taken;
  readonly quarantined: { readonly raw: string; readonly reason: string }[];
  readonly problems: string[];
  readonly reachable: { readonly chatId: string; readonly isReachable: boolean }[];
  readonly saved: { readonly owner: string; readonly bytes: Buffer }[];
  readonly opened: { readonly owner: string; readonly fileId: string }[];
  readonly log: Logger;
  /** What taking a message in comes to. */
  answer: Pick<Received, 'repeated' | 'entries'>;
  /** Runs before a message becomes durable; rejecting or hanging is up to it. */
  beforeDurable: (message: InboundMessage) => Promise<void>;
  /** Runs before an update is kept in quarantine. */
  beforeQuarantine: () => Promise<void>;
  readonly publicUrl: string;
  /** All that was logged so far. */
  logged(): string;
  start(): Promise<void>;
  /** As the service's: a message that came before is no news. */
  receive(message: InboundMessage): Promise<void>;
  /** A second process with the same bot and the same store. */
  another(): Channel;
  stop(): Promise<void>;
}

export interface RigOptions extends FakeTelegramOptions {
  readonly mode?: 'polling' | 'webhook';
  readonly commands?: readonly Command[];
  readonly files?: Readonly<Record<string, Buffer>>;
}

export async function startRig(clock: Clock, options: RigOptions = {}): Promise<Rig> {
  const fake = await startFakeTelegram({ clock, ...options });
  const { server, publicUrl, mount } = await listen();
  const lines: string[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const log = createLog('debug', sink);
  const taken = createTaken();
  const lanes: TelegramLane[] = [];

  const create = () => {
    const made = createTelegramLane({
      settings: { token: fake.token, apiRoot: fake.apiRoot, ...(options.mode === 'webhook' ? { publicUrl } : {}) },
      words: WORDS,
      commands: options.commands ?? [],
      keys: KEYS,
      files: {
        async open(owner, fileId) {
          rig.opened.push({ owner, fileId });
          const bytes = options.files?.[fileId];
          return bytes && { attachment: { kind: 'document', fileId }, stream: Readable.from([bytes]) };
        },
        async save(owner, body) {
          const bytes = Buffer.isBuffer(body) ? body : await buffer(body);
          rig.saved.push({ owner, bytes });
          return { kind: 'image', fileId: `saved-${rig.saved.length}`, sizeBytes: bytes.length };
        },
      },
      clock,
      log,
      receive: async (message) => {
        await receive(message);
        return rig.answer;
      },
      quarantine: async (_lane, raw, reason) => {
        await rig.beforeQuarantine();
        rig.quarantined.push({ raw, reason });
      },
      onReachable: async ({ chatId }, isReachable) => void rig.reachable.push({ chatId, isReachable }),
      onProblem: (problem, state) => void rig.problems.push(`${problem} ${state}`),
    });
    lanes.push(made);
    return made;
  };

  const receive = async (message: InboundMessage) => {
    taken.calls.push(message);
    await rig.beforeDurable(message);
    taken.add(message);
  };

  const rig: Rig = {
    fake,
    lane: undefined as never,
    channel: undefined as never,
    taken,
    quarantined: [],
    problems: [],
    reachable: [],
    saved: [],
    opened: [],
    log,
    answer: { repeated: false, entries: [] },
    beforeDurable: async () => undefined,
    beforeQuarantine: async () => undefined,
    publicUrl,
    receive,
    logged: () => lines.join(''),
    start: () => rig.channel.start(receive),
    another: () => create().channel,
    async stop() {
      await Promise.all(lanes.map((each) => each.channel.stop().then(() => each.close())));
      await fake.stop();
      server.closeAllConnections();
      server.close();
    },
  };
  const lane = create();
  Object.assign(rig, { lane, channel: lane.channel });
  if (lane.routes) mount(lane.routes.path, lane.routes.router);
  return rig;
}

function createTaken(): Taken & { add(message: InboundMessage): void } {
  const seen = new Set<string>();
  const messages: InboundMessage[] = [];
  return {
    messages,
    calls: [],
    add(message) {
      const key = `${message.address.chatId}#${message.externalId}`;
      if (seen.has(key)) return;
      seen.add(key);
      messages.push(message);
    },
    textsOf: (chatId) => messages.filter(({ address }) => address.chatId === chatId).map(({ text }) => text),
  };
}

async function listen(): Promise<{
  server: Server;
  publicUrl: string;
  mount: (path: string, router: express.Router) => void;
}> {
  const app = express();
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, publicUrl, mount: (path, router) => void app.use(path, router) };
}
