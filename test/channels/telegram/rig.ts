import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import express from 'express';
import { createTelegramChannel, type TelegramChannel } from '../../../src/channels/telegram/telegram.js';
import type { Clock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import type { Attachment, InboundMessage } from '../../../src/messages/message.js';
import { type FakeTelegram, type FakeTelegramOptions, startFakeTelegram } from '../../fakes/telegram-server.js';

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
  readonly channel: TelegramChannel;
  readonly taken: Taken;
  readonly quarantined: { readonly raw: string; readonly reason: string }[];
  readonly problems: string[];
  readonly reachable: { readonly chatId: string; readonly isReachable: boolean }[];
  readonly saved: { readonly owner: string; readonly bytes: Buffer; readonly mimeType: string | undefined }[];
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
  /** A second process with the same bot; its `receive` is up to the test. */
  another(): TelegramChannel;
  stop(): Promise<void>;
}

export interface RigOptions extends FakeTelegramOptions {
  readonly mode?: 'polling' | 'webhook';
  /** The channel's clock, when it must not be the platform's. */
  readonly channelClock?: Clock;
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
  const taken = createTaken();
  const channels: TelegramChannel[] = [];

  const create = () => {
    const made = createTelegramChannel({
      token: fake.token,
      apiRoot: fake.apiRoot,
      ...(options.mode === 'webhook' ? { webhook: { publicUrl } } : {}),
      clock: options.channelClock ?? clock,
      log: createLog('debug', sink),
      words: WORDS,
      quarantine: async (raw, reason) => {
        await rig.beforeQuarantine();
        rig.quarantined.push({ raw, reason });
      },
      onReachable: async ({ chatId }, isReachable) => void rig.reachable.push({ chatId, isReachable }),
      onProblem: (problem, state) => void rig.problems.push(`${problem} ${state}`),
      openFile: async (_message, { fileId = '' }) => {
        const bytes = options.files?.[fileId];
        return bytes && Readable.from([bytes]);
      },
      saveFile: async (owner, body, { mimeType }) => {
        const bytes = await buffer(body);
        rig.saved.push({ owner, bytes, mimeType });
        return { kind: 'image', fileId: `saved-${rig.saved.length}`, sizeBytes: bytes.length } satisfies Attachment;
      },
    });
    channels.push(made);
    return made;
  };

  const receive = async (message: InboundMessage) => {
    taken.calls.push(message);
    await rig.beforeDurable(message);
    taken.add(message);
  };

  const rig: Rig = {
    fake,
    channel: undefined as never,
    taken,
    quarantined: [],
    problems: [],
    reachable: [],
    saved: [],
    beforeDurable: async () => undefined,
    beforeQuarantine: async () => undefined,
    publicUrl,
    receive,
    logged: () => lines.join(''),
    start: () => rig.channel.start(receive),
    another: create,
    async stop() {
      await Promise.all(channels.map((each) => each.stop().then(() => each.close())));
      await fake.stop();
      server.closeAllConnections();
      server.close();
    },
  };
  Object.assign(rig, { channel: create() });
  mount(rig.channel.webhookRouter(receive));
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
  mount: (router: express.Router | undefined) => void;
}> {
  const app = express();
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, publicUrl, mount: (router) => void (router && app.use(router)) };
}
