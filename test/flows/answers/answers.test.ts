import { expect } from 'chai';
import fc from 'fast-check';
import { appendText, boundText } from '../../../src/flows/answers/bound-text.js';
import { findCaseReference, isMainlyReference } from '../../../src/flows/answers/case-reference.js';
import { isFreeText } from '../../../src/flows/answers/free-text.js';
import { addFiles, answerAt } from '../../../src/flows/answers/typed-answers.js';
import { texts } from '../step-context.js';

describe('boundText', () => {
  it('keeps any text within its bytes as JSON, and never splits a pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 12, max: 300 }), (raw, maxBytes) => {
        const text = raw.toWellFormed();
        const bounded = boundText(text, maxBytes);
        expect(Buffer.byteLength(JSON.stringify(bounded)) - 2).to.be.at.most(maxBytes);
        expect(bounded.isWellFormed()).to.equal(true);
        expect(text.startsWith(bounded)).to.equal(true);
      }),
    );
  });

  it('leaves alone what fits', () => {
    expect(boundText('jalan rusak', 12)).to.equal('jalan rusak');
  });
});

describe('appendText', () => {
  it('adds a line, but not the same one twice', () => {
    expect(appendText('a', 'b', 100)).to.equal('a\nb');
    expect(appendText('a\nb', 'b', 100)).to.equal('a\nb');
    expect(appendText('a', 'a', 100)).to.equal('a');
    expect(appendText('', 'a', 100)).to.equal('a');
  });
});

describe('findCaseReference', () => {
  for (const text of ['LP-260801-0007', 'lp 260801 0007', 'status LP2608010007 dong', 'LP.260801.0007']) {
    it(`reads "${text}"`, () => expect(findCaseReference(text)).to.deep.equal({ number: 'LP-260801-0007' }));
  }
  for (const text of ['LP-26080-0007', 'HELP-260801-0007', '260801-0007', 'LP-260801-07']) {
    it(`does not read "${text}"`, () => expect(findCaseReference(text)).to.equal(undefined));
  }
});

describe('isMainlyReference', () => {
  it('tells a question about a case from a story with a number in it', () => {
    expect(isMainlyReference('gimana kabar laporan LP-260801-0007 pak')).to.equal(true);
    expect(isMainlyReference('jalan itu sudah saya laporkan dengan nomor LP-260801-0007 belum juga')).to.equal(false);
  });
});

describe('isFreeText', () => {
  it('needs two words that are not mere politeness, or a long one', () => {
    expect(isFreeText('jalan rusak', texts)).to.equal(true);
    expect(isFreeText('penyelewengan', texts)).to.equal(true);
    expect(isFreeText('ubh dong', texts)).to.equal(false);
    expect(isFreeText('123 456', texts)).to.equal(false);
    expect(isFreeText('zzz', texts)).to.equal(false);
  });
});

describe('addFiles', () => {
  it('adds what is new, up to ten', () => {
    const file = (fileId: string) => ({ kind: 'image' as const, fileId });
    expect(addFiles([file('a')], [file('a'), file('b')])).to.deep.equal([file('a'), file('b')]);
    const many = Array.from({ length: 20 }, (_, index) => file(`f${index}`));
    expect(addFiles([], many)).to.have.lengthOf(10);
  });
});

describe('answerAt', () => {
  it('reads an answer or a field of one, and nothing else', () => {
    const answers = { rahasia: true, place: { type: 'place', text: 'Jl. Mawar' } } as const;
    expect(answerAt(answers, 'rahasia')).to.equal(true);
    expect(answerAt(answers, 'place.text')).to.equal('Jl. Mawar');
    expect(answerAt(answers, 'place.constructor')).to.equal(undefined);
    expect(answerAt(answers, 'rahasia.x')).to.equal(undefined);
    expect(answerAt(answers, 'constructor')).to.equal(undefined);
  });
});
