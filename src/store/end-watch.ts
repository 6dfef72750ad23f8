/** Looks at a file as it passes piece by piece, and tells at the end whether all of it came. */
export interface EndWatch {
  see(piece: Buffer): void;
  isWhole(): boolean;
}
