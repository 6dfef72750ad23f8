import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between a browser and the service, that can be cut. */
export interface CutProxy {
  readonly url: string;
  /** Every connection breaks, and new ones are refused. */
  cut(): void;
  mend(): void;
  /**
   * Lets the next requests whose head matches reach the service, and breaks the connection before the answer is back.
   * A browser sends a request again by itself when a kept connection breaks: only the second loss is the page's.
   */
  loseAnswersTo(head: RegExp, times: number): void;
  close(): Promise<void>;
}

export async function startCutProxy(targetPort: number): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let losing = { head: /^$/, times: 0 };

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
      if (losing.times > 0 && losing.head.test(chunk.toString('latin1'))) {
        losing.times -= 1;
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
    loseAnswersTo(head, times) {
      losing = { head, times };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
