/** A box of a film: its length, its type, what is in it. */
export function box(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length + 8, 0);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

export const PLACE = '+06.1754+106.8272';

/** What phones write of where a film was made, each at the place in which it does. */
const SAYS_WHERE: Readonly<Record<string, Buffer>> = {
  android: box('udta', box('\u00a9xyz', Buffer.from(`\0\x12\x15\xc7${PLACE}/`, 'latin1')), Buffer.alloc(4)),
  '3gpp': box('udta', box('loci', Buffer.from(`\0\0\0\0\x15\xc7Jalan ${PLACE}\0`, 'latin1'))),
  apple: box(
    'meta',
    box('keys', Buffer.from('mdtacom.apple.quicktime.location.ISO6709')),
    box('ilst', Buffer.from(PLACE)),
  ),
};

/** A film in which only frames and the tables to them are left when all that says where is gone. */
export function filmThatSaysWhere(indexFirst = false): { readonly film: Buffer; readonly frames: Buffer } {
  const frames = Buffer.alloc(700, 'frame');
  const track = box(
    'trak',
    box('tkhd', Buffer.alloc(84, 1)),
    SAYS_WHERE['apple'] ?? Buffer.alloc(0),
    box('mdia', Buffer.alloc(90, 2)),
  );
  const moov = box('moov', box('mvhd', Buffer.alloc(100, 3)), track, ...Object.values(SAYS_WHERE));
  const wide = Buffer.alloc(16);
  wide.writeUInt32BE(1, 0);
  wide.write('mdat', 4, 'latin1');
  wide.writeBigUInt64BE(BigInt(frames.length + 16), 8);
  const mdat = Buffer.concat([wide, frames]);
  const xmp = box('uuid', Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex'), Buffer.from(`<x:xmpmeta>${PLACE}`));
  const start = box('ftyp', Buffer.from('isom\0\0\x02\0isommp41', 'latin1'));
  const parts = indexFirst ? [start, moov, xmp, mdat] : [start, box('free', Buffer.from(PLACE)), mdat, moov, xmp];
  return { film: Buffer.concat(parts), frames };
}
