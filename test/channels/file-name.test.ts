import { expect } from 'chai';
import { fileNameOf } from '../../src/channels/file-name.js';
import { judgeType } from '../../src/store/file-types.js';

const OGG = Buffer.concat([Buffer.from('OggS'), Buffer.alloc(24), Buffer.from('OpusHead'), Buffer.alloc(40)]);
const FILM = Buffer.concat([
  Buffer.from('0000001c6674797069736f6d0000020069736f6d69736f326d703431', 'hex'),
  Buffer.alloc(40),
]);

describe('the name of a file that goes out', () => {
  it('ends in what opens it, by the type that the store found', async () => {
    const nameOf = async (bytes: Buffer) => fileNameOf(await judgeType(bytes));
    expect(await nameOf(OGG)).to.match(/^lampiran\.(ogg|opus)$/);
    expect(await nameOf(FILM)).to.equal('lampiran.mp4');
    expect(await nameOf(Buffer.from('%PDF-1.7'))).to.equal('lampiran.pdf');
  });

  it('promises nothing of a type that is not known', () => {
    expect(fileNameOf({ kind: 'document', mimeType: 'text/html' })).to.equal('lampiran.bin');
    expect(fileNameOf({ kind: 'document' })).to.equal('lampiran.bin');
  });
});
