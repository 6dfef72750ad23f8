import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { type App, startApp } from '../../../src/app.js';
import type { StoredReceipt } from '../../../src/channels/whatsapp-cloud/receipts.js';
import { loadTemplates } from '../../../src/channels/whatsapp-cloud/templates.js';
import { createWhatsappCloudLane, WEBHOOK_PATH } from '../../../src/channels/whatsapp-cloud/whatsapp-cloud.js';
import { loadConfig } from '../../../src/config.js';
import { systemClock } from '../../../src/core/clock.js';
import { conversationIdOf } from '../../../src/core/ids.js';
import { createLog } from '../../../src/core/log.js';
import { connectStore } from '../../../src/store/connect.js';
import { type EmbeddedStore, startEmbeddedStore } from '../../../src/store/embedded/start.js';
import { GRAPH_TOKEN, type GraphServer, PHONE_NUMBER_ID, startGraphServer } from '../../fakes/graph-server.js';
import { at } from '../../fakes/graph-server-rules.js';
import { deliver, envelope, numberInIds, wamidOf } from '../../fakes/graph-server-webhook.js';
import { SECRET, VERIFY_TOKEN } from './service.js';

const SITI = { profile: { name: 'Siti' }, wa_id: '6281300000001' };

describe('a report over WhatsApp Cloud, through the whole service', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cloud-whole-'));
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  let store: EmbeddedStore;
  let connection: Connection;
  let graph: GraphServer;
  let app: App | undefined;
  let count = 0;

  before(async () => {
    store = await startEmbeddedStore({ dataDir: join(dir, 'elsewhere'), log });
    connection = await connectStore(store.uri);
    graph = await startGraphServer();
    const receipts = connection.getClient().db(connection.name).collection<StoredReceipt>('receipts');
    app = await startApp({
      config: loadConfig({ HTTP_PORT: '0', DATA_DIR: dir }),
      log,
      clock: systemClock,
      root: '.',
      storeUri: store.uri,
      pushLanes: (offered) => [
        createWhatsappCloudLane({
          ...offered,
          settings: {
            token: GRAPH_TOKEN,
            phoneNumberId: PHONE_NUMBER_ID,
            appSecrets: [SECRET],
            verifyToken: VERIFY_TOKEN,
            apiRoot: graph.apiRoot,
            perSecond: 60,
          },
          templates: loadTemplates('flows/templates.yaml'),
          words: { choose: 'Pilih' },
          serviceName: 'Lapor Kota',
          receipts,
          noteFailed: offered.conversations.noteFailedLater,
          clock: systemClock,
          log,
        }),
      ],
    });
  });
  after(async () => {
    await app?.stop();
    await graph.close();
    await connection.close();
    await store.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const post = (message: object) =>
    deliver(
      `http://127.0.0.1:${app?.port}${WEBHOOK_PATH}`,
      envelope({ phoneNumberId: PHONE_NUMBER_ID, contacts: [SITI], messages: [message] }),
      SECRET,
    );
  const say = (type: string, part: object) => {
    count += 1;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const message = { from: SITI.wa_id, id: wamidOf(SITI.wa_id, `IN${count}`), timestamp, type, ...part };
    return { message, status: post(message) };
  };
  const rowsOf = (body: object | undefined) =>
    at(body, 'interactive', 'action', 'sections', '0', 'rows') as { id: string; title: string }[];

  it('takes a report in one’s own words, files it with one tap, and does neither twice', async () => {
    const report = 'lampu jalan mati di Jl. Mawar RT 03 sejak seminggu, gelap sekali kalau malam';
    const { message, status } = say('text', { text: { body: report } });
    expect(await status).to.equal(200);
    const [summary] = await graph.takenFor(SITI.wa_id, 1);
    expect(await post(message), 'redelivery').to.equal(200);

    const send = rowsOf(summary?.body)[0];
    const tap = say('interactive', { interactive: { type: 'list_reply', list_reply: send } });
    expect(await tap.status).to.equal(200);
    const [, receipt] = await graph.takenFor(SITI.wa_id, 2);
    expect(await post(tap.message), 'redelivery').to.equal(200);
    expect(JSON.stringify(receipt?.body)).to.match(/LP-\d{6}-\d{4}/);

    if (!app) throw new Error('the service did not start');
    const id = conversationIdOf(app.keys.addressKey, 'whatsapp_cloud', PHONE_NUMBER_ID, SITI.wa_id);
    const turns = await app.conversations.turns.after(id, 0, 100);
    expect(turns.map((turn) => turn.source.key)).to.have.length(2);
    expect(graph.sent).to.have.length(2);
  });

  it('leaves the number in clear nowhere, though every id of Meta’s holds it', async () => {
    const ids = graph.sent.map(({ wamid }) => wamid);
    expect(ids.every((id) => id?.includes(numberInIds(SITI.wa_id)))).to.equal(true);
    const db = app?.connection.getClient().db(app.connection.name);
    for (const { name } of (await db?.listCollections().toArray()) ?? []) {
      const kept = JSON.stringify(await db?.collection(name).find({}).toArray());
      expect(kept, name).to.not.include(numberInIds(SITI.wa_id)).and.not.include(SITI.wa_id);
    }
    expect(lines.join('')).to.not.include(numberInIds(SITI.wa_id)).and.not.include(SITI.wa_id);
  });
});
