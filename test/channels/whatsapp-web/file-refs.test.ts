import { expect } from 'chai';
import { createFileRefs } from '../../../src/channels/whatsapp-web/file-refs.js';

const REF = 'false_6281234567890@c.us_3EB0AAAA02';
const refs = createFileRefs(Buffer.alloc(32, 1));

describe('references to files at WhatsApp Web', () => {
  it('tell nobody whose they are, are the same for the same file, and lead to it', () => {
    const sealed = refs.seal(REF);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).to.not.include('6281234567890');
    expect(refs.seal(REF)).to.equal(sealed);
    expect(refs.seal(`${REF}1`)).to.not.equal(sealed);
    expect(refs.open(sealed)).to.equal(REF);
  });

  it('of before, and of another key, stay as they are', () => {
    expect(refs.open(REF)).to.equal(REF);
    const foreign = createFileRefs(Buffer.alloc(32, 2)).seal(REF);
    expect(refs.open(foreign)).to.equal(foreign);
    for (const odd of ['', 'x', 'A'.repeat(30)]) expect(refs.open(odd)).to.equal(odd);
  });
});
