import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Db } from 'mongodb';
import type { Connection } from 'mongoose';
import { WEBHOOK_PATH } from '../../../src/channels/whatsapp-cloud/whatsapp-cloud.js';
import { freePort } from '../../../src/cli/bench-figures.js';
import type { Turn } from '../../../src/conversations/turn.js';
import { createLog } from '../../../src/core/log.js';
import { connectStore } from '../../../src/store/connect.js';
import { type EmbeddedStore, startEmbeddedStore } from '../../../src/store/embedded/start.js';
import { type GraphServer, startGraphServer } from '../../fakes/graph-server.js';
import {
  type TelegramService as ServiceProcess,
  startTelegramService as startService,
} from '../../fakes/telegram-server-process.js';
import { until } from '../../fakes/until.js';
import { APP_SECRET, type CloudCitizen, cloudEnv, createCloudCitizen, LANE } from './whole-rig.js';
import { expectSentOnceOrFlagged, expectTold, report } from './whole-story.js';

const AT_ONCE = 6;
const KEYS = {
  ADDRESS_KEY: '11'.repeat(32),
  CONTENT_KEYS: `test:${'22'.repeat(32)}`,
  RECEIPT_KEY: '33'.repeat(32),
};

describe('two processes on one WhatsApp number', function () {
  this.timeout(150_000);
  let dir: string;
  let store: EmbeddedStore;
  let connection: Connection;
  let db: Db;
  let graph: GraphServer;
  const processes: ServiceProcess[] = [];

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kanal-failover-'));
    store = await startEmbeddedStore({ dataDir: join(dir, 'store'), log: createLog('silent') });
    connection = await connectStore(store.uri);
    db = connection.getClient().db(connection.name);
    graph = await startGraphServer();
  });
  after(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    await graph.close();
    await connection.close();
    await store.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const leaseOf = async () => db.collection<{ _id: string; epoch: number }>('lanes').findOne({ _id: LANE });
  const owed = () =>
    db.collection('turns').countDocuments({ $or: [{ sendAt: { $exists: true } }, { applyAt: { $exists: true } }] });

  const startOne = async () => {
    const port = String(await freePort());
    const env = { DATA_DIR: join(dir, port), HTTP_PORT: port, MONGODB_URI: store.uri, ...KEYS, ...cloudEnv(graph) };
    processes.push(await startService(env));
    return `http://127.0.0.1:${port}${WEBHOOK_PATH}`;
  };

  it('lose nothing and double nothing unflagged when the one that sends is killed under load', async () => {
    const urls = [await startOne()];
    await until('the first holds the lane', async () => (await leaseOf())?.epoch === 1);
    urls.push(await startOne());
    let calls = 0;
    // any load balancer: it leaves out what is dead, and Meta comes again
    const webhookUrl = () => {
      calls += 1;
      return urls[calls % urls.length] ?? '';
    };
    graph.reportTo(urls[1] ?? '', APP_SECRET, ['delivered', 'sent']);

    const citizens: CloudCitizen[] = [];
    const comeIn = (count: number) => {
      const some = Array.from({ length: count }, () => {
        const citizen = createCloudCitizen(graph, webhookUrl, `62812${String(200_000 + citizens.length)}`);
        citizens.push(citizen);
        return citizen;
      });
      return Promise.all(some.map(report));
    };
    await comeIn(2);
    const load = [comeIn(AT_ONCE)];
    await until('messages are on their way', () => graph.sent.length > 6);
    await processes[0]?.kill();
    urls.splice(0, 1);
    load.push(comeIn(AT_ONCE));
    // by then the lease has run out, with a beat to notice it
    await until('the second holds the lane', async () => (await leaseOf())?.epoch === 2, 25_000);
    await Promise.all(load);
    await until('nothing is owed any more', async () => (await owed()) === 0);

    const turns = await db.collection<Turn>('turns').find({}).toArray();
    const cases = await db.collection<{ _id: string }>('cases').find({}).toArray();
    expect(turns.filter((turn) => turn.source.kind === 'citizen')).to.have.length(2 * citizens.length);
    expectTold(citizens, cases);
    expectSentOnceOrFlagged(turns, graph);
    const state = await db.collection<{ _id: string }>('channel_states').findOne({ _id: LANE });
    expect(state).to.include({ epoch: 2, state: 'ready' });
  });
});
