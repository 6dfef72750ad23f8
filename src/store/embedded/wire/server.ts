import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../../../core/log.js';
import type { BsonWriter } from '../bson/writer.js';
import { writeFailure } from '../commands/write-reply.js';
import { Framer, MAX_MESSAGE_BYTES } from './framing.js';
import { buildReply, MessageError, parseMessage, type Request } from './messages.js';
import type { ScramConversation } from './scram.js';

const MAX_CONNECTIONS = 1024;
/** Never anything wider. */
const LOOPBACK = '127.0.0.1';

export interface Reply {
  write(writer: BsonWriter): void;
  /** The client wants the same request answered again and again (exhaust). */
  readonly streams: boolean;
}

/** The client at the other end of a connection. */
export interface Peer {
  /** Aborts when the connection is gone. */
  readonly closed: AbortSignal;
  isAuthenticated: boolean;
  /** An authentication that has begun. */
  conversation: ScramConversation | undefined;
}

export type Respond = (request: Request, peer: Peer) => Promise<Reply>;

/** A Unix socket, whose file's mode says who may connect; or a port of this machine only, where clients authenticate. */
export type Address = { readonly socketPath: string } | { readonly port: number };

/** Serves the wire protocol on one listener; requests of a connection are answered one after the other, in order. */
export class WireServer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private asksForPassword = false;

  constructor(
    private readonly respond: Respond,
    private readonly log: Logger,
  ) {
    this.server = createServer({ noDelay: true }, (socket) => this.accept(socket));
    this.server.maxConnections = MAX_CONNECTIONS;
  }

  listen(address: Address): Promise<void> {
    const options = 'port' in address ? { port: address.port, host: LOOPBACK } : { path: address.socketPath };
    this.asksForPassword = 'port' in address;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(options, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  /** Takes no more connections and cuts those there are. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    const connection = new Connection(socket, this.respond, this.log, !this.asksForPassword);
    socket.on('data', (chunk) => connection.receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      connection.end();
    });
  }
}

class Connection {
  private readonly closed = new AbortController();
  private readonly peer: Peer;
  private readonly framer = new Framer();
  private busy = false;

  constructor(
    private readonly socket: Socket,
    private readonly respond: Respond,
    private readonly log: Logger,
    isAuthenticated: boolean,
  ) {
    this.peer = { closed: this.closed.signal, isAuthenticated, conversation: undefined };
  }

  end(): void {
    this.closed.abort();
  }

  receive(chunk: Buffer): void {
    try {
      this.framer.push(chunk);
    } catch (error) {
      this.giveUp(error);
      return;
    }
    if (this.framer.heldBytes > MAX_MESSAGE_BYTES) this.socket.pause();
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    try {
      for (let bytes = this.framer.next(); bytes; bytes = this.framer.next()) {
        await this.answer(bytes);
        if (this.socket.destroyed) return;
      }
      if (this.socket.isPaused()) this.socket.resume();
    } catch (error) {
      this.giveUp(error);
    } finally {
      this.busy = false;
    }
  }

  private async answer(bytes: Buffer): Promise<void> {
    let request: Request;
    try {
      request = parseMessage(bytes);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      const { reason, requestId } = error;
      await this.send(buildReply({ id: requestId, legacy: false }, (writer) => writeFailure(writer, reason)));
      return;
    }
    let reply = await this.respond(request, this.peer);
    if (request.unacknowledged) return;
    let to: Pick<Request, 'id' | 'legacy'> = request;
    while (reply.streams && !this.socket.destroyed) {
      const bytes = buildReply(to, reply.write, 512, true);
      await this.send(bytes);
      // each reply of a stream answers the one before it
      to = { id: bytes.readInt32LE(4), legacy: false };
      reply = await this.respond(request, this.peer);
    }
    await this.send(buildReply(to, reply.write));
  }

  /** Waits while the client doesn't read, so that replies don't pile up. */
  private async send(reply: Buffer): Promise<void> {
    if (this.socket.destroyed || this.socket.write(reply)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.socket.off('drain', done);
        this.socket.off('close', done);
        resolve();
      };
      this.socket.on('drain', done);
      this.socket.on('close', done);
    });
  }

  private giveUp(error: unknown): void {
    this.log.warn({ err: error }, 'store connection sent what is no message, closed');
    this.socket.destroy();
  }
}
