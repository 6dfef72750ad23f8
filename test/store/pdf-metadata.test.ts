import { deflateSync, inflateSync } from 'node:zlib';
import { expect } from 'chai';
import { withoutPdfMetadata } from '../../src/store/pdf-metadata.js';

const XMP = '<?xpacket begin="x"?><x:xmpmeta><dc:creator>Budi Rahasia</dc:creator></x:xmpmeta><?xpacket end="w"?>';
const INFO = '<</Author (Budi \\(Rahasia\\)) /Title <42756469> /Producer (Cetak (Kantor) 3) /Pages 3>>';
const END = 'trailer<</Size 9 /Root 1 0 R /Info 7 0 R>>\nstartxref\n0\n%%EOF';

function stream(number: number, dictionary: string, body: Buffer | string): Buffer {
  const head = `${number} 0 obj\n<<${dictionary} /Length ${body.length}>>\nstream\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body as string), Buffer.from('\nendstream\nendobj\n')]);
}

function pdf(...parts: readonly (Buffer | string)[]): Buffer {
  return Buffer.concat([
    Buffer.from('%PDF-1.7\n'),
    ...parts.map((part) => Buffer.from(part as string)),
    Buffer.from(END),
  ]);
}

function unpacked(bytes: Buffer | undefined, after: string): string {
  const text = bytes?.toString('latin1') ?? '';
  const start = text.indexOf('stream\n', text.indexOf(after)) + 7;
  return inflateSync(bytes?.subarray(start) ?? Buffer.alloc(0)).toString('latin1');
}

describe('a PDF to be handed on', () => {
  it('says nothing of its author, title, maker and time, and every byte keeps its place', () => {
    const original = pdf(
      `7 0 obj\n${INFO}\nendobj\n`,
      stream(8, '/Type /Metadata /Subtype /XML', XMP),
      'isi: (tetap)\n',
    );
    const clean = withoutPdfMetadata(original);
    expect(clean).to.have.length(original.length);
    expect(String(clean)).not.to.match(/Budi|Rahasia|42756469|Kantor|xmpmeta/);
    expect(String(clean)).to.include('/Pages 3>>').and.to.include('isi: (tetap)');
    expect(String(clean).indexOf('8 0 obj')).to.equal(String(original).indexOf('8 0 obj'));
  });

  it('says it in no earlier saving of itself either', () => {
    const twice = pdf(
      `7 0 obj\n${INFO}\nendobj\n`,
      `7 0 obj\n${INFO.replaceAll('Budi', 'Siti')}\nendobj\n`,
      '17 0 obj (lain) endobj\n',
    );
    expect(String(withoutPdfMetadata(twice)))
      .to.include('(lain)')
      .and.not.match(/Budi|Siti/);
  });

  it('says nothing where it is packed: among other objects, or as a stream of its own', () => {
    const pairs = '3 0 7 20 9 130\n';
    const objects = `${'(tetap)'.padEnd(20)}${INFO.padEnd(110)}(juga tetap)`;
    const packed = deflateSync(pairs + objects, { level: 1 });
    const dictionary = `/Type /ObjStm /N 3 /First ${pairs.length} /Filter /FlateDecode`;
    const metadata = deflateSync(XMP, { level: 1 });
    const original = pdf(
      stream(5, dictionary, packed),
      stream(8, '/Type /Metadata /Filter /FlateDecode', metadata),
      stream(9, '/Filter /FlateDecode', deflateSync('gambar')),
    );
    const clean = withoutPdfMetadata(original);
    expect(unpacked(clean, '/ObjStm'))
      .to.include('(tetap)')
      .and.to.include('(juga tetap)')
      .and.not.match(/Budi|Kantor/);
    expect(unpacked(clean, '/Metadata').trim()).to.equal('');
    expect(unpacked(clean, '9 0 obj')).to.equal('gambar');
  });

  it('has photos in it without what the camera wrote', () => {
    const exif = Buffer.concat([
      Buffer.from('ffd8ffe1001c', 'hex'),
      Buffer.from('Exif\0\0'),
      Buffer.from('GPS -6.2 106.8 rumah'),
    ]);
    const photo = Buffer.concat([exif, Buffer.from('ffdb0004', 'hex'), Buffer.from('isi')]);
    const clean = withoutPdfMetadata(pdf(stream(4, '/Subtype /Image /Filter /DCTDecode', photo)));
    expect(clean?.toString('latin1')).not.to.match(/GPS|rumah/);
    expect(clean?.toString('latin1')).to.include('\xff\xdb\0\x04isi');
  });

  it('is not handed on when something of it is packed in another way, or is made to keep us busy', () => {
    const odd = stream(8, '/Type /Metadata /Filter /LZWDecode', XMP.replace(/xpacket|xmpmeta/g, 'y'));
    expect(withoutPdfMetadata(pdf(odd))).to.equal(undefined);
    expect(withoutPdfMetadata(pdf(stream(8, '/Type /ObjStm /Filter /FlateDecode', 'not packed')))).to.equal(undefined);
    const bomb = stream(5, '/Type /ObjStm /First 4 /Filter /FlateDecode', deflateSync(Buffer.alloc(33 * 1024 * 1024)));
    expect(withoutPdfMetadata(pdf(bomb))).to.equal(undefined);
    const infos = Array.from({ length: 9 }, (_, number) => `/Info ${number} 0 R `).join('');
    expect(withoutPdfMetadata(pdf(infos))).to.equal(undefined);
  });

  it('is read in one go, whatever is repeated in it', () => {
    const exif = '\xff\xe1\xff\xffExif\0\0';
    const parts = [
      '<?xpacket begin',
      '/Info ',
      '1 ',
      ' obj stream',
      exif,
      '(',
      '/Info 7 0 R 7 0 obj (',
      '<</Type /Metadata>>stream ',
    ];
    for (const part of parts) {
      const long = Buffer.from(part.repeat(Math.floor(4_000_000 / part.length)), 'latin1');
      const clean = withoutPdfMetadata(pdf(long, 'endobj endstream'));
      expect(clean === undefined || clean.length === pdf(long, 'endobj endstream').length, part).to.equal(true);
    }
  }).timeout(20_000);
});
