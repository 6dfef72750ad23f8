import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import fc from 'fast-check';
import { watchCondition } from '../../src/store/file-condition.js';
import { withoutFilmMetadata } from '../../src/store/film-metadata.js';
import { box, filmThatSaysWhere, PLACE } from '../fakes/sample-film.js';

async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
const cleanOf = (film: Buffer, pieceBytes = film.length || 1) =>
  buffer(withoutFilmMetadata(inPieces(film, pieceBytes)));

describe('a film that is shown or handed on', () => {
  it('says nowhere where it was made, in pieces of any size, and has every frame in its place', async () => {
    for (const indexFirst of [false, true]) {
      const { film, frames } = filmThatSaysWhere(indexFirst);
      for (const pieceBytes of [1, 7, 100, film.length]) {
        const clean = await cleanOf(film, pieceBytes);
        expect(clean.includes(PLACE.slice(0, 8)) || clean.includes('ISO6709') || clean.includes('xmp')).to.equal(false);
        expect(clean.length).to.equal(film.length);
        expect(clean.indexOf(frames)).to.equal(film.indexOf(frames));
        for (const table of ['mvhd', 'tkhd', 'mdia']) expect(clean.indexOf(table)).to.equal(film.indexOf(table));
      }
    }
  });

  it('is still a whole film', async () => {
    const watch = watchCondition('video/mp4');
    watch.see(await cleanOf(filmThatSaysWhere().film));
    expect(watch.condition()).to.equal(undefined);
  });

  it('is the same when it says nothing', async () => {
    const plain = Buffer.concat([
      box('ftyp', Buffer.from('qt  ')),
      box('moov', box('mvhd', Buffer.alloc(9, 1)), Buffer.alloc(4)),
    ]);
    const withFrames = Buffer.concat([plain, box('mdat', Buffer.alloc(50, 7))]);
    expect((await cleanOf(withFrames, 3)).equals(withFrames)).to.equal(true);
  });

  it('leaves the original untouched', async () => {
    const { film } = filmThatSaysWhere();
    const before = Buffer.from(film);
    await cleanOf(film);
    expect(film.equals(before)).to.equal(true);
  });

  it('comes to an end of the same length, whatever the bytes are', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
    const boxed = fc.array(fc.tuple(fc.constantFrom('moov', 'trak', 'mdat', 'udta', 'free'), bytes), { maxLength: 4 });
    const odd = boxed.map((parts) => box('moov', ...parts.map(([type, body]) => box(type, body))));
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, odd), fc.integer({ min: 1, max: 40 }), async (film, pieceBytes) => {
        const clean = await cleanOf(film, pieceBytes);
        expect(clean.length).to.equal(film.length);
        expect(clean.equals(await cleanOf(film)), 'in whichever pieces').to.equal(true);
      }),
      { numRuns: 300 },
    );
  });
});
