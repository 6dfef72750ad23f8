import { expect } from 'chai';
import fc from 'fast-check';
import { splitText } from '../../src/core/split-text.js';

describe('splitText', () => {
  it('leaves a text that fits whole', () => {
    expect(splitText('Halo.\n\nApa kabar?', 4096)).to.deep.equal(['Halo.\n\nApa kabar?']);
  });

  it('says nothing for a text of spaces', () => {
    expect(splitText(' \n ', 10)).to.deep.equal([]);
  });

  it('cuts between paragraphs rather than sentences, and between sentences rather than words', () => {
    expect(splitText('Satu dua. Tiga empat.\n\nLima enam. Tujuh.', 36)).to.deep.equal([
      'Satu dua. Tiga empat.',
      'Lima enam. Tujuh.',
    ]);
    expect(splitText('Satu dua tiga. Empat lima enam tujuh', 25)).to.deep.equal([
      'Satu dua tiga.',
      'Empat lima enam tujuh',
    ]);
    expect(splitText('satu dua tiga empat lima', 15)).to.deep.equal(['satu dua tiga', 'empat lima']);
  });

  it('fills a part to its last character when a sentence ends there', () => {
    expect(splitText(`${'a'.repeat(9)}. ${'b'.repeat(5)}`, 10)).to.deep.equal([`${'a'.repeat(9)}.`, 'bbbbb']);
  });

  it('cuts a word that is too long between graphemes', () => {
    const family = '👨‍👩‍👧‍👦';
    const parts = splitText(family.repeat(5), family.length * 2 + 3);
    expect(parts).to.deep.equal([family.repeat(2), family.repeat(2), family]);
  });

  it('cuts even a grapheme longer than a message, between whole characters', () => {
    const parts = splitText(`👍${'🏽'.repeat(40)}`, 11);
    expect(parts.join('')).to.equal(`👍${'🏽'.repeat(40)}`);
    expect(parts.every((part) => part.isWellFormed() && part.length <= 11)).to.equal(true);
  });

  it('loses nothing but white space, keeps every part within the limit and well formed', () => {
    const words = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 30 });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 60 }), (list, maxChars) => {
        const text = list.join(' ').toWellFormed();
        const parts = splitText(text, maxChars);
        const squeezed = (each: string) => each.replace(/\s+/g, '');
        return (
          squeezed(parts.join('')) === squeezed(text) &&
          parts.every((part) => part !== '' && part.length <= maxChars && part.isWellFormed())
        );
      }),
      { numRuns: 2000 },
    );
  });
});
