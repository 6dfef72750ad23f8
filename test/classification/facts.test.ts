import { expect } from 'chai';
import fc from 'fast-check';
import { createExtract } from '../../src/classification/extract.js';

const extract = (text: string) => createExtract()(text, '2026-08-05');

describe('amounts', () => {
  const found: readonly (readonly [string, string, number])[] = [
    ['jukir minta 5rb tanpa karcis', '5rb', 5_000],
    ['ditarik Rp 25.000,- per orang', 'Rp 25.000', 25_000],
    ['diminta Rp1.500.000 untuk seragam', 'Rp1.500.000', 1_500_000],
    ['bayar 2,5 juta katanya', '2,5 juta', 2_500_000],
    ['dipungut 50 ribu rupiah', '50 ribu rupiah', 50_000],
    ['tarif 10000 rupiah', '10000 rupiah', 10_000],
    ['minta Rp 300 rb', 'Rp 300 rb', 300_000],
    ['dimintai lima puluh ribu rupiah per anak', 'lima puluh ribu rupiah', 50_000],
    ['katanya biayanya seratus tiga puluh lima ribu', 'seratus tiga puluh lima ribu', 135_000],
    ['bayar sejuta dua ratus ribu tanpa kuitansi', 'sejuta dua ratus ribu', 1_200_000],
    ['karcisnya lima ribu lima ratus', 'lima ribu lima ratus', 5_500],
    ['cuma seribu rupiah', 'seribu rupiah', 1_000],
    ['anggaran Rp 1,2 triliun ke mana', 'Rp 1,2 triliun', 1_200_000_000_000],
  ];
  for (const [text, words, rupiah] of found) {
    it(`reads ${rupiah} in "${text}"`, () => {
      expect(extract(text).amounts).to.deep.equal([{ text: words, rupiah }]);
    });
  }

  const none = [
    'RT 03 RW 05',
    'lebar 3 m',
    '5 ribu warga terdampak',
    'sejak 2 minggu',
    'nomor 25.000.1',
    'dua ribu warga terdampak',
    'seribu alasan',
    'sudah tiga bulan',
    'lima. Ribu orang datang',
  ];
  for (const text of none) {
    it(`reads none in "${text}"`, () => {
      expect(extract(text).amounts).to.equal(undefined);
    });
  }
});

describe('plates', () => {
  const found: readonly (readonly [string, string])[] = [
    ['mobil B 1234 XYZ parkir di trotoar', 'B 1234 XYZ'],
    ['angkot L1234AB ugal-ugalan', 'L 1234 AB'],
    ['truk plat ag 8012 rb lewat terus', 'AG 8012'],
    ['nopol b 1940 kzr', 'B 1940 KZR'],
    ['bus nopol D.7001.AA', 'D 7001 AA'],
  ];
  for (const [text, plate] of found) {
    it(`reads ${plate} in "${text}"`, () => {
      expect(extract(text).plates).to.deep.equal([plate]);
    });
  }

  for (const text of ['Blok B 12 RT 3', 'b 5 orang ikut', 'JL 12 A', 'jam B 12 WIB', 'rumah no K 3']) {
    it(`reads none in "${text}"`, () => {
      expect(extract(text).plates).to.equal(undefined);
    });
  }
});

describe('agency', () => {
  const found: readonly (readonly [string, string])[] = [
    ['Kepada Yth. Dinas Perhubungan Kota, mohon rambu diperbaiki', 'Dinas Perhubungan Kota'],
    ['yth bapak kepala dinas kesehatan di tempat', 'dinas kesehatan'],
    ['untuk PDAM tolong air mati', 'PDAM'],
    ['Kpd Yth Pimpinan BPJS', 'BPJS'],
  ];
  for (const [text, agency] of found) {
    it(`reads "${agency}" in "${text}"`, () => {
      expect(extract(text).agency).to.equal(agency);
    });
  }

  for (const text of ['petugas dinas kesehatan tidak datang', 'untuk anak saya']) {
    it(`reads none in "${text}"`, () => {
      expect(extract(text).agency).to.equal(undefined);
    });
  }
});

describe('facts', () => {
  it('stand in the text as they are quoted, whatever is written', () => {
    const piece = fc.constantFrom(
      'Rp',
      '25.000',
      '5rb',
      'juta',
      'B',
      '1234',
      'XYZ',
      'yth',
      'dinas',
      ',',
      '.',
      ' ',
      '\n',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join(' ');
        const { amounts = [], agency = '' } = extract(text);
        for (const amount of amounts) {
          expect(text).to.include(amount.text);
          expect(Number.isFinite(amount.rupiah)).to.equal(true);
        }
        expect(text).to.include(agency);
      }),
    );
  });
});
