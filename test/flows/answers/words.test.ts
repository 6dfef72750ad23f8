import { expect } from 'chai';
import fc from 'fast-check';
import { cannotBeNear, editDistance, lettersOf } from '../../../src/flows/answers/edit-distance.js';
import { createMatcher, createWordMatcher, isSpoken } from '../../../src/flows/answers/match-option.js';
import { normalise, withoutFillers } from '../../../src/flows/answers/normalise.js';
import { texts } from '../step-context.js';

describe('normalise', () => {
  for (const [text, expected] of [
    ['  KIRIM!! ', 'kirim'],
    ['iyaaaaaa', 'iya'],
    ['wr. wb.', 'wr wb'],
    ['2️⃣', '2'],
    ['👍🏽👍', '👍'],
    ['oke 👍', 'oke'],
    ['ｋｉｒｉｍ', 'kirim'],
    ['x'.repeat(81), ''],
  ] as const) {
    it(`makes "${expected}" of "${text.slice(0, 20)}"`, () => expect(normalise(text)).to.equal(expected));
  }

  it('changes nothing the second time', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => normalise(normalise(text)) === normalise(text)));
  });
});

describe('withoutFillers', () => {
  it('drops polite words at the ends, but never the last word', () => {
    const fillers = new Set(['ya', 'pak', 'tolong']);
    expect(withoutFillers('tolong kirim ya pak', fillers)).to.equal('kirim');
    expect(withoutFillers('kirim ya sekarang', fillers)).to.equal('kirim ya sekarang');
    expect(withoutFillers('ya pak', fillers)).to.equal('ya');
  });
});

describe('editDistance', () => {
  it('counts a swap of neighbours as one slip', () => {
    expect(editDistance('kirim', 'krim')).to.equal(1);
    expect(editDistance('menu', 'mneu')).to.equal(1);
    expect(editDistance('batal', 'petugas')).to.equal(5);
  });

  it('is the same both ways, and the same with a limit that it stays within', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, fc.nat(4), (a, b, limit) => {
        const away = editDistance(a, b);
        expect(editDistance(b, a)).to.equal(away);
        const limited = editDistance(a, b, limit);
        expect(away <= limit ? limited === away : limited > limit).to.equal(true);
      }),
    );
  });

  it('is never told to be large by the letters alone where it is small', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'ƒ', '1', 'q'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, fc.nat(4), (a, b, limit) => {
        if (cannotBeNear(lettersOf(a), lettersOf(b), limit)) expect(editDistance(a, b)).to.be.above(limit);
      }),
    );
    expect(cannotBeNear(lettersOf('batal'), lettersOf('kirim'), 2)).to.equal(true);
  });
});

describe('createMatcher', () => {
  const matcher = createMatcher(
    [
      { id: 'waktu', words: new Set(['waktu', 'tanggal']) },
      { id: 'waktumu', words: new Set(['waktun']) },
      { id: 'kirim', words: new Set(['kirim', 'oke', 'sip']) },
    ],
    texts,
  );

  it('never guesses between two equally near words', () => {
    expect(matcher.close('waktux')).to.equal(undefined);
    expect(matcher.close('tangal')).to.equal('waktu');
  });

  it('does not find a number inside another', () => {
    expect(matcher.exact('11')).to.equal(undefined);
    expect(matcher.exact('1')).to.equal('waktu');
    expect(matcher.exact('no. 3')).to.equal('kirim');
  });

  it('takes several words that all mean the same', () => {
    expect(matcher.exact('oke sip')).to.equal('kirim');
    expect(matcher.exact('oke waktu')).to.equal(undefined);
  });

  it('allows no slips in words of three letters', () => {
    expect(matcher.close('okr')).to.equal(undefined);
  });

  it('takes a word of two options for neither', () => {
    const unclear = createWordMatcher(
      [
        { id: 'a', words: new Set(['foto']) },
        { id: 'b', words: new Set(['foto']) },
      ],
      texts,
    );
    expect(unclear.exact('foto')).to.equal(undefined);
  });
});

describe('isSpoken', () => {
  it('means the whole message, never a part of it', () => {
    expect(isSpoken('menu', 'global_menu', texts)).to.equal(true);
    expect(isSpoken('menu dong kak', 'global_menu', texts)).to.equal(true);
    expect(isSpoken('menu makan siang sekolah basi', 'global_menu', texts)).to.equal(false);
    expect(isSpoken('bantuan sosial saya belum cair', 'global_help', texts)).to.equal(false);
    expect(isSpoken('', 'global_menu', texts)).to.equal(false);
  });
});
