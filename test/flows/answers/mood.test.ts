import { expect } from 'chai';
import { moodOf, wantsOut } from '../../../src/flows/answers/mood.js';
import { loadTexts } from '../../../src/flows/i18n.js';
import { LOCALES_DIR } from '../real-flows.js';

describe('mood of a message', () => {
  const texts = loadTexts(LOCALES_DIR);

  const READ: [string, 'calm' | 'upset' | 'angry', string[]][] = [
    ['lampu jalan mati di Jl. Mawar', 'calm', []],
    ['TOLOL!! lampu mati terus', 'angry', ['tolol']],
    ['sudah capek, percuma lapor', 'angry', ['sudah capek', 'percuma']],
    ['kok bertele-tele sih', 'upset', ['bertele tele']],
    ['ribet, dasar goblok', 'angry', ['goblok', 'ribet']],
    ['jalan percumaan', 'calm', []],
    ['sudah', 'calm', []],
    ['apa gunanya? percuma, PERCUMA', 'angry', ['percuma']],
    ['', 'calm', []],
  ];
  for (const [text, tone, words] of READ) {
    it(`is ${tone} in "${text}"`, () => {
      expect(moodOf(text, texts)).to.deep.equal({ tone, words });
    });
  }

  it('asks for a person when it is hardly more than anger, not when there is something else to say', () => {
    expect(wantsOut('goblok kalian semua', texts)).to.equal(true);
    expect(wantsOut('goblok, lampu jalan di depan SD sudah mati dua bulan', texts)).to.equal(false);
    expect(wantsOut('lampu mati', texts)).to.equal(false);
  });
});
