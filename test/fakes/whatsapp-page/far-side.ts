import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { OUR_NUMBER, type PageMessage, PER_PAGE, type SentMessage, VERSION, writePage } from './whatsapp-page.js';

/**
 * WhatsApp's servers behind the stand-in page: they outlive the browser and the service, and know what was sent and who
 * wrote, whoever is killed. The phone is paired.
 */
export interface FarSide {
  /** For the channel's settings. */
  readonly localPage: { readonly dir: string; readonly version: string };
  readonly extraArgs: readonly string[];
  /** Every message that reached WhatsApp, in order. */
  readonly sent: readonly SentMessage[];
  /** Pages opened so far. */
  pages(): number;
  /** Somebody writes: it stands in the history, and the page that is open is told. */
  say(chat: string, text: string): void;
  close(): Promise<void>;
}

export async function startFarSide(): Promise<FarSide> {
  const dir = await mkdtemp(join(tmpdir(), 'whatsapp-far-'));
  const history: PageMessage[] = [];
  const sent: SentMessage[] = [];
  const streams = new Set<ServerResponse>();
  let pages = 0;

  const add = (message: PageMessage) => {
    history.push(message);
    for (const stream of streams) stream.write(eventOf(message));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://far.side');
    response.setHeader('Access-Control-Allow-Origin', '*');
    switch (pathname) {
      case '/state':
        pages += 1;
        return response.end(JSON.stringify({ me: OUR_NUMBER, known: [], history, perPage: PER_PAGE, paired: true }));
      case '/events':
        response.setHeader('Content-Type', 'text/event-stream');
        // what came since the page asked for its state
        response.write(
          history
            .slice(Number(searchParams.get('from')))
            .map(eventOf)
            .join('') || ':\n\n',
        );
        streams.add(response);
        return response.on('close', () => streams.delete(response));
      case '/sent': {
        const message = (await json(request)) as SentMessage & { readonly t: number };
        sent.push(message);
        add({ chat: message.chat, id: message.id, fromMe: true, type: message.type, body: message.text, t: message.t });
        return response.end();
      }
      case '/seen': {
        const { chat } = (await json(request)) as { readonly chat: string };
        for (const [index, message] of history.entries())
          if (message.chat === chat) history[index] = { ...message, unread: false };
        return response.end();
      }
    }
    return response.writeHead(404).end();
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await writePage(dir, { farSide: `http://127.0.0.1:${port}` });

  return {
    localPage: { dir, version: VERSION },
    // a page may not reach for this machine without asking somebody
    extraArgs: ['--disable-features=LocalNetworkAccessChecks'],
    sent,
    pages: () => pages,
    say(chat, text) {
      const t = Math.floor(Date.now() / 1000);
      add({ chat, id: `IN${history.length}`, body: text, t, unread: true, notifyName: 'canary Siti' });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function eventOf(message: PageMessage): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}
