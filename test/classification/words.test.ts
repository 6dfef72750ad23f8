import { expect } from 'chai';
import fc from 'fast-check';
import { createRespell } from '../../src/classification/spelling.js';
import { tokenize } from '../../src/classification/tokenize.js';
import { createNormalize } from '../../src/classification/words.js';

describe('tokenize', () => {
  const words = (text: string): string[] => tokenize(text).map(({ word }) => word);

  it('parts letters from digits and keeps both', () => {
    expect(words('RT.03/RW.05 e-KTP 3hari Rp1.500')).to.deep.equal([
      'rt',
      '03',
      'rw',
      '05',
      'e',
      'ktp',
      '3',
      'hari',
      'rp',
      '1',
      '500',
    ]);
  });

  it('folds what only looks different: fullwidth, accents, look-alikes, other digits, zero width', () => {
    expect(words('ＪＡＬＡＮ jálán јаlаn ٣ ja\u200dlan')).to.deep.equal(['jalan', 'jalan', 'jalan', '3', 'jalan']);
  });

  it('takes a line break that an export wrote as two characters for one', () => {
    expect(words('rusak\\nmohon')).to.deep.equal(['rusak', 'mohon']);
  });

  it('points at the citizen’s own spelling', () => {
    const text = 'Pak, JALÁN rusak';
    const [, token] = tokenize(text);
    expect(text.slice(token?.start, token?.end)).to.equal('JALÁN');
  });

  it('covers every text in order, without overlap', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        let end = 0;
        for (const token of tokenize(text)) {
          expect(token.start).to.be.at.least(end);
          expect(token.end).to.be.greaterThan(token.start);
          expect(token.word).to.not.equal('');
          end = token.end;
        }
        expect(end).to.be.at.most(text.length);
      }),
    );
  });
});

describe('normalize', () => {
  const normalize = createNormalize(
    {
      variants: new Map([
        ['jalan', ['jl', 'dalan']],
        ['kepada', ['k']],
      ]),
      roots: ['rusak', 'tutup', 'pukul', 'tolong'],
      keep: ['perumahan'],
    },
    new Set(['langkah']),
    ['lubang', 'berlubang', 'rumah', 'sampah', 'langka'],
  );

  const same: readonly (readonly [string, string])[] = [
    ['jl', 'jalan'],
    ['dalane', 'jalan'],
    ['kerusakan', 'rusak'],
    ['rusaknya', 'rusak'],
    ['menutup', 'tutup'],
    ['nutup', 'tutup'],
    ['memukuli', 'pukul'],
    ['berlubang', 'lubang'],
    ['tooolong', 'tolong'],
    ['perumahan', 'perumahan'],
    ['rumahnya', 'rumah'],
    ['smapah', 'sampah'],
    ['kerusaakn', 'kerusaakn'],
    ['langkah', 'langkah'],
    ['unheard', 'unheard'],
    ['kk', 'kk'],
  ];
  for (const [word, normal] of same) {
    it(`reads "${word}" as "${normal}"`, () => {
      expect(normalize(word)).to.equal(normal);
    });
  }
});

describe('respell', () => {
  const respell = createRespell(['sampah', 'trotoar', 'selokan', 'belokan']);

  it('mends one slip: a letter missing, extra, wrong, or two swapped', () => {
    expect(['trotar', 'trotooar', 'trotoat', 'trotora'].map(respell)).to.deep.equal(Array(4).fill('trotoar'));
  });

  it('leaves two slips, another first letter and a tie alone', () => {
    expect(respell('trotrr')).to.equal(undefined);
    expect(respell('rampah')).to.equal(undefined);
    expect(createRespell(['sampah', 'sampan'])('sampa')).to.equal(undefined);
  });
});
