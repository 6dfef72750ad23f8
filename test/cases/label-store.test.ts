import { expect } from 'chai';
import { createLabelStore, type StaffLabel } from '../../src/cases/label-store.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

describe('label store', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const label = (caseNumber: string, text: string, minute: number): StaffLabel => ({
    caseNumber,
    text,
    from: { category: 'jalan', kind: 'pengaduan' },
    to: { category: 'lampu_jalan', kind: 'pengaduan' },
    by: 'staff-1',
    at: new Date(Date.UTC(2026, 7, 3, 9, minute)),
  });

  it('keeps corrections sealed, oldest first, each once', async () => {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const labels = createLabelStore(db, test.app.keys);
    const all = async () => {
      const texts: string[] = [];
      for await (const { text, to } of labels.all()) texts.push(`${text}: ${to.category}`);
      return texts;
    };
    await labels.add(label('LP-260803-0002', 'pju padam', 5), '4');
    await labels.add(label('LP-260803-0001', 'lampu gang mati', 1), '2');
    await labels.add(label('LP-260803-0001', 'lampu gang mati', 2), '2');
    expect(await all()).to.deep.equal(['lampu gang mati: lampu_jalan', 'pju padam: lampu_jalan']);

    const stored = await db.collection('labels').find().toArray();
    expect(JSON.stringify(stored)).to.not.include('padam');
  });
});
