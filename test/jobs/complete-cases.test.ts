import { expect } from 'chai';
import { Binary } from 'mongodb';
import type { Case } from '../../src/cases/case.js';
import { loadCaseRules } from '../../src/cases/case-rules.js';
import { createLog } from '../../src/core/log.js';
import { completeCases } from '../../src/jobs/complete-cases.js';
import { FLOWS_DIR } from '../cases/shipped-rules.js';
import { storedCase } from '../cases/stored-case.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

const AT = new Date('2026-11-24T03:00:00Z');
const LEAD = { staffId: 'koord', role: 'coordinator', units: ['dinas_pu'] } as const;
const DAMAGED = new Binary(Buffer.from('0102', 'hex'));

describe('cases of an earlier version', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('are completed, the unreadable too, so that staff see and find them', async () => {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const filed = Array.from({ length: 250 }, (_, index) =>
      storedCase(test.app, index, { category: 'jalan', receivedAt: AT, rahasia: index % 2 === 0 }),
    );
    const earlier = filed.map(({ circle: _circle, tokens: _tokens, dueSoonAt: _soon, ...rest }) => rest);
    const ended = { ...earlier[0], _id: 'LP-261124-0900', effectKey: 'ended', status: 'closed', endedAt: AT };
    const broken = { ...earlier[1], _id: 'LP-261124-0901', effectKey: 'broken', report: DAMAGED };
    await db.collection<Case>('cases').insertMany([...earlier, ended, broken] as unknown as Case[]);
    const deps = { db, keys: test.app.keys, rules: loadCaseRules(FLOWS_DIR, 'WIB', [2026]), log: createLog('silent') };

    const both = await Promise.all([completeCases(deps), completeCases(deps)]);
    expect(both[0] + both[1]).to.be.at.least(252);
    for (const each of [0, 1]) {
      const { circle, tokens, dueSoonAt } = filed[each] as Case;
      expect(await test.app.cases.find(filed[each]?._id ?? '')).to.deep.include({ circle, tokens, dueSoonAt });
    }
    expect(await test.app.cases.find(ended._id)).to.deep.include({ keptSince: AT, filesSince: AT });
    expect((await test.app.cases.find(broken._id))?.tokens).to.deep.equal([]);
    const { rows } = await test.app.caseLists.list(LEAD, { text: 'rusak' }, { limit: 100 });
    expect(rows).to.have.length(100);
    expect(await completeCases(deps)).to.equal(0);
  });
});
