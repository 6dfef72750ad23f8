import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { loadLanguageGuess } from '../../src/classification/language.js';
import { CATEGORIES_FILE } from './classifier.js';

describe('language', () => {
  const guess = loadLanguageGuess(join(dirname(CATEGORIES_FILE), 'languages'));

  const spoken: readonly (readonly [string, string])[] = [
    ['jv', 'dalane rusak parah pak, nyuwun tulung didandani'],
    ['jv', 'banyune ora mili wis telung dina'],
    ['su', 'caina teu ngocor ti kamari, punten diomean'],
    ['su', 'hatur nuhun tos dibantos'],
    ['id', 'air tidak mengalir sejak kemarin, mohon diperbaiki'],
    ['id', 'aku capek hidup, pengen mati aja'],
    ['id', 'aku udah ga kuat lagi'],
    ['id', 'aku dipukul bapakku'],
    ['jv', 'aku wis kesel ngenteni'],
    ['en', 'the water has been off since yesterday'],
  ];
  for (const [language, text] of spoken) {
    it(`hears ${language} in "${text}"`, () => {
      expect(guess(text).language).to.equal(language);
    });
  }

  it('isn’t sure of what every language says', () => {
    expect(guess('ok').confidence).to.be.below(0.6);
    expect(guess('12345 !!').confidence).to.equal(0);
  });

  it('says where the sentences should be', () => {
    expect(() => loadLanguageGuess('/nowhere')).to.throw(/\/nowhere: the folder of sentences is missing/);
  });
});
