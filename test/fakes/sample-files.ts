/** Small files that are whole, or broken on purpose. None can be decoded: they have the shape of what they are, no more. */

const JFIF = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');

/** A JPEG from start to end of image; another number is another file. */
export function wholeJpeg(number = 0): Buffer {
  const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, number >> 8, number & 0xff]);
  const scan = Buffer.from('ffda000801010000003f00', 'hex');
  return Buffer.concat([JFIF, comment, scan, Buffer.from([0x12, 0xff, 0x00, 0x34]), Buffer.from([0xff, 0xd9])]);
}

/** Its end never came. */
export function cutJpeg(number = 0): Buffer {
  return wholeJpeg(number).subarray(0, -3);
}

export function wholePdf(trailer = '/Size 1'): Buffer {
  return Buffer.from(`%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<${trailer}>>\nstartxref\n9\n%%EOF\n`);
}

/** A PDF that opens by a password only. */
export function lockedPdf(): Buffer {
  return wholePdf('/Size 1 /Encrypt 7 0 R');
}

/** What every scanner takes for a virus, and is none. Made when asked for, so that no scanner takes the test away. */
export function eicar(): Buffer {
  return Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));
}
