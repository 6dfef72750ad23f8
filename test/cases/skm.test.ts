import { expect } from 'chai';
import { isSkmAnswers, SKM_ELEMENTS, skmScore } from '../../src/cases/skm.js';
import { createSurveyStore } from '../../src/cases/survey-store.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { createWarga } from './case-life.js';

/** `count` respondents whose marks add up to `sum`, as evenly as can be. */
function answersOf(count: number, sum: number): number[][] {
  const marks = Array.from({ length: count * SKM_ELEMENTS.length }, (_, index) => {
    const low = Math.floor(sum / (count * SKM_ELEMENTS.length));
    return index < sum - low * count * SKM_ELEMENTS.length ? low + 1 : low;
  });
  return Array.from({ length: count }, (_, person) => marks.slice(person * 9, person * 9 + 9));
}

describe('skmScore', () => {
  const VECTORS: readonly (readonly [string, number[][], number, string])[] = [
    ['all very good: 100, not the 99 of a weight of 0.11', [[4, 4, 4, 4, 4, 4, 4, 4, 4]], 100, 'A'],
    ['all not good', [[1, 1, 1, 1, 1, 1, 1, 1, 1]], 25, 'D'],
    // 955 points of 29 respondents: 91.475 by exact ninths, 90.560 by 0.11
    ['a published survey of 29', answersOf(29, 955), 91.48, 'A'],
    ['the lowest A', answersOf(1000, 31_792), 88.31, 'A'],
    ['the highest B', answersOf(1000, 31_788), 88.3, 'B'],
    ['the lowest B', answersOf(1000, 27_580), 76.61, 'B'],
    ['the highest C', answersOf(1000, 27_576), 76.6, 'C'],
    ['the lowest C', answersOf(1000, 23_400), 65, 'C'],
    ['the highest D', answersOf(1000, 23_396), 64.99, 'D'],
  ];
  for (const [what, answers, index, grade] of VECTORS) {
    it(`${what}: ${index}, ${grade}`, () => {
      expect(skmScore(answers)).to.include({ index, grade, responses: answers.length });
    });
  }

  it('is none without answers, and each answer is nine marks from 1 to 4', () => {
    expect(skmScore([])).to.equal(undefined);
    expect(isSkmAnswers([4, 4, 4, 4, 4, 4, 4, 4, 4])).to.equal(true);
    for (const wrong of [
      [4],
      [4, 4, 4, 4, 4, 4, 4, 4, 5],
      [4, 4, 4, 4, 4, 4, 4, 4, 0],
      [4, 4, 4, 4, 4, 4, 4, 4, 2.5],
    ]) {
      expect(isSkmAnswers(wrong)).to.equal(false);
    }
  });
});

describe('the survey', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('is answered in nine taps and kept apart from who answered', async () => {
    const citizen = createWarga(test.app);
    const { conversationId } = await citizen.say('survei');
    for (const mark of ['4', '3', 'sangat baik', 'baik', '4', '4', '4', '2', '1']) await citizen.say(mark);
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const stored = await db.collection('surveys').find({}).toArray();
    expect(stored.length).to.equal(1);
    expect(stored[0]?.['answers']).to.deep.equal([4, 3, 4, 3, 4, 4, 4, 2, 1]);
    expect(Object.keys(stored[0] ?? {})).to.have.members(['_id', 'month', 'answers']);
    expect(JSON.stringify(stored)).not.to.contain(conversationId);
    const month = String(stored[0]?.['month']);
    expect(skmScore(await createSurveyStore(db, test.app.keys).of(month))?.responses).to.equal(1);
  });
});
