import { join } from 'node:path';
import { expect } from 'chai';
import type { Case } from '../../src/cases/case.js';
import { sweepWithKills } from '../../src/cli/bench-sweepers.js';
import { findRunningStore } from '../../src/store/embedded/start.js';
import { FLOWS_DIR } from '../cases/shipped-rules.js';
import { storedCase } from '../cases/stored-case.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

const CLOCKS = 400;
const RECEIVED_AT = new Date('2036-03-03T03:00:00Z');
/** Later than the service's own clock, which therefore leaves them alone. */
const LATER = new Date('2036-04-21T03:00:00Z');

describe('clocks of four hundred cases due at one instant', function () {
  this.timeout(120_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('are done once each by two processes, though some are killed in the middle', async () => {
    const cases = test.app.connection.getClient().db(test.app.connection.name).collection<Case>('cases');
    const filed = Array.from({ length: CLOCKS }, (_, index) =>
      storedCase(test.app, index, { category: 'jalan', receivedAt: RECEIVED_AT }),
    );
    await cases.insertMany(filed);
    const uri = process.env['MONGODB_URI'] || ((await findRunningStore(join(test.dataDir, 'store'))) ?? '');
    const plan = { uri, dataDir: test.dataDir, flowsDir: FLOWS_DIR, at: LATER, processes: 2 };
    // whoever comes first to the work is killed; on a busy machine the others may find nothing left to do
    expect(await sweepWithKills({ ...plan, killsAfter: [1, 30, 120] })).to.be.at.least(1);

    const after = await cases.find({}).toArray();
    expect(after).to.have.length(CLOCKS);
    for (const { _id, rev, history, notices, wakeAt } of after) {
      expect(
        history.map(({ what }) => what),
        _id,
      ).to.deep.equal(['filed', 'clock']);
      expect(rev, _id).to.equal(2);
      expect(notices.map(({ event }) => event).sort(), _id).to.deep.equal(['late', 'ombudsman_offer']);
      expect(wakeAt && wakeAt > LATER, _id).to.equal(true);
    }
  });
});
