import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import type { ChatEntry, Received } from '../../messages/chat-entry.js';
import type { Attachment, InboundMessage } from '../../messages/message.js';

const HELP =
  'Tulis pesan lalu Enter.  /foto BERKAS  kirim foto   /lokasi LINTANG,BUJUR  kirim lokasi   /keluar  selesai\n';
const PLACE = /^\/lokasi\s+(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)$/;

export interface TerminalDeps {
  readonly account: string;
  readonly chatId: string;
  readonly clock: Clock;
  readonly receive: (message: InboundMessage) => Promise<Received>;
  /** Keeps a file for the conversation of this chat. */
  readonly saveFile: (body: Buffer, name: string) => Promise<Attachment>;
  readonly input: Readable;
  readonly output: Writable;
}

/** Plays a conversation in a terminal, as any citizen would have it; resolves when the input ends. A pull channel. */
export async function playTerminal(deps: TerminalDeps): Promise<void> {
  const { input, output, clock } = deps;
  output.write(HELP);
  const lines = createInterface({ input, terminal: false });
  let seenSeq = 0;
  for await (const line of lines) {
    if (line.trim() === '/keluar') break;
    if (line.trim() === '') continue;
    try {
      const received = await deps.receive({
        externalId: randomUUID(),
        address: { channel: 'terminal', account: deps.account, chatId: deps.chatId },
        sentAt: clock.now(),
        seenSeq,
        ...(await parseLine(line, deps.saveFile)),
      });
      seenSeq = received.seq;
      for (const entry of received.entries) if (entry.from !== 'citizen') output.write(renderEntry(entry));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      output.write(`! ${error.message}\n`);
    }
  }
  lines.close();
}

async function parseLine(
  line: string,
  saveFile: TerminalDeps['saveFile'],
): Promise<Pick<InboundMessage, 'text' | 'attachments' | 'location'>> {
  const place = PLACE.exec(line.trim());
  if (place)
    return { text: '', attachments: [], location: { latitude: Number(place[1]), longitude: Number(place[2]) } };
  const photo = /^\/foto\s+(.+)$/.exec(line.trim())?.[1];
  if (!photo) return { text: line, attachments: [] };
  const body = await readFile(photo).catch(() => {
    throw new AppError('request.not_found', `${photo} can't be read; give the path of a photo`);
  });
  return { text: '', attachments: [await saveFile(body, basename(photo))] };
}

/** One bubble as lines of text, indented so that both sides can be told apart. */
export function renderEntry(entry: ChatEntry): string {
  return `${entry.text.replace(/^/gm, '    ')}\n\n`;
}
