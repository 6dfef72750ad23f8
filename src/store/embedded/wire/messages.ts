import { RawValue } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { MAX_DEPTH, validateDocument } from '../bson/validate.js';
import { BsonWriter } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { crc32c } from './crc32c.js';
import { FramingError, HEADER_BYTES } from './framing.js';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
const EXHAUST_ALLOWED = 1 << 16;
/** Of the required bits (0-15) those this store knows. */
const KNOWN_REQUIRED = CHECKSUM_PRESENT | MORE_TO_COME;

export interface Request {
  readonly id: number;
  /** OP_QUERY is answered by OP_REPLY; drivers use it for their first hello only. */
  readonly legacy: boolean;
  readonly body: RawValue;
  /** Documents of kind 1 sections, by name. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>;
  /** No reply is wanted. */
  readonly unacknowledged: boolean;
  readonly exhaustAllowed: boolean;
  /** The database of an OP_QUERY; OP_MSG has it in the body. */
  readonly database: string | undefined;
}

/**
 * Reads one message.
 *
 * @throws {FramingError} for what is no message this store can answer: the connection is to be closed
 * @throws {MessageError} for a message that can be answered with an error
 */
export function parseMessage(bytes: Buffer): Request {
  const id = bytes.readInt32LE(4);
  const opcode = bytes.readInt32LE(12);
  if (opcode === OP_MSG) return parseMsg(bytes, id);
  if (opcode === OP_QUERY) return parseQuery(bytes, id);
  throw new FramingError(`opcode ${opcode} is not supported`);
}

/** A well-framed message whose content is refused. */
export class MessageError extends Error {
  override readonly name = 'MessageError';

  constructor(
    readonly requestId: number,
    readonly reason: StoreError,
  ) {
    super(reason.message);
  }
}

function parseMsg(bytes: Buffer, id: number): Request {
  if (bytes.length < HEADER_BYTES + 5) throw new FramingError('OP_MSG is cut short');
  const flags = bytes.readUInt32LE(HEADER_BYTES);
  const unknown = flags & 0xffff & ~KNOWN_REQUIRED;
  if (unknown !== 0) throw new FramingError(`OP_MSG has unknown required flags ${unknown}`);
  let end = bytes.length;
  if (flags & CHECKSUM_PRESENT) {
    end -= 4;
    if (crc32c(bytes, 0, end) !== bytes.readUInt32LE(end)) throw new FramingError('OP_MSG checksum does not match');
  }
  let body: RawValue | undefined;
  const sequences = new Map<string, Buffer[]>();
  let position = HEADER_BYTES + 4;
  try {
    while (position < end) {
      const kind = bytes[position++];
      if (kind === 0) {
        if (body) throw new FramingError('OP_MSG has two bodies');
        // commands wrap documents, which may use the full depth themselves
        const bodyEnd = validateDocument(bytes, position, end, -MAX_DEPTH);
        body = new RawValue(T.object, bytes, position, bodyEnd);
        position = bodyEnd;
      } else if (kind === 1) {
        position = readSequence(bytes, position, end, sequences);
      } else {
        throw new FramingError(`OP_MSG section kind ${kind}`);
      }
    }
  } catch (error) {
    if (error instanceof StoreError) throw new MessageError(id, error);
    throw error;
  }
  if (!body) throw new FramingError('OP_MSG has no body');
  return {
    id,
    legacy: false,
    body,
    sequences,
    unacknowledged: (flags & MORE_TO_COME) !== 0,
    exhaustAllowed: (flags & EXHAUST_ALLOWED) !== 0,
    database: undefined,
  };
}

function readSequence(bytes: Buffer, start: number, limit: number, sequences: Map<string, Buffer[]>): number {
  if (start + 4 > limit) throw new FramingError('document sequence is cut short');
  const end = start + bytes.readInt32LE(start);
  if (end < start + 5 || end > limit) throw new FramingError('document sequence length does not fit');
  const nameEnd = bytes.indexOf(0, start + 4);
  if (nameEnd < 0 || nameEnd >= end) throw new FramingError('document sequence has no name');
  const name = bytes.toString('utf8', start + 4, nameEnd);
  if (sequences.has(name)) throw new FramingError(`document sequence "${name}" comes twice`);
  const documents: Buffer[] = [];
  // documents to insert are at their own depth here, everything else is wrapped
  const depth = name === 'documents' ? 1 : -MAX_DEPTH;
  let position = nameEnd + 1;
  while (position < end) {
    const documentEnd = validateDocument(bytes, position, end, depth);
    documents.push(bytes.subarray(position, documentEnd));
    position = documentEnd;
  }
  sequences.set(name, documents);
  return end;
}

function parseQuery(bytes: Buffer, id: number): Request {
  const nameEnd = bytes.indexOf(0, HEADER_BYTES + 4);
  if (nameEnd < 0 || nameEnd + 9 > bytes.length) throw new FramingError('OP_QUERY is cut short');
  const namespace = bytes.toString('utf8', HEADER_BYTES + 4, nameEnd);
  const start = nameEnd + 9;
  try {
    const end = validateDocument(bytes, start, bytes.length, -MAX_DEPTH);
    const body = new RawValue(T.object, bytes, start, end);
    const database = namespace.split('.')[0] ?? '';
    return { id, legacy: true, body, sequences: new Map(), unacknowledged: false, exhaustAllowed: false, database };
  } catch (error) {
    if (error instanceof StoreError) throw new MessageError(id, error);
    throw error;
  }
}

let lastReplyId = 0;

/**
 * Builds a reply around the fields `write` adds.
 *
 * @param moreToCome another reply to the same request follows (exhaust)
 */
export function buildReply(
  request: Pick<Request, 'id' | 'legacy'>,
  write: (writer: BsonWriter) => void,
  sizeHint = 512,
  moreToCome = false,
): Buffer {
  const writer = new BsonWriter(sizeHint);
  const head = request.legacy ? 36 : 21;
  writer.reserve(head);
  writer.bytes.fill(0, 0, head);
  writer.length = head;
  writer.beginDocument();
  write(writer);
  const bytes = writer.end().view();
  lastReplyId = (lastReplyId + 1) | 0;
  bytes.writeInt32LE(bytes.length, 0);
  bytes.writeInt32LE(lastReplyId, 4);
  bytes.writeInt32LE(request.id, 8);
  bytes.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  if (request.legacy) {
    // flags 8: AwaitCapable, as every server since 2.0 sets it; one document returned
    bytes.writeInt32LE(8, 16);
    bytes.writeInt32LE(1, 32);
  } else {
    bytes.writeUInt32LE(moreToCome ? MORE_TO_COME : 0, 16);
  }
  return bytes;
}
