import { expect } from 'chai';
import { score } from '../../src/classification/score.js';

const row = (actual: string, ranked: readonly string[], confidence: number) => ({ actual, ranked, confidence });

describe('score', () => {
  const result = score([
    row('a', ['a'], 0.9),
    row('a', ['b', 'c', 'a'], 0.4),
    row('b', ['b'], 0.8),
    row('c', ['x', 'y', 'z', 'c'], 0.1),
  ]);

  it('means F1 over the labels that occur, a label never predicted counting as 0', () => {
    expect(result.accuracy).to.equal(0.5);
    expect(result.perClass['a']).to.deep.equal({ rows: 2, precision: 1, recall: 0.5, f1: 0.667 });
    expect(result.macroF1).to.equal(0.444);
  });

  it('counts the right label among the first three only', () => {
    expect(result.top3).to.equal(0.75);
  });

  it('takes the surest rows first for coverage', () => {
    expect(result.coverage[0]).to.deep.equal({ share: 0.5, accuracy: 1 });
    expect(result.coverage.at(-1)).to.deep.equal({ share: 1, accuracy: 0.5 });
  });

  it('measures how far confidence is from being right', () => {
    // |0.9 - 1| + |0.4 - 0| + |0.8 - 1| + |0.1 - 0|, over four rows in four bins
    expect(result.calibrationError).to.equal(0.2);
  });

  it('names the commonest mistakes, and "none" where nothing was predicted', () => {
    const { confusion } = score([row('a', ['b'], 1), row('a', ['b'], 1), row('a', [], 0)]);
    expect(confusion).to.deep.equal([
      { actual: 'a', predicted: 'b', rows: 2 },
      { actual: 'a', predicted: 'none', rows: 1 },
    ]);
  });
});
