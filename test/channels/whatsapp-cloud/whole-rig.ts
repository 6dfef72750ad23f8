import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WEBHOOK_PATH } from '../../../src/channels/whatsapp-cloud/whatsapp-cloud.js';
import { loadConfig } from '../../../src/config.js';
import { conversationIdOf } from '../../../src/core/ids.js';
import { createLog } from '../../../src/core/log.js';
import { createPushLanes } from '../../../src/push-lanes.js';
import {
  GRAPH_TOKEN,
  type GraphServer,
  PHONE_NUMBER_ID,
  type Sent,
  startGraphServer,
} from '../../fakes/graph-server.js';
import { at } from '../../fakes/graph-server-rules.js';
import { deliver, envelope, wamidOf } from '../../fakes/graph-server-webhook.js';
import { createShiftedClock, type ShiftedClock, startTestApp, type TestApp } from '../../fakes/test-app.js';

export const APP_SECRET = '0123456789abcdef0123456789abcdef';
export const LANE = `whatsapp_cloud:${PHONE_NUMBER_ID}`;

/** What turns the channel on against a fake Graph API. */
export function cloudEnv(graph: Pick<GraphServer, 'apiRoot'>): Record<string, string> {
  return {
    WHATSAPP_CLOUD_TOKEN: GRAPH_TOKEN,
    WHATSAPP_CLOUD_PHONE_NUMBER_ID: PHONE_NUMBER_ID,
    WHATSAPP_CLOUD_APP_SECRETS: APP_SECRET,
    WHATSAPP_CLOUD_VERIFY_TOKEN: 'verify-token-0123456789',
    WHATSAPP_CLOUD_API_ROOT: graph.apiRoot,
  };
}

export interface Row {
  readonly id: string;
  readonly title: string;
}

/** A person on WhatsApp, whom Meta delivers for: again and again until it is taken. */
export interface CloudCitizen {
  readonly phone: string;
  /** Resolves to the webhook's last answer. */
  say(text: string): Promise<number>;
  deliver(part: object): Promise<number>;
  /** Taps a button or row of the last message that has some. */
  tap(label: string): Promise<number>;
  /** What can be tapped below the messages so far, oldest first. */
  rows(): readonly Row[];
  heard(): readonly Sent[];
}

let wamids = 0;

export function createCloudCitizen(graph: GraphServer, webhookUrl: () => string, phone: string): CloudCitizen {
  const deliverPart = async (part: object) => {
    wamids += 1;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const message = { from: phone, id: wamidOf(phone, `IN${wamids}`), timestamp, ...part };
    const contacts = [{ profile: { name: 'canary Siti' }, wa_id: phone }];
    const payload = envelope({ phoneNumberId: PHONE_NUMBER_ID, contacts, messages: [message] });
    for (;;) {
      const status = await deliver(webhookUrl(), payload, APP_SECRET);
      if (status !== 503 && status !== 0) return status;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const heard = () => graph.sent.filter((each) => each.to === phone && each.wamid !== undefined);
  const rows = () =>
    heard().flatMap(({ body }) => (at(body, 'interactive', 'action', 'sections', '0', 'rows') ?? []) as Row[]);
  return {
    phone,
    rows,
    deliver: deliverPart,
    say: (text) => deliverPart({ type: 'text', text: { body: text } }),
    tap(label) {
      const row = rows().findLast(({ title }) => title === label);
      if (!row) throw new Error(`nothing to tap is called ${label}`);
      return deliverPart({ type: 'interactive', interactive: { type: 'list_reply', list_reply: row } });
    },
    heard,
  };
}

/** The whole service on WhatsApp Cloud, beside a Graph API of its own. */
export interface WholeRig {
  readonly graph: GraphServer;
  readonly test: TestApp;
  readonly clock: ShiftedClock;
  readonly webhookUrl: string;
  citizen(phone: string): CloudCitizen;
  conversationOf(phone: string): string;
  logged(): string;
  close(): Promise<void>;
}

export async function startWholeRig(more: Readonly<Record<string, string>> = {}): Promise<WholeRig> {
  const graph = await startGraphServer();
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-cloud-'));
  const config = loadConfig({ DATA_DIR: dataDir, HTTP_PORT: '0', ...cloudEnv(graph), ...more });
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const clock = createShiftedClock();
  const root = new URL('../../..', import.meta.url).pathname;
  const pushLanes = createPushLanes({ config, clock, log, root, tell: () => undefined });
  const test = await startTestApp({ config, log, clock, pushLanes });
  const webhookUrl = `${test.url}${WEBHOOK_PATH}`;
  return {
    graph,
    test,
    clock,
    webhookUrl,
    citizen: (phone) => createCloudCitizen(graph, () => webhookUrl, phone),
    conversationOf: (phone) => conversationIdOf(test.app.keys.addressKey, 'whatsapp_cloud', PHONE_NUMBER_ID, phone),
    logged: () => lines.join(''),
    async close() {
      await test.close();
      await graph.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
