import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from 'mongodb';
import { type AuditEntry, createAudit } from '../../src/staff/audit.js';
import { anchorAudit, readAnchors } from '../../src/staff/audit-anchors.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';

describe('audit log', () => {
  let test: TestApp;
  let dir: string;
  let entries: Collection<AuditEntry>;
  const clock = createShiftedClock();

  before(async () => {
    test = await startTestApp({ clock });
    dir = await mkdtemp(join(tmpdir(), 'kanal-audit-'));
  });
  after(async () => {
    await test.close();
    await rm(dir, { recursive: true, force: true });
  });
  const db = () => test.app.connection.getClient().db(test.app.connection.name);
  beforeEach(async () => {
    entries = db().collection<AuditEntry>('audit');
    await entries.deleteMany({});
  });
  const fill = async (count: number) => {
    const audit = createAudit(db(), clock);
    for (let index = 0; index < count; index++) {
      await audit.append({ by: 'sari', what: 'case.read', subject: `LP-${index}`, details: { b: 2, a: index } });
    }
    return audit;
  };

  it('chains what was done, in one order, also when many append at once', async () => {
    const audit = createAudit(db(), clock);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => audit.append({ by: `staff-${index}`, what: 'case.read' })),
    );
    expect(await audit.verify()).to.deep.include({ ok: true, entries: 20 });
  });

  it('shows an entry that was altered, and one that is gone', async () => {
    const audit = await fill(5);
    await entries.updateOne({ _id: 3 }, { $set: { by: 'dewi' } });
    expect(await audit.verify()).to.deep.equal({ ok: false, at: 3, why: 'altered' });
    await entries.deleteOne({ _id: 3 });
    expect(await audit.verify()).to.deep.equal({ ok: false, at: 3, why: 'missing' });
  });

  it('shows a chain that was made anew, or cut off, against what was noted outside', async () => {
    const path = join(dir, 'anchors-1');
    const audit = await fill(3);
    expect(await anchorAudit(audit, path, clock)).to.equal(true);
    expect(await audit.verify(await readAnchors(path))).to.include({ ok: true });
    await entries.deleteMany({ _id: { $gte: 3 } });
    expect(await audit.verify(await readAnchors(path))).to.deep.equal({ ok: false, at: 3, why: 'missing' });
    await audit.append({ by: 'sari', what: 'nothing', subject: 'LP-2' });
    expect(await audit.verify()).to.include({ ok: true });
    expect(await audit.verify(await readAnchors(path))).to.deep.equal({ ok: false, at: 3, why: 'not_as_anchored' });
  });

  it('notes how far it has got once a day', async () => {
    const path = join(dir, 'anchors-2');
    const audit = await fill(1);
    expect(await anchorAudit(audit, path, clock)).to.equal(true);
    expect(await anchorAudit(audit, path, clock)).to.equal(false);
    clock.shift(24 * 60 * 60 * 1000);
    expect(await anchorAudit(audit, path, clock)).to.equal(true);
    expect((await readFile(path, 'utf8')).trim().split('\n').length).to.equal(2);
  });
});
