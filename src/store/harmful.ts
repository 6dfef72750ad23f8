/** What every scanner takes for a virus, harmless by agreement (eicar.org): shows that harmful files are looked for. */
const SIGNATURES: readonly Buffer[] = [
  // in two pieces, or a scanner would take this very file away
  Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')),
];
const LONGEST = Math.max(...SIGNATURES.map(({ length }) => length));

export function isHarmful(bytes: Uint8Array): boolean {
  const { buffer, byteOffset, byteLength } = bytes;
  const whole = Buffer.from(buffer, byteOffset, byteLength);
  return SIGNATURES.some((signature) => whole.includes(signature));
}

/** Looks for what is known to be harmful anywhere in a file, as it passes piece by piece. */
export function createHarmWatch(): { see(piece: Buffer): void; found(): boolean } {
  let rest: Buffer = Buffer.alloc(0);
  let isFound = false;
  return {
    see(piece) {
      // a signature may lie across two pieces
      const seam = Buffer.concat([rest, piece.subarray(0, LONGEST)]);
      isFound ||= isHarmful(seam) || isHarmful(piece);
      rest = Buffer.from(Buffer.concat([rest, piece.subarray(-LONGEST)]).subarray(-LONGEST));
    },
    found: () => isFound,
  };
}
