import { Agent, request } from 'node:http';

/** As many as Telegram keeps open for a webhook set as ours is. */
const MAX_CONNECTIONS = 40;
const RETRY_MS = 1000;

/** Delivers updates to a webhook as Telegram does: a chat's one after another, each until it gets a 2xx. */
export interface Pusher {
  /** Resolves once it was taken. */
  push(chat: number, update: unknown): Promise<void>;
  /** How long the answers took, of those that came at the first try. */
  readonly ackMs: number[];
  /** Answers that were no 2xx. */
  failures(): number;
  /** Resolves when all that was pushed is taken. */
  drained(): Promise<void>;
  close(): void;
}

export function createPusher({ url, secret }: { url: string; secret: string }): Pusher {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  const chains = new Map<number, Promise<void>>();
  const ackMs: number[] = [];
  let failures = 0;

  const post = (body: string) =>
    new Promise<number>((resolve) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-telegram-bot-api-secret-token': secret,
      };
      request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
      })
        .once('error', () => resolve(0))
        .end(body);
    });

  const deliver = async (update: unknown) => {
    const body = JSON.stringify(update);
    for (let tries = 0; ; tries++) {
      const startedAtMs = performance.now();
      const status = await post(body);
      if (status >= 200 && status < 300) {
        if (tries === 0) ackMs.push(performance.now() - startedAtMs);
        return;
      }
      failures += 1;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };

  return {
    push(chat, update) {
      const next = (chains.get(chat) ?? Promise.resolve()).then(() => deliver(update));
      chains.set(chat, next);
      return next;
    },
    ackMs,
    failures: () => failures,
    async drained() {
      await Promise.all(chains.values());
    },
    close: () => agent.destroy(),
  };
}
