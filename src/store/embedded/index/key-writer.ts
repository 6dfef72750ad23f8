/** lmdb refuses longer keys. */
export const MAX_KEY_BYTES = 1978;

/** Thrown by {@link KeyWriter} when a key does not fit; callers turn it into a refusal that names the index. */
export class KeyTooLongError extends Error {
  override readonly name = 'KeyTooLongError';
}

const FIRST_BYTES = 2048;

/** A scratch buffer for encoded values; a part written descending is stored as its complement. */
export class KeyWriter {
  private bytes = Buffer.alloc(FIRST_BYTES);
  private length = 0;

  /** @param maxBytes longer keys are refused; sort keys, which lmdb never sees, may be longer than index keys */
  constructor(private readonly maxBytes = MAX_KEY_BYTES) {}

  reset(): this {
    this.length = 0;
    return this;
  }

  position(): number {
    return this.length;
  }

  /** Forgets everything behind a position taken earlier. */
  truncate(position: number): void {
    this.length = position;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  uint16(value: number): void {
    this.reserve(2);
    this.length = this.bytes.writeUInt16BE(value, this.length);
  }

  uint32(value: number): void {
    this.reserve(4);
    this.length = this.bytes.writeUInt32BE(value, this.length);
  }

  /** Six bytes: record ids. */
  uint48(value: number): void {
    this.reserve(6);
    this.length = this.bytes.writeUIntBE(value, this.length, 6);
  }

  uint64(value: bigint): void {
    this.reserve(8);
    this.length = this.bytes.writeBigUInt64BE(value, this.length);
  }

  /** A double such that the bytes order as the numbers do. */
  double(value: number): void {
    this.reserve(8);
    const at = this.length;
    // adding 0 makes -0 into 0
    this.length = this.bytes.writeDoubleBE(value + 0, at);
    if (value < 0) this.complement(at);
    else this.bytes[at] = (this.bytes[at] ?? 0) | 0x80;
  }

  raw(source: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    this.length += source.copy(this.bytes, this.length, start, end);
  }

  /** Text of any length with an end mark, so that no text's bytes begin with another's: NUL becomes 00 ff, the end is 00 01. */
  text(source: Buffer, start: number, end: number): void {
    this.reserve(end - start + 2);
    for (let i = start; i < end; i++) {
      const value = source[i] ?? 0;
      this.byte(value);
      if (value === 0) this.byte(0xff);
    }
    this.byte(0);
    this.byte(1);
  }

  /** Turns what was written since `from` into its complement: descending order. */
  complement(from: number): void {
    for (let i = from; i < this.length; i++) this.bytes[i] = ~(this.bytes[i] ?? 0);
  }

  /** A copy of the key so far. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length));
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length && needed <= this.maxBytes) return;
    if (needed > this.maxBytes) throw new KeyTooLongError(`key is longer than ${this.maxBytes} bytes`);
    const grown = Buffer.alloc(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}
