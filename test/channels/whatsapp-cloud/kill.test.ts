import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { WEBHOOK_PATH } from '../../../src/channels/whatsapp-cloud/whatsapp-cloud.js';
import { freePort } from '../../../src/cli/bench-figures.js';
import type { PathPoint } from '../../../src/conversations/points.js';
import { type GraphServer, startGraphServer } from '../../fakes/graph-server.js';
import { readStore } from '../../fakes/inspect-store.js';
import {
  type TelegramService as ServiceProcess,
  startTelegramService as startService,
} from '../../fakes/telegram-server-process.js';
import { until } from '../../fakes/until.js';
import { APP_SECRET, type CloudCitizen, cloudEnv, createCloudCitizen } from './whole-rig.js';
import { expectSentOnceOrFlagged, expectTold, report } from './whole-story.js';

/** At once. */
const CITIZENS = 4;

/** How often the point is passed before the kill: in the middle of the work, where there is some. */
const POINTS: readonly (readonly [PathPoint, number])[] = [
  ['decided', 4],
  ['inserted', 6],
  ['acknowledged', 6],
  ['effect_half_applied', 2],
  ['effect_applied', 2],
  ['sending', 3],
  ['sent_unmarked', 3],
];

describe('a service on WhatsApp Cloud', function () {
  this.timeout(300_000);
  let dataDir: string;
  let graph: GraphServer;
  let service: ServiceProcess | undefined;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-kill-'));
    graph = await startGraphServer();
  });
  after(async () => {
    await service?.kill();
    await graph.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('ends in order under load, and the next one goes on with nothing lost or in doubt', async () => {
    const port = String(await freePort());
    const webhookUrl = `http://127.0.0.1:${port}${WEBHOOK_PATH}`;
    graph.reportTo(webhookUrl, APP_SECRET, ['sent', 'delivered', 'read']);
    const env = { DATA_DIR: join(dataDir, 'stopped'), HTTP_PORT: port, ...cloudEnv(graph) };
    service = await startService(env);
    const citizens = Array.from({ length: 2 * CITIZENS }, (_, each) =>
      createCloudCitizen(graph, () => webhookUrl, `62813009${each}`),
    );
    const reports = Promise.all(citizens.map(report));
    await until('messages are on their way', () => graph.sent.length >= CITIZENS);
    await service.stop();
    service = await startService(env);
    await reports;
    const isSettled = async () => {
      const { turns } = await readStore(env.DATA_DIR);
      return turns.every((turn) => !turn.sendAt && !turn.applyAt);
    };
    await until('nothing is owed any more', isSettled);
    const store = await readStore(env.DATA_DIR);
    expectTold(citizens, store.cases);
    expect(expectSentOnceOrFlagged(store.turns, graph), 'in doubt').to.equal(0);
    await service.kill();
    graph.sent.length = 0;
  });

  it('loses nothing and doubles nothing unflagged, killed at each point in turn', async () => {
    const port = String(await freePort());
    const webhookUrl = `http://127.0.0.1:${port}${WEBHOOK_PATH}`;
    graph.reportTo(webhookUrl, APP_SECRET, ['sent', 'delivered', 'read']);
    // of its own at each try: what an earlier one left is not to be counted
    const killedDir = await mkdtemp(join(dataDir, 'killed-'));
    graph.sent.length = 0;
    const env = { DATA_DIR: killedDir, HTTP_PORT: port, ...cloudEnv(graph) };
    const citizens: CloudCitizen[] = [];
    let output = '';
    let point: PathPoint | undefined;
    const killings = (async () => {
      for (const [each, after] of POINTS) {
        point = each;
        const kill = { KILL_AT: each, KILL_AFTER: String(after) };
        // recovery passes some points too, so it may die before it is ready
        service = await startService({ ...env, ...kill }).catch(() => undefined);
        await service?.ended;
        output += service?.output() ?? '';
        // a message that two kills in a row leave in doubt is given up, as it should be; that is no matter of this test
        service = await startService(env);
        await until('no message is in doubt', async () => {
          const { turns } = await readStore(killedDir);
          return turns.every(({ out }) => out.every(({ state }) => state !== 'sending'));
        });
        await service.stop();
      }
      point = undefined;
      service = await startService(env);
    })();
    // people keep coming until every point has had its kill
    let isOver = false;
    void killings.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const some = Array.from({ length: CITIZENS }, (_, each) =>
        createCloudCitizen(graph, () => webhookUrl, `628130${String(100_000 + citizens.length + each)}`),
      );
      citizens.push(...some);
      await Promise.all(some.map(report)).catch((cause: unknown) => {
        throw new Error(`while to be killed just after "${point}": ${service?.output().slice(-3000)}`, { cause });
      });
    }
    await killings;
    await until('nothing is owed any more', async () => {
      const { turns } = await readStore(killedDir);
      return turns.every((turn) => !turn.sendAt && !turn.applyAt);
    });

    const store = await readStore(killedDir);
    const keys = store.turns.map((turn) => turn._id);
    expect(new Set(keys).size, 'every message is one turn').to.equal(keys.length);
    expect(store.turns.filter((turn) => turn.source.kind === 'citizen')).to.have.length(2 * citizens.length);
    expectTold(citizens, store.cases);
    expectSentOnceOrFlagged(store.turns, graph);
    expect(output).not.to.include('canary').and.not.to.include('6281301');
  });
});
