import { join } from 'node:path';
import { expect } from 'chai';
import { addVersion, rollBack } from '../../src/classification/model-versions.js';
import { trainWithLabels } from '../../src/classification/train.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { shippedCategories } from './classifier.js';

describe('a running service', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('answers by a new model without a restart, and by the one before after a rollback', () => {
    const { live } = test.app.tenant;
    const models = join(test.dataDir, 'models');
    const best = () => live.classify('zorbania saya belum jadi').candidates[0]?.category;
    const labels = Array.from({ length: 24 }, (_, at) => ({
      text: `kartu zorbania nomor ${at} belum jadi`,
      kind: 'pengaduan' as const,
      category: 'kependudukan',
    }));
    const before = best();

    addVersion(models, trainWithLabels(shippedCategories, labels, '2026-08-03T09:00:00.000Z').model);
    live.refreshModel();
    expect(best()).to.equal('kependudukan');
    expect(before).to.not.equal('kependudukan');

    rollBack(models);
    live.refreshModel();
    expect(best()).to.equal(before);
  });
});
