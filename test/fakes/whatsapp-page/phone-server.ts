import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { StartChild } from '../../../src/channels/whatsapp-web/child-process.js';
import {
  type FromChild,
  FromChildSchema,
  type ToChild,
  ToChildSchema,
} from '../../../src/channels/whatsapp-web/wire.js';
import { systemClock } from '../../../src/core/clock.js';
import { createScriptedPhone, type ScriptedPhone } from './scripted-child.js';

/**
 * The browser process as one that outlives the service: the service speaks to it over a socket, and what stands in
 * WhatsApp stays when the service is killed. Files can't cross.
 */
export interface PhoneServer {
  readonly port: number;
  readonly phone: ScriptedPhone;
  /** Every message that the service had sent, in order. */
  readonly sent: { readonly id: string; readonly chat: string; readonly text: string }[];
  /** Somebody writes: it stands in the history, and whoever is connected is told. */
  say(chat: string, text: string): void;
  close(): Promise<void>;
}

export async function startPhoneServer(): Promise<PhoneServer> {
  const phone = createScriptedPhone(systemClock.now);
  const sent: PhoneServer['sent'] = [];
  const sockets = new Set<Socket>();
  let count = 0;

  phone.answer('send', (call) => {
    if (call.do !== 'send') throw new TypeError('asked for something else');
    const { chatId: chat, text } = call;
    const id = `OUT${sent.length + 1}`;
    sent.push({ id, chat, text });
    // the page tells of our own messages too, and keeps them
    phone.write({ chat, id, text, fromMe: true }, 'live');
    return { id };
  });

  const server = createServer((socket) => {
    sockets.add(socket);
    const tell = (message: FromChild) => void socket.write(`${JSON.stringify(message)}\n`);
    const child = phone.startChild({ onMessage: tell, onGarbage: () => undefined, onEnd: () => socket.end() });
    linesOf(socket, (line) => {
      const message = ToChildSchema.parse(JSON.parse(line));
      child.post(message);
      if (message.type === 'start') phone.ready();
    });
    socket.on('close', () => {
      sockets.delete(socket);
      child.disconnect();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    phone,
    sent,
    say(chat, text) {
      count += 1;
      phone.write({ chat, id: `IN${count}`, text, name: 'canary Siti' }, 'live');
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** A socket whose other end was killed says so on the reader as well. */
function linesOf(socket: Socket, take: (line: string) => void): void {
  socket.on('error', () => undefined);
  createInterface({ input: socket })
    .on('line', take)
    .on('error', () => undefined);
}

/** What the service starts in the stead of a browser process: the way to a {@link PhoneServer}. */
export function connectToPhone(port: number): StartChild {
  return ({ onMessage, onGarbage, onEnd }) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      onEnd({ code: 0, signal: null, stderr: '' });
    };
    linesOf(socket, (line) => {
      const parsed = FromChildSchema.safeParse(JSON.parse(line));
      if (parsed.success) onMessage(parsed.data);
      else onGarbage();
    });
    socket.on('close', end);
    return {
      pid: undefined,
      post: (message: ToChild) => void socket.write(`${JSON.stringify(message)}\n`),
      kill: () => void socket.destroy(),
      disconnect: () => void socket.destroy(),
    };
  };
}
