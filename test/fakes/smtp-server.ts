import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface FakeMail {
  readonly from: string;
  readonly to: string;
  /** Headers and body as they came. */
  readonly raw: string;
}

/** A mail server on loopback that speaks as much of SMTP as a client needs, and remembers what it took. */
export interface FakeSmtp {
  readonly url: string;
  readonly mails: readonly FakeMail[];
  /** Connections so far. */
  readonly tries: () => number;
  /** The next mails are put off with 451, as a greylisting server does. */
  putOff(count: number): void;
  stop(): Promise<void>;
}

export async function startFakeSmtp(): Promise<FakeSmtp> {
  const mails: FakeMail[] = [];
  const sockets = new Set<Socket>();
  let tries = 0;
  let putOff = 0;

  function serve(socket: Socket): void {
    sockets.add(socket);
    tries += 1;
    let rest = '';
    let body: string[] | undefined;
    let [from, to] = ['', ''];
    const answer = (line: string) => void socket.write(`${line}\r\n`);
    const take = (line: string) => {
      if (body) {
        if (line !== '.') return void body.push(line);
        mails.push({ from, to, raw: body.join('\n') });
        body = undefined;
        return answer('250 taken');
      }
      const word = line.slice(0, 4).toUpperCase();
      if (word === 'EHLO') answer('250 fake');
      else if (word === 'MAIL') {
        from = /<(.*)>/.exec(line)?.[1] ?? '';
        if (putOff > 0) {
          putOff -= 1;
          answer('451 come back later');
        } else answer('250 ok');
      } else if (word === 'RCPT') {
        to = /<(.*)>/.exec(line)?.[1] ?? '';
        answer('250 ok');
      } else if (word === 'DATA') {
        body = [];
        answer('354 go on');
      } else if (word === 'QUIT') {
        answer('221 bye');
        socket.end();
      } else answer('250 ok');
    };
    answer('220 fake ESMTP');
    socket.on('data', (chunk) => {
      rest += String(chunk);
      const lines = rest.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  }

  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    tries: () => tries,
    putOff(count) {
      putOff = count;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
