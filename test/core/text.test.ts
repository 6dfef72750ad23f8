import { expect } from 'chai';
import { cleanText, cutText, keepText } from '../../src/core/text.js';

describe('cleanText', () => {
  it('keeps what people write', () => {
    expect(cleanText('  Jalan rusak\r\ndi Jl. Mawar 👨‍👩‍👧 é \t ok ')).to.equal(
      'Jalan rusak\ndi Jl. Mawar 👨‍👩‍👧 é \t ok',
    );
  });

  it('drops NUL, escapes and other control characters', () => {
    expect(cleanText('a\u0000b\u001b[31mc\u0007')).to.equal('ab[31mc');
  });

  it('replaces a lone surrogate, so that the text can be stored', () => {
    expect(cleanText('a\ud800b')).to.equal('a\ufffdb');
  });

  it('clamps stacked marks and keeps the letters', () => {
    const zalgo = `h${'\u0301'.repeat(500)}ai`;
    expect(cleanText(zalgo)).to.equal(`h${'\u0301'.repeat(4)}ai`);
  });
});

describe('cutText', () => {
  it('leaves short text as it is', () => {
    expect(cutText('halo', 4)).to.equal('halo');
  });

  it('cuts between graphemes, never inside one', () => {
    expect(cutText('ab👨‍👩‍👧cd', 6)).to.equal('ab…');
    expect(cutText('abcdef', 4)).to.equal('abc…');
  });
});

describe('keepText', () => {
  it('keeps what fits into a turn, and cuts the rest between graphemes', () => {
    const long = 'jalan rusak '.repeat(1500);
    expect(keepText(long)).to.equal(long);
    const kept = keepText('🚧'.repeat(20_000));
    expect(Buffer.byteLength(kept)).to.be.within(20_000, 24_003);
    expect(kept).to.match(/^(🚧)+…$/u);
  });
});

describe('cutText in a long text', () => {
  it('never breaks a family, a flag or a surrogate pair, wherever the cut falls', () => {
    const text = '👨‍👩‍👧🇮🇩é🚧'.repeat(100);
    const whole = new Set([...new Intl.Segmenter('id').segment(text)].map((each) => each.segment));
    for (let max = 250; max < 290; max++) {
      const cut = cutText(text, max).slice(0, -1);
      const parts = [...new Intl.Segmenter('id').segment(cut)].map((each) => each.segment);
      expect(
        parts.every((part) => whole.has(part)),
        `cut at ${max}`,
      ).to.equal(true);
      expect(text.startsWith(cut)).to.equal(true);
    }
  });
});
