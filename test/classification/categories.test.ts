import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { loadCategories } from '../../src/classification/categories.js';
import { trainingWords } from '../../src/classification/classify.js';
import { compileRules } from '../../src/classification/rules.js';
import { CATEGORIES_FILE, shippedCategories } from './classifier.js';

const IDS = [
  'jalan',
  'sampah',
  'lampu_jalan',
  'pohon_taman',
  'kesehatan',
  'bansos',
  'ketertiban_keamanan',
  'parkir',
  'pendidikan',
  'banjir_drainase',
  'ketenagakerjaan',
  'aparat_pelayanan',
  'air_bersih',
  'kependudukan',
  'transportasi_lalulintas',
  'rt_rw_kelurahan',
  'perumahan_pertanahan',
  'perizinan',
  'telekomunikasi_digital',
  'pajak_retribusi',
  'lingkungan',
  'ekonomi_umkm',
  'kebencanaan_darurat',
  'listrik',
  'pungli_korupsi',
  'perlindungan_perempuan_anak',
  'lainnya',
];

describe('the words of the shipped rules', () => {
  it('are never reduced to a particle, which would be found in any text', () => {
    const { normalize } = compileRules(shippedCategories, trainingWords(shippedCategories));
    const weighty = [...shippedCategories.categories.values()].flatMap(({ rules }) =>
      [...rules].flatMap(([weight, phrases]) => (weight >= 3 ? phrases : [])),
    );
    const dangers = [...shippedCategories.dangers.values()].flatMap(({ words }) => words);
    const single = [...weighty, ...dangers, ...shippedCategories.softeners].filter((phrase) => !phrase.includes(' '));
    const reduced = single.filter((word) => word.length > 4 && normalize(word).length <= 3);
    expect(reduced).to.deep.equal([]);
  });
});

describe('loadCategories', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'categories-'));
    writeFileSync(join(folder, 'lexicon.yaml'), readFileSync(join(dirname(CATEGORIES_FILE), 'lexicon.yaml')));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function loadWith(change: (yaml: string) => string): unknown {
    const file = join(folder, 'categories.yaml');
    writeFileSync(file, change(readFileSync(CATEGORIES_FILE, 'utf8')));
    return loadCategories(file);
  }

  it('ships the 27 categories, each with a short label and an example', () => {
    expect([...shippedCategories.categories.keys()]).to.deep.equal(IDS);
    for (const { label, examples } of shippedCategories.categories.values()) {
      expect(label.id.length).to.be.within(3, 40);
      expect(examples).to.not.be.empty;
    }
  });

  it('restricts bribery and violence only', () => {
    const restricted = [...shippedCategories.categories.values()].filter((category) => category.restricted);
    expect(restricted.map(({ id }) => id)).to.deep.equal(['pungli_korupsi', 'perlindungan_perempuan_anak']);
  });

  it('names file, path and mend of an unknown key', () => {
    expect(() => loadWith((yaml) => yaml.replace('    rules:', '    unti: x\n    rules:'))).to.throw(
      /categories\.yaml: categories\.jalan.*unti/,
    );
  });

  it('refuses a phrase that could never match', () => {
    expect(() => loadWith((yaml) => yaml.replace('jalan .. rusak', 'Jalan, rusak'))).to.throw(
      /categories\.jalan\.rules\.5\.0: write lower-case words/,
    );
  });

  it('refuses a danger that files nowhere', () => {
    expect(() => loadWith((yaml) => yaml.replace('category: kebencanaan_darurat', 'category: bencana'))).to.throw(
      /dangers\.fire\.category: "bencana" is no category/,
    );
  });

  it('refuses a number that isn’t one', () => {
    expect(() => loadWith((yaml) => yaml.replace('["112", "113"]', '["112", "11-3"]'))).to.throw(/three digits/);
  });

  it('names the line where the YAML itself is broken', () => {
    expect(() => loadWith((yaml) => yaml.replace('version: 1', 'version: [1'))).to.throw(/line \d+/);
  });

  it('says so when the file isn’t there', () => {
    expect(() => loadCategories(join(folder, 'none.yaml'))).to.throw(/none\.yaml: the file cannot be read/);
  });
});
