import { createHmac } from 'node:crypto';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export const PHONE_NUMBER_ID = '100000000000001';
export const APP_SECRET = '0123456789abcdef0123456789abcdef';
const MAX_CONNECTIONS = 64;
const RETRY_MS = 1000;

/** Meta as lean as can be: takes every send, and delivers to a webhook until it is answered with 200. */
export interface BenchMeta {
  readonly apiRoot: string;
  /** Every message taken, oldest first. */
  readonly sent: { readonly to: string; readonly id: string; readonly atMs: number }[];
  /** Delivers one webhook body; resolves once it was taken. */
  deliver(value: object): Promise<void>;
  /** How long the answers took, of those that came at the first try; in ms. */
  readonly ackMs: number[];
  /** Answers that were no 200. */
  failures(): number;
  stop(): Promise<void>;
}

export async function startBenchMeta(webhookUrl: () => string): Promise<BenchMeta> {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  const sent: { to: string; id: string; atMs: number }[] = [];
  const ackMs: number[] = [];
  let failures = 0;

  const server = createServer((incoming, response) => {
    void json(incoming).then((body) => {
      const atMs = performance.now();
      const { to = '' } = body as { to?: string };
      const id = `wamid.OUT${sent.length + 1}`;
      sent.push({ to, id, atMs });
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ messaging_product: 'whatsapp', messages: [{ id }] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const post = (body: string) =>
    new Promise<number>((resolve) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-hub-signature-256': `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`,
      };
      request(webhookUrl(), { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
      })
        .once('error', () => resolve(0))
        .end(body);
    });

  return {
    apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v25.0`,
    sent,
    async deliver(value) {
      const metadata = { display_phone_number: '622150000000', phone_number_id: PHONE_NUMBER_ID };
      const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } };
      const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '2', changes: [change] }] });
      for (let tries = 0; ; tries++) {
        const startedAtMs = performance.now();
        if ((await post(body)) === 200) {
          if (tries === 0) ackMs.push(performance.now() - startedAtMs);
          return;
        }
        failures += 1;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    },
    ackMs,
    failures: () => failures,
    stop: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
