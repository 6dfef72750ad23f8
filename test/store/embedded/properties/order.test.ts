import { serialize } from 'bson';
import { expect } from 'chai';
import fc from 'fast-check';
import { compareValues } from '../../../../src/store/embedded/bson/compare.js';
import { findField, type RawValue } from '../../../../src/store/embedded/bson/raw.js';
import { encodeValue } from '../../../../src/store/embedded/index/key-encoding.js';
import { KeyWriter } from '../../../../src/store/embedded/index/key-writer.js';
import { numbers, values } from '../support/arbitraries.js';

function rawOf(value: unknown): RawValue {
  const raw = findField(Buffer.from(serialize({ v: value })), 0, Buffer.from('v'));
  if (!raw) throw new Error('value was not serialized');
  return raw;
}

function encode(raw: RawValue, descending: boolean): Buffer {
  const writer = new KeyWriter();
  encodeValue(writer, raw);
  if (descending) writer.complement(0);
  return writer.copy();
}

const sign = (order: number) => Math.sign(order) + 0;

describe('order of values', () => {
  it('is that of their index keys, and the opposite in descending fields', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const [a, b] = [rawOf(left), rawOf(right)];
        const order = sign(compareValues(a, b));
        expect(sign(Buffer.compare(encode(a, false), encode(b, false)))).to.equal(order);
        expect(sign(Buffer.compare(encode(b, true), encode(a, true)))).to.equal(order);
      }),
      { numRuns: 3000 },
    );
  });

  it('is the same over numbers of all types', () => {
    fc.assert(
      fc.property(numbers, numbers, (left, right) => {
        const [a, b] = [rawOf(left), rawOf(right)];
        expect(sign(Buffer.compare(encode(a, false), encode(b, false)))).to.equal(sign(compareValues(a, b)));
      }),
      { numRuns: 5000 },
    );
  });

  it('is total: turned around it is the opposite, and it is transitive', () => {
    fc.assert(
      fc.property(values, values, values, (x, y, z) => {
        const [a, b, c] = [rawOf(x), rawOf(y), rawOf(z)];
        expect(sign(compareValues(a, b))).to.equal(-sign(compareValues(b, a)) + 0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).to.be.at.most(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives no key that is the beginning of another', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const [a, b] = [encode(rawOf(left), false), encode(rawOf(right), false)];
        if (!a.equals(b)) expect(b.subarray(0, a.length).equals(a)).to.equal(false);
      }),
      { numRuns: 2000 },
    );
  });
});
