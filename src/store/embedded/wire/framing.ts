/** The largest message taken, length field included; what hello announces. */
export const MAX_MESSAGE_BYTES = 48_000_000;
export const HEADER_BYTES = 16;

/** Thrown for a length that no message has; the connection can't be used any further. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

/** Cuts a byte stream into messages, whatever packets it comes in. */
export class Framer {
  private chunks: Buffer[] = [];
  private held = 0;
  private needed = 4;

  /**
   * Takes the next packet.
   *
   * @throws {FramingError} as soon as a length field is out of bounds, before its message is buffered
   */
  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.held += chunk.length;
    this.readLength();
  }

  /** What is buffered, whole messages included. */
  get heldBytes(): number {
    return this.held;
  }

  /** The next whole message, or undefined until more has come. */
  next(): Buffer | undefined {
    if (this.needed === 4 || this.held < this.needed) return undefined;
    const bytes = this.join();
    const message = bytes.subarray(0, this.needed);
    const rest = bytes.subarray(this.needed);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.held = rest.length;
    this.needed = 4;
    this.readLength();
    return message;
  }

  private readLength(): void {
    if (this.needed !== 4 || this.held < 4) return;
    const [first] = this.chunks;
    const head = first && first.length >= 4 ? first : this.join();
    const length = head.readInt32LE(0);
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) {
      throw new FramingError(`message length ${length} is outside ${HEADER_BYTES} to ${MAX_MESSAGE_BYTES}`);
    }
    this.needed = length;
  }

  private join(): Buffer {
    const [first] = this.chunks;
    if (this.chunks.length === 1 && first) return first;
    const joined = Buffer.concat(this.chunks);
    this.chunks = [joined];
    return joined;
  }
}
