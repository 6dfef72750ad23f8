import { expect } from 'chai';
import { equalSecrets, type Keys, mac, open, seal } from '../../src/core/crypto.js';
import { keyOf, TEST_KEYS } from '../fakes/keys.js';

describe('seal and open', () => {
  it('give back what was sealed', () => {
    const value = { text: 'jalan rusak 🚧', list: [1, null] };
    expect(open(TEST_KEYS, 'a#1', seal(TEST_KEYS, 'a#1', value))).to.deep.equal(value);
  });

  it('open only where it belongs', () => {
    const sealed = seal(TEST_KEYS, 'a#1', 'x');
    expect(() => open(TEST_KEYS, 'a#2', sealed)).to.throw();
  });

  it('refuse a value of which one bit was changed', () => {
    const sealed = seal(TEST_KEYS, 'a#1', 'x');
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    expect(() => open(TEST_KEYS, 'a#1', sealed)).to.throw();
  });

  it('seal with the newest key and open with the older ones', () => {
    const rotated: Keys = { ...TEST_KEYS, contentKeys: [{ id: 'k2', key: keyOf(9) }, ...TEST_KEYS.contentKeys] };
    expect(open(rotated, 'a', seal(TEST_KEYS, 'a', 'old'))).to.equal('old');
    expect(() => open(TEST_KEYS, 'a', seal(rotated, 'a', 'new'))).to.throw(/"k2"/);
  });

  it('never give the same bytes twice', () => {
    expect(seal(TEST_KEYS, 'a', 'x').equals(seal(TEST_KEYS, 'a', 'x'))).to.equal(false);
  });
});

describe('mac', () => {
  it('tells lists of parts apart that read the same when joined', () => {
    const key = keyOf(1);
    expect(mac(key, 'ab', 'c').equals(mac(key, 'a', 'bc'))).to.equal(false);
  });
});

describe('equalSecrets', () => {
  it('compares secrets of any length', () => {
    expect(equalSecrets('abc', 'abc')).to.equal(true);
    expect(equalSecrets('abc', 'abd')).to.equal(false);
    expect(equalSecrets('', 'abc')).to.equal(false);
  });
});
