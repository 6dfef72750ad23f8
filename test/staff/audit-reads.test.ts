import { expect } from 'chai';
import type { Db } from 'mongodb';
import { createNoteRead } from '../../src/staff/audit-reads.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';

const TEN_MINUTES_MS = 10 * 60_000;

describe('what staff opened', () => {
  const clock = createShiftedClock();
  let test: TestApp;
  let db: Db;
  before(async () => {
    test = await startTestApp();
    db = test.app.connection.getClient().db(test.app.connection.name);
  });
  after(() => test.close());

  /** As another process has it. */
  const open = () => createNoteRead({ db, audit: test.app.audit, clock });
  const entries = (subject: string) => db.collection('audit').countDocuments({ subject, what: 'case.read' });

  it('is noted once in ten minutes, by however many processes and at once', async () => {
    const processes = [open(), open()];
    for (const expected of [1, 2]) {
      await Promise.all([...processes, ...processes].map((note) => note('sari', 'case.read', 'LP-1')));
      await open()('sari', 'case.read', 'LP-1');
      expect(await entries('LP-1')).to.equal(expected);
      clock.shift(TEN_MINUTES_MS);
    }
  });

  it('is noted for each who opens it', async () => {
    await Promise.all(['sari', 'budi'].map((who) => open()(who, 'case.read', 'LP-2')));
    expect(await entries('LP-2')).to.equal(2);
  });

  it('is noted all the same when the process that was about to has died', async () => {
    await open()('sari', 'case.read', 'LP-3');
    await db.collection('audit_reads').updateMany({}, { $set: { isNoted: false } });
    await open()('sari', 'case.read', 'LP-3');
    expect(await entries('LP-3')).to.equal(2);
  });
});
