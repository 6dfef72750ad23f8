import { createConnection, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../core/clock.js';

/** For a whole file: the scanner unpacks what it gets, and looks into all of it. */
const LIMIT_MS = 30_000;

export type Verdict = 'clean' | 'infected';

/**
 * Has a virus scanner look at a file.
 *
 * @throws {ScannerAway} when it wasn't reached or fell silent; any other error is about this file alone. Either way nothing
 *   is known of the file
 */
export type ScanFile = (content: AsyncIterable<Buffer>) => Promise<Verdict>;

export class ScannerAway extends Error {
  override readonly name = 'ScannerAway';
}

/**
 * Speaks to ClamAV's `clamd` (its manual: INSTREAM): a command, pieces each behind its length in four bytes, an empty
 * piece, and then one line back.
 *
 * @param address `host:port`, or the path of a Unix socket. The line isn't encrypted, so the network must be our own
 */
export function createClamdScan({ address, clock }: { address: string; clock: Clock }): ScanFile {
  return async (content) => {
    const socket = connect(address);
    // told below; one that comes after all is said matters to nobody
    socket.on('error', () => undefined);
    const cancel = clock.after(LIMIT_MS, () => socket.destroy(new Error('no verdict in time')));
    const answering = text(socket).catch((cause: unknown) => {
      throw new ScannerAway('the virus scanner gave no verdict', { cause });
    });
    // awaited below, unless sending fails first
    answering.catch(() => undefined);
    try {
      await send(content, socket);
      return verdictOf(await answering);
    } finally {
      cancel();
      socket.destroy();
    }
  };
}

function connect(address: string): Socket {
  if (address.startsWith('/')) return createConnection({ path: address });
  const colon = address.lastIndexOf(':');
  return createConnection({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) });
}

async function send(content: AsyncIterable<Buffer>, socket: Socket): Promise<void> {
  let broken: unknown;
  const frames = async function* () {
    yield Buffer.from('zINSTREAM\0');
    try {
      for await (const piece of content) if (piece.length > 0) yield* [lengthOf(piece), piece];
    } catch (error) {
      broken = error;
      throw error;
    }
    yield lengthOf(Buffer.alloc(0));
  };
  try {
    // the connection stays open for the answer
    await pipeline(frames(), socket, { end: false });
  } catch (cause) {
    throw broken ?? new ScannerAway('the virus scanner was not reached', { cause });
  }
}

function lengthOf({ length }: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

function verdictOf(answer: string): Verdict {
  const line = answer.split('\0', 1)[0]?.trim() ?? '';
  if (line === 'stream: OK') return 'clean';
  if (/^stream: .{1,200} FOUND$/.test(line)) return 'infected';
  if (line === '') throw new ScannerAway('the virus scanner gave no verdict');
  throw new Error('the virus scanner could not scan the file');
}
