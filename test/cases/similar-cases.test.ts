import { expect } from 'chai';
import type { CaseReport } from '../../src/cases/case.js';
import { findSimilar, likenessOf } from '../../src/cases/similar-cases.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { fileCase, moveCase } from './case-life.js';

const report = (
  description: string,
  place?: string,
  spot: { latitude?: number; longitude?: number } = {},
): CaseReport => ({
  description,
  evidenceWords: [],
  ...(place === undefined ? {} : { place: { type: 'place', text: place, ...spot } }),
});
const NONE = { evidence: [] };
const like = (a: CaseReport, b: CaseReport) => likenessOf(a, NONE, b, NONE);

describe('likeness of reports', () => {
  it('is high at the same place in other words, and low at another place in the same words', () => {
    const a = report('Lampu jalan mati total, gelap sekali', 'Jl. Mawar RT 03 dekat masjid Al Ikhlas');
    expect(like(a, report('PJU padam sejak seminggu', 'jalan mawar rt 03, masjid al ikhlas'))).to.be.at.least(0.6);
    expect(like(a, report('Lampu jalan mati total, gelap sekali', 'Jl. Kenanga RT 11'))).to.be.below(0.45);
  });

  it('goes by distance where both shared their location', () => {
    const at = (latitude: number) => report('lubang', 'Lokasi yang dibagikan', { latitude, longitude: 112.63 });
    expect(like(at(-7.98), at(-7.981))).to.be.at.least(0.7);
    expect(like(at(-7.98), at(-7.99))).to.be.below(0.45);
  });

  it('is certain for the same picture', () => {
    const picture = { evidence: [{ kind: 'image' as const, sha256: 'x' }] };
    expect(likenessOf(report('a'), picture, report('b'), picture)).to.equal(1);
  });
});

describe('findSimilar', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('finds cases under way of the same matter, the most alike first, and no others', async () => {
    const first = await fileCase(test.app, 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu');
    const again = await fileCase(test.app, 'Penerangan jalan padam di Jl. Mawar RT 03 sejak kemarin');
    const ended = await fileCase(test.app, 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu');
    await moveCase(test.app, ended.number, ['withdrawn'], { by: { role: 'complainant' } });
    await fileCase(test.app, 'Lampu jalan mati di Jl. Kenanga RT 11 sejak seminggu');
    await fileCase(test.app, 'Sampah menumpuk di Jl. Mawar RT 03 sejak Senin');
    const found = await test.app.cases.find(first.number);
    if (!found) throw new Error('not filed');
    const similar = await findSimilar(found, { cases: test.app.cases, keys: test.app.keys });
    expect(similar.map((each) => each.found._id)).to.deep.equal([again.number]);
  });
});
