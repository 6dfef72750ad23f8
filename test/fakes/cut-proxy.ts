import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between a browser and the service, that can be cut. */
export interface CutProxy {
  readonly url: string;
  /** Every connection breaks, and new ones are refused. */
  cut(): void;
  mend(): void;
  /** Lets the next request whose head matches reach the service, and breaks the connection before its answer is back. */
  loseAnswerTo(head: RegExp): void;
  close(): Promise<void>;
}

export async function startCutProxy(targetPort: number): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let losing: RegExp | undefined;

  const server = createServer((client) => {
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    let loses = false;
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (losing?.test(chunk.toString('latin1'))) {
        losing = undefined;
        loses = true;
      }
      target.write(chunk);
    });
    target.on('data', (chunk) => {
      if (loses) client.resetAndDestroy();
      else client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    mend() {
      isCut = false;
    },
    loseAnswerTo(head) {
      losing = head;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
