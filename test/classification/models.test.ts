import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { toShares, trainLinearModel } from '../../src/classification/linear-model.js';
import { DROPPED, withoutAddresses, writtenWords } from '../../src/classification/matter-words.js';
import { tokenize } from '../../src/classification/tokenize.js';
import { readTrainingLines } from '../../src/classification/training.js';
import { shippedCategories } from './classifier.js';

const OPTIONS = { epochs: 20, learningRate: 0.5, decay: 0, pairs: true };
const example = (text: string, label: string) => ({ words: text.split(' '), label, weight: 1 });

describe('trainLinearModel', () => {
  const examples = [example('got mampet', 'drain'), example('lampu mati', 'light'), example('air mati', 'water')];
  const model = trainLinearModel(examples, OPTIONS);
  const best = (text: string): string | undefined => {
    const scores = new Float64Array(model.labels.length);
    model.addScores(text.split(' '), scores);
    return model.labels[scores.indexOf(Math.max(...scores))];
  };

  it('pairs neighbours, but none with a word as it was written', () => {
    const pairsOf = (text: string) =>
      trainLinearModel([example(text, 'road'), example('lampu', 'light')], OPTIONS).toData().pairs;
    expect(pairsOf('jalan =dalane rusak')).to.equal('');
    expect(pairsOf('jalan rusak')).to.not.equal('');
  });

  it('learns what each word speaks for', () => {
    expect(['got mampet', 'lampu mati', 'air mati', 'air'].map(best)).to.deep.equal([
      'drain',
      'light',
      'water',
      'water',
    ]);
  });

  it('says how many words and pairs it knew', () => {
    expect(model.addScores(['lampu', 'mati', 'unheard'], new Float64Array(3))).to.equal(3);
    expect(model.addScores(['unheard'], new Float64Array(3))).to.equal(0);
  });

  it('comes out the same from the same examples', () => {
    const again = trainLinearModel(examples, OPTIONS);
    expect(again.weightOf('mampet', 0)).to.equal(model.weightOf('mampet', 0));
  });

  it('makes shares that sum to one, also of huge scores', () => {
    const scores = Float64Array.of(1_000, 999, -1_000);
    toShares(scores);
    expect(scores[0]).to.be.closeTo(0.731, 0.001);
    expect(scores.reduce((sum, share) => sum + share)).to.be.closeTo(1, 1e-12);
  });
});

describe('withoutAddresses', () => {
  const left = (text: string): string => {
    const tokens = tokenize(text);
    const words = tokens.map(({ word }) => word);
    return withoutAddresses(text, tokens, words)
      .map((word) => (word === DROPPED ? '-' : word))
      .join(' ');
  };

  it('drops names and numbers of roads and neighbourhoods, in place', () => {
    expect(left('got buntu Jl. Pasar Kembang RT 03 rw 5 kel sawahan tolong')).to.equal(
      'got buntu - - - - - - - - - tolong',
    );
  });

  it('stops a name where the sentence goes on', () => {
    expect(left('di Jl. Mawar lampu mati')).to.equal('di - - lampu mati');
  });

  it('keeps what is wrong with a road', () => {
    expect(left('jl berlubang, jl rusak')).to.equal('jl berlubang jl rusak');
  });
});

describe('writtenWords', () => {
  it('keeps what people wrote beside what it was normalised to, without addresses', () => {
    const text = 'dalane jeglongan di Jl. Pasaran RT 03';
    const tokens = tokenize(text);
    const words = tokens.map(({ word }) => (word === 'dalane' ? 'jalan' : word === 'pasaran' ? 'pasar' : word));
    expect(writtenWords(tokens, words, withoutAddresses(text, tokens, words))).to.deep.equal(['=dalane']);
  });
});

describe('readTrainingLines', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'training-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads kind marks and skips remarks', () => {
    writeFileSync(join(folder, 'jalan.txt'), '# remark\njalan rusak\n? kapan diaspal\n+ usul dilebarkan\n');
    writeFileSync(join(folder, 'bukan_laporan.txt'), 'halo\n');
    expect(readTrainingLines(folder, (id) => id === 'jalan')).to.deep.equal([
      { text: 'halo', kind: 'bukan_laporan' },
      { text: 'jalan rusak', kind: 'pengaduan', category: 'jalan' },
      { text: 'kapan diaspal', kind: 'informasi', category: 'jalan' },
      { text: 'usul dilebarkan', kind: 'aspirasi', category: 'jalan' },
    ]);
  });

  it('learns only the kind from kinds.txt', () => {
    writeFileSync(join(folder, 'kinds.txt'), '# remark\nkapan dibenahi pak\n? kapan dibuka\n');
    expect(readTrainingLines(folder, () => false)).to.deep.equal([
      { text: 'kapan dibenahi pak', kind: 'pengaduan' },
      { text: 'kapan dibuka', kind: 'informasi' },
    ]);
  });

  it('names a file that belongs to no category', () => {
    writeFileSync(join(folder, 'jalann.txt'), 'x\n');
    expect(() => readTrainingLines(folder, () => false)).to.throw(/jalann\.txt: "jalann" is no category/);
  });

  it('ships at least 60 lines for each category, none twice', () => {
    const texts = shippedCategories.training.map(({ text }) => text);
    expect(new Set(texts).size).to.equal(texts.length);
    for (const id of shippedCategories.categories.keys()) {
      const lines = shippedCategories.training.filter(({ category }) => category === id);
      expect(lines.length, id).to.be.at.least(60);
    }
  });

  it('ships at least 60 lines for each kind', () => {
    for (const kind of ['pengaduan', 'aspirasi', 'informasi', 'bukan_laporan'] as const) {
      const lines = shippedCategories.training.filter((line) => line.kind === kind);
      expect(lines.length, kind).to.be.at.least(60);
    }
  });
});
