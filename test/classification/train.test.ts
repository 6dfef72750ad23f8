import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { createClassifier, trainingWords } from '../../src/classification/classify.js';
import { fingerprintOf, type ModelFile, readModelFile } from '../../src/classification/model-file.js';
import { createModelSource } from '../../src/classification/model-source.js';
import { addVersion, currentVersion, rollBack, SHIPPED } from '../../src/classification/model-versions.js';
import { learnedWords } from '../../src/classification/models.js';
import { readLabels } from '../../src/classification/read-labels.js';
import { trainWithLabels, whyRefused } from '../../src/classification/train.js';
import type { TrainingLine } from '../../src/classification/training.js';
import { CATEGORIES_FILE, classifyShipped, shippedCategories } from './classifier.js';

const MODEL_FILE = join(dirname(CATEGORIES_FILE), 'model.json');
const MADE_AT = '2026-08-03T09:00:00.000Z';

describe('the shipped model', () => {
  const model = readModelFile(MODEL_FILE);

  it('was made of the categories, words and lines as they are (npm run train -- --shipped)', () => {
    expect(model?.madeFrom).to.equal(fingerprintOf(shippedCategories));
  });

  it('holds the words of the lines, so that they needn’t be read again', () => {
    if (model === undefined) throw new Error('there is no shipped model');
    expect(new Set(learnedWords(model))).to.deep.equal(new Set(trainingWords(shippedCategories)));
  });

  it('says what a model learned at start says', () => {
    const { classify } = createClassifier(shippedCategories, model);
    for (const { examples } of shippedCategories.categories.values()) {
      for (const text of examples) {
        const [stored, learned] = [classify(text), classifyShipped(text)];
        expect(stored.kind, text).to.equal(learned.kind);
        expect(stored.candidates[0]?.category, text).to.equal(learned.candidates[0]?.category);
        expect(stored.candidates[0]?.confidence ?? 0, text).to.be.closeTo(
          learned.candidates[0]?.confidence ?? 0,
          0.005,
        );
      }
    }
  });
});

/** A city's own name for its citizens' card, which no shipped line knows. */
function localLabels(): TrainingLine[] {
  const what = [
    'belum jadi',
    'salah ketik',
    'hilang',
    'ditolak loket',
    'antre lama',
    'rusak',
    'minta dicetak',
    'kapan jadi',
  ];
  const who = ['punya saya', 'punya ibu', 'anak saya', 'tetangga'];
  return what.flatMap((each, at) =>
    who.map((owner) => ({
      text: `kartu zorbania ${owner} ${each}${at === 0 && owner === 'punya saya' ? ' atas nama Quxandra 3578010101010001' : ''}`,
      kind: 'pengaduan' as const,
      category: 'kependudukan',
    })),
  );
}

describe('trainWithLabels', () => {
  let trained: ReturnType<typeof trainWithLabels>;
  before(() => {
    trained = trainWithLabels(shippedCategories, localLabels(), MADE_AT);
  });

  it('tells by cross-validation that labels help', () => {
    const { labels, before, after, refused } = trained.report;
    expect(labels).to.equal(32);
    expect(after.category.accuracy).to.be.above(before.category.accuracy);
    expect(after.category.accuracy).to.be.above(0.9);
    expect(refused).to.equal(undefined);
  });

  it('makes a model that knows the words of that city', () => {
    const { classify } = createClassifier(shippedCategories, trained.model);
    expect(classifyShipped('zorbania').candidates).to.deep.equal([]);
    expect(classify('zorbania saya belum jadi').candidates[0]?.category).to.equal('kependudukan');
  });

  it('keeps neither names nor numbers of people', () => {
    const written = JSON.stringify(trained.model).toLowerCase();
    expect(written).to.include('zorbania');
    expect(written).to.not.match(/quxandra|3578010101010001/);
  });
});

describe('whyRefused', () => {
  const score = (accuracy: number) => ({
    category: { accuracy, macroF1: accuracy },
    kind: { accuracy: 0.9, macroF1: 0.9 },
  });
  const report = (labels: number, before: number, after: number, examples = 50) =>
    ({
      labels,
      before: score(before),
      after: score(after),
      examples: { total: 54, before: 50, after: examples },
    }) as unknown as Parameters<typeof whyRefused>[0];

  it('lets pass what is better, or worse by chance at most', () => {
    expect(whyRefused(report(100, 0.6, 0.7))).to.equal(undefined);
    expect(whyRefused(report(100, 0.7, 0.695))).to.equal(undefined);
  });

  it('names what falls, and what to do', () => {
    expect(whyRefused(report(100, 0.7, 0.6))).to.match(
      /category accuracy falls from 0\.7 to 0\.6.*look through the labels/,
    );
    expect(whyRefused(report(100, 0.6, 0.7, 40))).to.match(/of 54 examples 40 are told right instead of 50/);
  });

  it('asks for more labels where they are too few', () => {
    expect(whyRefused(report(19, 0.6, 0.7))).to.match(/19 labels are too few.*at least 20/);
  });
});

describe('readLabels', () => {
  const known = shippedCategories.categories;

  it('reads text, category and kind', () => {
    expect(
      readLabels('text,category,kind\n"jalan, rusak",jalan,pengaduan\nhalo,,bukan_laporan\n', known),
    ).to.deep.equal([
      { text: 'jalan, rusak', category: 'jalan', kind: 'pengaduan' },
      { text: 'halo', kind: 'bukan_laporan' },
    ]);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    [
      'text,category,kind\na b,jalan,pengaduan\nc d,jalann,pengaduan\n',
      /row 3 has a category that isn't one; write an id/,
    ],
    ['text,category,kind\na b,jalan,keluhan\n', /row 2 has a kind that isn't one; write one of pengaduan/],
    ['text,category,kind\n ,jalan,pengaduan\n', /row 2 has no text; write it or remove the row/],
    ['text,category\na b,jalan\n', /no column "kind"; add it/],
  ];
  for (const [csv, mend] of wrong) {
    it(`names row and mend: ${mend.source}`, () => {
      expect(() => readLabels(csv, known)).to.throw(mend);
    });
  }
});

describe('models of a tenant', () => {
  const shipped = readModelFile(MODEL_FILE) as ModelFile;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'models-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are versions, put to use and taken back one by one', () => {
    expect(currentVersion(folder)).to.equal(SHIPPED);
    expect([addVersion(folder, shipped), addVersion(folder, shipped)]).to.deep.equal(['0001', '0002']);
    expect(currentVersion(folder)).to.equal('0002');
    expect([rollBack(folder), rollBack(folder), rollBack(folder)]).to.deep.equal(['0001', SHIPPED, SHIPPED]);
    expect(addVersion(folder, shipped), 'nothing is overwritten').to.equal('0003');
  });

  it('are taken up while the service runs', () => {
    const source = createModelSource({
      shippedFile: MODEL_FILE,
      folder,
      onUnusable: (error) => expect.fail(String(error)),
    });
    source.make(shippedCategories);
    expect(source.isChanged()).to.equal(false);
    addVersion(folder, shipped);
    expect(source.isChanged()).to.equal(true);
    source.make(shippedCategories);
    expect(source.isChanged()).to.equal(false);
  });

  it('leave the service running when one is broken, and name the file', () => {
    const version = addVersion(folder, shipped);
    const file = join(folder, `${version}.json`);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"weights":"[^"]{8}/, '"weights":"'));
    const told: unknown[] = [];
    const source = createModelSource({ shippedFile: MODEL_FILE, folder, onUnusable: (error) => told.push(error) });
    expect(source.make(shippedCategories).classify('lampu jalan mati').candidates[0]?.category).to.equal('lampu_jalan');
    expect(String(told[0])).to.match(/0001\.json: this is no whole model; make it anew by npm run train/);
  });
});
