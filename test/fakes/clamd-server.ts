import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What it takes for a virus, beside nothing else. */
export const FAKE_VIRUS = 'ini virus, kata pemindai';
const COMMAND = 'zINSTREAM\0';

export interface FakeClamd {
  /** Of every file that was wholly received. */
  readonly seen: Buffer[];
  /** What the next files are answered instead of a verdict; `silence` = nothing, `hang_up` = a closed connection. */
  script(...answers: ('silence' | 'hang_up' | { readonly line: string })[]): void;
  close(): Promise<void>;
}

/** A clamd as its manual describes it. @param at a port of this machine, or the path of a socket */
export async function startFakeClamd(at: { port: number } | { path: string }): Promise<FakeClamd> {
  const seen: Buffer[] = [];
  const answers: ('silence' | 'hang_up' | { readonly line: string })[] = [];
  const sockets = new Set<Socket>();

  const answer = (socket: Socket, file: Buffer) => {
    seen.push(file);
    const scripted = answers.shift();
    if (scripted === 'silence') return;
    if (scripted === 'hang_up') return void socket.destroy();
    const line = scripted?.line ?? (file.includes(FAKE_VIRUS) ? 'stream: Test.Virus FOUND' : 'stream: OK');
    socket.end(`${line}\0`);
  };

  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.on('data', (piece) => {
      bytes = Buffer.concat([bytes, piece]);
      const file = fileIn(bytes);
      if (file) answer(socket, file);
    });
  });
  server.listen({ ...at, host: '127.0.0.1' });
  await once(server, 'listening');

  return {
    seen,
    script: (...more) => void answers.push(...more),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The file in a stream of frames; undefined until its end has come. */
function fileIn(bytes: Buffer): Buffer | undefined {
  if (bytes.length < COMMAND.length) return undefined;
  if (bytes.toString('latin1', 0, COMMAND.length) !== COMMAND) throw new Error('not the command that was expected');
  const pieces: Buffer[] = [];
  for (let at = COMMAND.length; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (length === 0) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}
