import { expect } from 'chai';
import { base32, caseNumberOf, conversationIdOf, receiptCodeOf, showReceiptCode } from '../../src/core/ids.js';
import { keyOf } from '../fakes/keys.js';

describe('ids', () => {
  it('writes base32 as RFC 4648 does', () => {
    expect(base32(Buffer.from('foobar'))).to.equal('mzxw6ytboi');
    expect(base32(Buffer.from('f'))).to.equal('my');
    expect(base32(Buffer.alloc(0))).to.equal('');
  });

  it('derives one conversation id from one address, in every process', () => {
    const id = conversationIdOf(keyOf(1), 'telegram', 'bot', '42');
    expect(id)
      .to.match(/^[a-z2-7]{26}$/)
      .and.equal(conversationIdOf(keyOf(1), 'telegram', 'bot', '42'));
    expect(id).not.to.equal(conversationIdOf(keyOf(1), 'telegram', 'bot4', '2'));
    expect(id).not.to.equal(conversationIdOf(keyOf(2), 'telegram', 'bot', '42'));
  });

  it('counts past 9,999 cases a day', () => {
    expect(caseNumberOf('261124', 7)).to.equal('LP-261124-0007');
    expect(caseNumberOf('261124', 12_345)).to.equal('LP-261124-12345');
  });

  it('gives a case one code of 16 digits, and another case another', () => {
    const code = receiptCodeOf(keyOf(3), 'LP-261124-0007');
    expect(code)
      .to.match(/^\d{16}$/)
      .and.equal(receiptCodeOf(keyOf(3), 'LP-261124-0007'));
    expect(code).not.to.equal(receiptCodeOf(keyOf(3), 'LP-261124-0008'));
    expect(code).not.to.equal(receiptCodeOf(keyOf(4), 'LP-261124-0007'));
  });

  it('shows a code in groups of four', () => {
    expect(showReceiptCode('1234567890123456')).to.equal('1234 5678 9012 3456');
  });
});
