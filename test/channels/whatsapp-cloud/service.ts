import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Collection } from 'mongodb';
import type { StoredReceipt } from '../../../src/channels/whatsapp-cloud/receipts.js';
import type { SignalName } from '../../../src/channels/whatsapp-cloud/signals.js';
import { loadTemplates } from '../../../src/channels/whatsapp-cloud/templates.js';
import {
  createWhatsappCloudLane,
  WEBHOOK_PATH,
  type WhatsappCloudLane,
} from '../../../src/channels/whatsapp-cloud/whatsapp-cloud.js';
import type { FailedLater } from '../../../src/conversations/failed-later.js';
import { type Clock, systemClock } from '../../../src/core/clock.js';
import { conversationIdOf } from '../../../src/core/ids.js';
import { createLog } from '../../../src/core/log.js';
import { createHttpServer } from '../../../src/http/server.js';
import type { InboundMessage } from '../../../src/messages/message.js';
import { connectStore } from '../../../src/store/connect.js';
import { startEmbeddedStore } from '../../../src/store/embedded/start.js';
import type { FileStore } from '../../../src/store/files.js';
import { GRAPH_TOKEN, type GraphServer, PHONE_NUMBER_ID, startGraphServer } from '../../fakes/graph-server.js';
import { TEST_KEYS } from '../../fakes/keys.js';
import { createMemoryFiles } from '../../fakes/memory-files.js';

export const SECRET = 'app-secret-of-today';
export const OLD_SECRET = 'app-secret-of-yesterday';
export const VERIFY_TOKEN = 'verify-token-0123456789';

/** The channel on the real HTTP server and the real store, between a conversation kept in memory and a fake Graph API. */
export interface CloudService {
  readonly webhookUrl: string;
  readonly graph: GraphServer;
  readonly lane: WhatsappCloudLane;
  readonly files: FileStore;
  readonly receipts: Collection<StoredReceipt>;
  /** What became durable, in that order. */
  readonly received: InboundMessage[];
  readonly quarantined: { readonly lane: string; readonly raw: string; readonly reason: string }[];
  /** Messages that Meta said it could not deliver after all. */
  readonly failed: FailedLater[];
  readonly signals: { readonly name: SignalName; readonly detail: string | undefined }[];
  /** Everything logged so far. */
  logged(): string;
  ownerOf(chatId: string): string;
  /** Runs before a message becomes durable; what it throws is what `receive` rejects with. */
  before(hook: (message: InboundMessage) => Promise<void> | void): void;
  close(): Promise<void>;
}

export async function startCloudService(
  options: { clock?: Clock; maxQuarantine?: number } = {},
): Promise<CloudService> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloud-'));
  const store = await startEmbeddedStore({ dataDir, log: createLog('silent') });
  const connection = await connectStore(store.uri);
  const receipts = connection.getClient().db(connection.name).collection<StoredReceipt>('receipts');
  const graph = await startGraphServer();
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const clock = options.clock ?? systemClock;
  const files = createMemoryFiles();
  const received: InboundMessage[] = [];
  const quarantined: CloudService['quarantined'] = [];
  const signals: CloudService['signals'] = [];
  const failed: FailedLater[] = [];
  let hook: (message: InboundMessage) => Promise<void> | void = () => undefined;

  const lane = createWhatsappCloudLane({
    settings: {
      token: GRAPH_TOKEN,
      phoneNumberId: PHONE_NUMBER_ID,
      appSecrets: [SECRET, OLD_SECRET],
      verifyToken: VERIFY_TOKEN,
      apiRoot: graph.apiRoot,
      perSecond: 60,
    },
    templates: loadTemplates('flows/templates.yaml'),
    words: { choose: 'Pilih' },
    serviceName: 'Lapor Kota',
    keys: TEST_KEYS,
    files,
    receipts,
    clock,
    log,
    async receive(message) {
      await hook(message);
      received.push(message);
    },
    async quarantine(name, raw, reason) {
      quarantined.push({ lane: name, raw, reason });
    },
    async noteFailed(each) {
      failed.push(each);
    },
    onSignal: (name, detail) => void signals.push({ name, detail }),
  });
  const http = createHttpServer({
    log,
    clock,
    isReady: async () => ({ ready: true, parts: {} }),
    routers: lane.routes ? [lane.routes] : [],
    pagesDir: join(dataDir, 'no-pages'),
  });
  const { port } = await http.listen(0, '127.0.0.1');

  return {
    webhookUrl: `http://127.0.0.1:${port}${WEBHOOK_PATH}`,
    graph,
    lane,
    files,
    receipts,
    received,
    quarantined,
    signals,
    failed,
    logged: () => lines.join(''),
    ownerOf: (chatId) => conversationIdOf(TEST_KEYS.addressKey, 'whatsapp_cloud', PHONE_NUMBER_ID, chatId),
    before(run) {
      hook = run;
    },
    async close() {
      await http.close();
      await graph.close();
      await connection.close();
      await store.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
