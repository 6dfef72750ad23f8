import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** How the platform answers a send. `cut` takes the message and drops the connection without an answer. */
export type SendScript =
  | { readonly answer: 'ok' }
  | { readonly answer: 'slow'; readonly until: Promise<void> }
  | { readonly answer: 'throttled'; readonly retryAfterMs: number }
  | { readonly answer: 'broken' }
  | { readonly answer: 'cut' }
  | { readonly answer: 'refused' };

export interface SentToCitizen {
  readonly id: string;
  readonly chatId: string;
  readonly seq: number;
  readonly kind: string;
  readonly text: string;
  /** False when the platform did not take it. */
  readonly taken: boolean;
}

/** What a citizen's phone hands to the platform, and the platform to the service until it is acknowledged. */
export interface Update {
  readonly id: string;
  readonly chatId: string;
  readonly text: string;
  readonly sentAt: string;
  readonly choice?: { readonly step: string; readonly seq: number; readonly option: string };
}

/** A messaging platform for tests: takes sends by a script, and delivers updates until they are acknowledged. */
export interface PushPlatform {
  readonly url: string;
  readonly sends: SentToCitizen[];
  /** Answers for the sends to come, in order; after them everything is `ok`. A chat's own script goes first. */
  script(answers: readonly SendScript[], chatId?: string): void;
  /** Delivers one update once; resolves to the service's status, 0 when it could not be reached or cut us off. */
  deliver(webhook: string, update: Update): Promise<number>;
  close(): Promise<void>;
}

export async function startPushPlatform(): Promise<PushPlatform> {
  const sends: SentToCitizen[] = [];
  const scripts = new Map<string, SendScript[]>();
  let count = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const message = (await json(request)) as Omit<SentToCitizen, 'taken'>;
    const script = scripts.get(message.chatId)?.shift() ?? scripts.get('')?.shift() ?? { answer: 'ok' };
    const taken = script.answer === 'ok' || script.answer === 'slow' || script.answer === 'cut';
    sends.push({ ...message, taken });
    if (script.answer === 'slow') await script.until;
    if (script.answer === 'cut') return void response.destroy();
    const status = { ok: 200, slow: 200, throttled: 429, broken: 502, refused: 403 }[script.answer];
    response.statusCode = status;
    if (status === 502) return void response.end('<html>Bad Gateway</html>');
    count += 1;
    const retryAfterMs = script.answer === 'throttled' ? script.retryAfterMs : undefined;
    response.end(JSON.stringify(status === 200 ? { platformId: `p${count}` } : { retryAfterMs }));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/send`,
    sends,
    script: (answers, chatId = '') => void scripts.set(chatId, [...(scripts.get(chatId) ?? []), ...answers]),
    async deliver(webhook, update) {
      try {
        const body = JSON.stringify(update);
        const response = await fetch(webhook, {
          method: 'POST',
          body,
          headers: { 'Content-Type': 'application/json' },
        });
        await response.arrayBuffer();
        return response.status;
      } catch {
        return 0;
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
