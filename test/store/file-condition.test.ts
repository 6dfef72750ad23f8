import { expect } from 'chai';
import sharp from 'sharp';
import { watchCondition } from '../../src/store/file-condition.js';
import { cutJpeg, eicar, lockedPdf, wholeJpeg, wholePdf } from '../fakes/sample-files.js';

function conditionOf(mimeType: string, bytes: Buffer, pieceBytes = bytes.length || 1): string {
  const watch = watchCondition(mimeType);
  for (let at = 0; at < bytes.length; at += pieceBytes) watch.see(bytes.subarray(at, at + pieceBytes));
  return watch.condition() ?? 'whole';
}

function box(type: string, body: Buffer, sizeBytes = body.length + 8): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(sizeBytes, 0);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

/** As phones write them: index last, a body whose length takes 64 bits. */
function film(): Buffer {
  const wide = Buffer.alloc(16);
  wide.writeUInt32BE(1, 0);
  wide.write('mdat', 4, 'latin1');
  wide.writeBigUInt64BE(316n, 8);
  const body = Buffer.concat([wide, Buffer.alloc(300, 7)]);
  return Buffer.concat([box('ftyp', Buffer.from('isom0000')), body, box('moov', Buffer.alloc(60, 1))]);
}

const canvas = () =>
  sharp({
    create: {
      width: 90,
      height: 60,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 120, sigma: 60 },
    },
  });

describe('the condition of a file', () => {
  let samples: Record<string, { mimeType: string; bytes: Buffer }>;

  before(async () => {
    samples = {
      jpeg: {
        mimeType: 'image/jpeg',
        bytes: await canvas()
          .withExif({ IFD0: { Copyright: 'x' } })
          .jpeg()
          .toBuffer(),
      },
      progressive: { mimeType: 'image/jpeg', bytes: await canvas().jpeg({ progressive: true }).toBuffer() },
      png: { mimeType: 'image/png', bytes: await canvas().png().toBuffer() },
      gif: { mimeType: 'image/gif', bytes: await canvas().gif().toBuffer() },
      webp: { mimeType: 'image/webp', bytes: await canvas().webp().toBuffer() },
      avif: { mimeType: 'image/avif', bytes: await canvas().avif().toBuffer() },
      mp4: { mimeType: 'video/mp4', bytes: film() },
      pdf: { mimeType: 'application/pdf', bytes: wholePdf() },
    };
  });

  it('is good for what is whole, in pieces of any size', () => {
    for (const [name, { mimeType, bytes }] of Object.entries(samples)) {
      for (const pieceBytes of [1, 3, 1000, bytes.length])
        expect(conditionOf(mimeType, bytes, pieceBytes), `${name} in pieces of ${pieceBytes}`).to.equal('whole');
    }
  });

  it('is damaged wherever the end of it is cut off', () => {
    for (const [name, { mimeType, bytes }] of Object.entries(samples)) {
      for (const share of [0.05, 0.5, 0.9]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * share));
        for (const pieceBytes of [1, cut.length])
          expect(conditionOf(mimeType, cut, pieceBytes), `${share} of ${name}`).to.equal('damaged');
      }
    }
  });

  it('is damaged for what is empty, whatever it is said to be', () => {
    for (const mimeType of ['image/jpeg', 'audio/ogg', 'application/octet-stream'])
      expect(conditionOf(mimeType, Buffer.alloc(0))).to.equal('damaged');
  });

  it('is not judged by the end of a thumbnail, nor by what a camera appends', () => {
    const thumbnail = wholeJpeg(1);
    const length = Buffer.from([(thumbnail.length + 2) >> 8, (thumbnail.length + 2) & 0xff]);
    const withThumbnail = (photo: Buffer) =>
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1]), length, thumbnail, photo.subarray(2)]);
    expect(conditionOf('image/jpeg', withThumbnail(wholeJpeg()))).to.equal('whole');
    expect(conditionOf('image/jpeg', withThumbnail(cutJpeg()))).to.equal('damaged');
    expect(conditionOf('image/jpeg', Buffer.concat([wholeJpeg(), film()]))).to.equal('whole');
  });

  it('is damaged for a film without its index, though every box is whole', () => {
    expect(conditionOf('video/mp4', box('ftyp', Buffer.from('isom0000')))).to.equal('damaged');
    const toTheEnd = Buffer.concat([film(), box('free', Buffer.alloc(9), 0)]);
    expect(conditionOf('video/mp4', toTheEnd)).to.equal('whole');
  });

  it('is locked for a PDF that needs a password, not for one that speaks of it', () => {
    for (const pieceBytes of [1, 5, 1000])
      expect(conditionOf('application/pdf', lockedPdf(), pieceBytes)).to.equal('locked');
    expect(conditionOf('application/pdf', wholePdf('/Size 1 /Encrypt <</Filter /Standard>>'))).to.equal('locked');
    expect(conditionOf('application/pdf', wholePdf('/Title (/Encrypt is a word)'))).to.equal('whole');
  });

  it('is quarantined for what is known to be harmful, wherever it lies in whichever file', () => {
    for (const before of [wholePdf(), wholeJpeg(), Buffer.alloc(5000), Buffer.alloc(0)]) {
      const mimeType = before.length < 5000 ? 'application/pdf' : 'video/mp4';
      const infected = Buffer.concat([before, eicar(), Buffer.alloc(500, 1)]);
      for (const pieceBytes of [1, 37, 69, 5001, infected.length])
        expect(conditionOf(mimeType, infected, pieceBytes), `pieces of ${pieceBytes}`).to.equal('quarantined');
    }
    expect(conditionOf('audio/ogg', eicar().subarray(0, -1))).to.equal('whole');
  });
});
