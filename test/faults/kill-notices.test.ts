import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCaseRules } from '../../src/cases/case-rules.js';
import { type CaseService, createCaseService } from '../../src/cases/case-service.js';
import { createCaseStore } from '../../src/cases/case-store.js';
import { loadConfig } from '../../src/config.js';
import type { PathPoint } from '../../src/conversations/points.js';
import { systemClock } from '../../src/core/clock.js';
import { loadKeys } from '../../src/keys.js';
import { connectStore } from '../../src/store/connect.js';
import { findRunningStore } from '../../src/store/embedded/start.js';
import { fileOverHttp } from '../fakes/file-over-http.js';
import { readStore } from '../fakes/inspect-store.js';
import { type ServiceProcess, startService } from '../fakes/service.js';
import { until } from '../fakes/until.js';

const CITIZENS = 6;
const REPORT = 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu';
const PATH = ['verified', 'assigned', 'in_progress'] as const;
const FLOWS_DIR = new URL('../../flows', import.meta.url).pathname;

/** How often the point is passed by notices before the kill. */
const POINTS: readonly (readonly [PathPoint, number])[] = [
  // each citizen has passed it twice while filing
  ['decided', CITIZENS * 2 + 4],
  ['inserted', CITIZENS * 2 + 4],
  ['notice_told', 4],
];

describe('a service killed while it tells news', function () {
  this.timeout(90_000);
  let dataDir: string;
  let service: ServiceProcess;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-news-'));
  });
  afterEach(async () => {
    await service?.kill();
    await rm(dataDir, { recursive: true, force: true });
  });

  for (const [point, after] of POINTS) {
    it(`just after "${point}" tells each of them once`, async () => {
      service = await startService({ DATA_DIR: dataDir, KILL_AT: point, KILL_AFTER: String(after) });
      const restarted = service.ended.then(async () => {
        service = await startService({ DATA_DIR: dataDir });
      });
      const numbers = await Promise.all(Array.from({ length: CITIZENS }, () => fileOverHttp(service.url, REPORT)));
      await moveAll(dataDir, numbers);
      await restarted;
      await until('nothing is pending', async () =>
        (await readStore(dataDir)).cases.every(({ notices }) => notices.length === 0),
      );

      const { turns } = await readStore(dataDir);
      const keys = turns.flatMap(({ source }) => (source.kind === 'notice' ? [source.key.split('/')[0]] : []));
      const owed = numbers.flatMap((number) => PATH.map((_, index) => `${number}:${index + 2}`));
      expect(keys.sort()).to.deep.equal(owed.sort());
    });
  }
});

/** Moves the cases from a process of its own, as a member of staff on another node does. */
async function moveAll(dataDir: string, numbers: readonly string[]): Promise<void> {
  const { keys } = await loadKeys(loadConfig({ DATA_DIR: dataDir }), true);
  const rules = loadCaseRules(FLOWS_DIR, 'WIB', []);
  for (const number of numbers) {
    for (const to of PATH) {
      await until(`${number} is ${to}`, async () => {
        const connection = await connectStore((await findRunningStore(join(dataDir, 'store'))) ?? '').catch(
          () => undefined,
        );
        if (!connection) return false;
        try {
          const db = connection.getClient().db(connection.name);
          const cases = createCaseStore(db);
          const deps = { cases, rules, keys, clock: systemClock, staffOf: async () => [], onNotice: () => undefined };
          return await moved(createCaseService(deps), number, to);
        } finally {
          await connection.close();
        }
      });
    }
  }
}

async function moved(service: CaseService, number: string, to: (typeof PATH)[number]): Promise<boolean> {
  const by = { role: 'agent', id: 'sari' } as const;
  return service.change({ number, to, by, key: `${number}-${to}` }).then(
    () => true,
    () => false, // the store died with the service: once more, under the same key
  );
}
