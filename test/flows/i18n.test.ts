import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { AppError } from '../../src/core/errors.js';
import { loadTexts } from '../../src/flows/i18n.js';
import { paramsFor } from '../../src/flows/params.js';
import { contextWith, texts as real } from './step-context.js';

const WORDS = 'words:\n  yes: [ya]\n';

describe('texts', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'locales-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const write = (locale: string, texts: string) => writeFileSync(join(dir, `${locale}.yaml`), `${texts}${WORDS}`);

  it('fills placeholders, selects, and leaves a missing value empty', () => {
    write('id', 'a: "Halo {name}{kind, select, x { (x: {name})} other {}}."\n');
    const texts = loadTexts(dir);
    expect(texts.placeholders('a')).to.deep.equal(['name', 'kind']);
    expect(texts.format('id', 'a', { name: 'Budi', kind: 'x' })).to.equal('Halo Budi (x: Budi).');
    expect(texts.format('id', 'a')).to.equal('Halo .');
    expect(texts.format('id', 'a', { name: '{kind}', kind: 'constructor' })).to.equal('Halo {kind}.');
  });

  it('leaves plurals and numbers to ICU, by the rules of the locale', () => {
    write('id', 'a: "{n, plural, other {# foto}}"\n');
    write('en', 'a: "{n, plural, one {# photo} other {# photos}}"\n');
    const texts = loadTexts(dir);
    expect(texts.format('en', 'a', { n: 1 })).to.equal('1 photo');
    expect(texts.format('id', 'a', { n: 2 })).to.equal('2 foto');
  });

  it('speaks Indonesian where a locale lacks a text or a file', () => {
    write('id', 'a: "Halo"\n');
    write('en', 'b: "Bye"\n');
    const texts = loadTexts(dir);
    expect(texts.format('en', 'a')).to.equal('Halo');
    expect(texts.format('jv', 'a')).to.equal('Halo');
  });

  it('understands the words of every locale', () => {
    expect(real.spoken('yes').has('yes')).to.equal(true);
    expect(real.spoken('yes').has('nggih')).to.equal(true);
    expect(real.spoken('nothing of that name').size).to.equal(0);
  });

  it('names file and line of what is wrong', () => {
    write('id', 'a: "Halo"\nb: "{name"\n');
    expect(() => loadTexts(dir)).to.throw(AppError, 'id.yaml:2: text "b" is not ICU MessageFormat');
  });
});

describe('paramsFor', () => {
  const { flows } = contextWith();
  const guess = {
    type: 'guess',
    kind: 'pengaduan',
    category: 'jalan',
    confidence: 0.5,
    candidates: [],
    urgency: 'biasa',
    evidence: [],
    restricted: true,
    by: 'classifier',
  } as const;
  const answers = {
    place: { type: 'place', text: 'Jl. Mawar', latitude: -7.2, longitude: 112.7 },
    guess,
    evidence: [{ kind: 'image', fileId: 'a' }],
    anonim: true,
    count: 3,
    description: 'x'.repeat(1000),
  } as const;
  const params = (...names: string[]) => paramsFor(names, answers, 'en', flows);

  it('shows answers as people read them', () => {
    expect(params('place', 'guess', 'evidence', 'anonim', 'count')).to.deep.equal({
      count: 3,
      place: 'Jl. Mawar',
      guess: 'Roads',
      evidence: 1,
      anonim: 'true',
    });
  });

  it('reaches fields, and tells what is there', () => {
    expect(params('guess_kind', 'guess_confidence', 'guess_restricted', 'has_place', 'has_time')).to.deep.equal({
      guess_kind: 'pengaduan',
      guess_confidence: 0.5,
      guess_restricted: 'true',
      has_place: 'yes',
      has_time: 'no',
    });
  });

  it('shows a long answer by its beginning, and nothing for what is unknown', () => {
    expect(String(params('description')['description'])).to.have.lengthOf(300);
    expect(params('nothing', 'place_nothing')).to.deep.equal({});
  });
});
