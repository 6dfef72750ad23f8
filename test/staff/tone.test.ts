import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { AppError } from '../../src/core/errors.js';
import { loadTone } from '../../src/staff/load-tone.js';
import { checkTone } from '../../src/staff/tone.js';

const rules = loadTone(new URL('../../flows', import.meta.url).pathname);
const now = new Date('2026-11-24T02:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);

function kinds(text: string, dueAt?: Date): string[] {
  return checkTone(text, rules, 'id', { now, ...(dueAt && { dueAt }) }).map(({ kind }) => kind);
}

describe('tone of a reply', () => {
  it('flags words that blame the reader, in either language and any case', () => {
    expect(kinds('Itu kan SALAH ANDA')).to.deep.equal(['blame']);
    expect(kinds('You should have called')).to.deep.equal(['blame']);
  });

  it('names the words it means and gives advice in the language asked for', () => {
    const [flag] = checkTone('Sudah didisposisikan', rules, 'en', { now });
    expect(flag).to.deep.include({ kind: 'jargon', words: ['didisposisikan'] });
    expect(flag?.advice).to.contain('everyday words');
    expect(checkTone('Sudah didisposisikan', rules, 'su', { now })[0]?.advice).to.contain('kata sehari-hari');
  });

  it('knows whole words only', () => {
    expect(kinds('Bapak Slamet, sladanya sudah diterima')).to.deep.equal([]);
    expect(kinds('Menurut SLA, begitu.')).to.deep.equal(['jargon']);
  });

  it('flags a guarantee whatever the deadline', () => {
    expect(kinds('Besok pasti selesai.')).to.deep.equal(['promise']);
  });

  for (const { text, late } of [
    { text: 'Kami kerjakan dalam 3 hari', late: false },
    { text: 'Kami kerjakan dalam 7 hari', late: true },
    { text: 'Kami kerjakan dalam 3-7 hari kerja', late: true },
    { text: 'Kami kerjakan dalam tujuh hari', late: true },
    { text: 'Kami kerjakan besok', late: false },
    { text: 'Kami kerjakan minggu depan', late: true },
    { text: 'Kami kerjakan tanggal 5 Desember', late: true },
    { text: 'Kami kerjakan tanggal 26 November', late: false },
    { text: 'Kami kerjakan tanggal 5 Januari', late: true },
    { text: 'We will fix it within two weeks', late: true },
    { text: 'Laporan Bapak masuk 2 minggu yang lalu', late: false },
    { text: 'Sejak 2 minggu lalu', late: false },
  ]) {
    it(`${late ? 'flags' : 'lets pass'} "${text}" with five days left`, () => {
      expect(kinds(text, inDays(5))).to.deep.equal(late ? ['promise'] : []);
    });
  }

  it('can judge no promise without a deadline', () => {
    expect(kinds('Kami kerjakan dalam 90 hari')).to.deep.equal([]);
  });

  it('misses a next step only in a reply long enough to hold one', () => {
    const apology = 'Maaf atas keadaan ini';
    expect(kinds(apology)).to.deep.equal([]);
    const long = `${apology}, laporan Bapak tentang lampu jalan itu sudah masuk ke dalam sistem dan tercatat`;
    expect(kinds(long)).to.deep.equal(['no_next_step']);
    expect(kinds(`${long}. Kami kabari lagi sore ini.`)).to.deep.equal([]);
  });

  it('has nothing to say of an empty reply', () => {
    expect(kinds(' \n')).to.deep.equal([]);
  });
});

describe('loading of the tone rules', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'kanal-tone-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function faultsOf(yaml: string): string {
    writeFileSync(join(dir, 'tone.yaml'), yaml);
    try {
      loadTone(dir);
    } catch (error) {
      if (error instanceof AppError && error.code === 'config.invalid') return error.message;
      throw error;
    }
    return '';
  }

  const advice = 'advice: { id: Tulis dengan lebih ramah., en: Say it more kindly. }';

  it('takes what is right', () => {
    expect(faultsOf(`version: 1\nrules:\n  a: { kind: blame, words: [salah anda], ${advice} }`)).to.equal('');
  });

  it('tells the line and what is wrong there', () => {
    const wrong = `version: 1\nrules:\n  a: { kind: blame, words: [salah anda], ${advice} }\n  b:\n    kind: rude\n    ${advice}`;
    expect(faultsOf(wrong)).to.match(/tone\.yaml.*\n {2}line 5, rules\.b\.kind: /s);
  });

  it('wants words of every rule but the one that looks at times', () => {
    expect(faultsOf(`version: 1\nrules:\n  a: { kind: jargon, ${advice} }`)).to.contain('must name words');
    expect(faultsOf(`version: 1\nrules:\n  a: { kind: promise, ${advice} }`)).to.equal('');
  });

  it('wants advice in both languages', () => {
    expect(faultsOf('version: 1\nrules:\n  a: { kind: promise, advice: { id: Tulis dengan ramah. } }')).to.contain(
      'rules.a.advice.en',
    );
  });
});
