import { expect } from 'chai';
import { readCsv } from '../../src/classification/csv.js';

describe('readCsv', () => {
  it('keeps commas, quotes and line breaks inside of quoted fields', () => {
    const [row] = readCsv('text,kind\r\n"a, ""b""\nc",x\r\n', ['kind', 'text']);
    expect(row?.get('text')).to.equal('a, "b"\nc');
    expect(row?.get('kind')).to.equal('x');
  });

  it('reads semicolons where the header has no comma', () => {
    const [row] = readCsv('text;kind\n"a; b, c";x\n', ['kind', 'text']);
    expect(row?.get('text')).to.equal('a; b, c');
    expect(row?.get('kind')).to.equal('x');
  });

  it('tells how to save a file that is no UTF-8', () => {
    expect(() => readCsv('t\0e\0x\0t\0', ['text'])).to.throw(/save it as "CSV UTF-8"/);
  });

  it('names a missing column, an incomplete row and an open quote, never a text', () => {
    expect(() => readCsv('text\nsecret\n', ['kind'])).to.throw(/no column "kind"/);
    expect(() => readCsv('text,kind\nsecret\n', ['kind'])).to.throw(/row 2 has no field "kind"/);
    expect(() => readCsv('text,kind\n"secret,x\n', ['kind'])).to.throw(/row 2 opens a quote/);
  });
});
