import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import type { Case } from '../../src/cases/case.js';
import type { SlaClock } from '../../src/cases/sla-clock.js';
import { findRunningStore } from '../../src/store/embedded/start.js';
import { fileOverHttp } from '../fakes/file-over-http.js';
import { readStore } from '../fakes/inspect-store.js';
import { type ServiceProcess, startService } from '../fakes/service.js';
import { until } from '../fakes/until.js';

const CASES = 8;
const FORTY_DAYS_MS = 40 * 24 * 60 * 60 * 1000;

describe('a service killed while it sweeps clocks', function () {
  this.timeout(90_000);
  let dataDir: string;
  let service: ServiceProcess;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-sweep-'));
  });
  after(async () => {
    await service?.kill();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('takes each step once, and tells of it once', async () => {
    const env = { DATA_DIR: dataDir };
    service = await startService({ ...env, KILL_AT: 'clocks_swept', KILL_AFTER: '2' });
    const restarted = service.ended.then(async () => {
      service = await startService(env);
    });
    const numbers = await Promise.all(
      Array.from({ length: CASES }, () =>
        fileOverHttp(service.url, 'Lampu jalan mati di Jl. Mawar RT 03 sejak kemarin'),
      ),
    );
    await age(dataDir, numbers);
    await restarted;
    await until('all are swept and told', async () => {
      const { cases } = await readStore(dataDir);
      return cases.every(
        ({ history, notices }) => history.some(({ what }) => what === 'clock') && notices.length === 0,
      );
    });

    const { cases, turns } = await readStore(dataDir);
    for (const { history, _id } of cases) {
      expect(history.filter(({ what }) => what === 'clock').length, _id).to.equal(1);
      const told = turns.filter(({ source }) => source.key.startsWith(`${_id}:2/`));
      expect(told.length, `${_id} is told to be late`).to.equal(1);
    }
  });
});

/** Makes cases forty days older than they are, as if nobody had looked at them since. */
async function age(dataDir: string, numbers: readonly string[]): Promise<void> {
  const client = await MongoClient.connect((await findRunningStore(join(dataDir, 'store'))) ?? '');
  const cases = client.db('kanal_aduan').collection<Case>('cases');
  const earlier = (at: Date) => new Date(at.getTime() - FORTY_DAYS_MS);
  for (const _id of numbers) {
    const found = await cases.findOne({ _id });
    const clocks = (found?.clocks ?? []).map(
      (each): SlaClock => ({
        ...each,
        startedAt: earlier(each.startedAt),
        dueSoonAt: earlier(each.dueSoonAt),
        dueAt: earlier(each.dueAt),
        ...(each.wakeAt ? { wakeAt: earlier(each.wakeAt) } : {}),
      }),
    );
    await cases.updateOne({ _id }, { $set: { clocks, wakeAt: new Date(0) } });
  }
  await client.close();
}
