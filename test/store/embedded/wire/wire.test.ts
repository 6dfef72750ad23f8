import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Document, deserialize, serialize } from 'bson';
import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { crc32c } from '../../../../src/store/embedded/wire/crc32c.js';
import { openEmbedded } from '../support/database.js';

const OP_MSG = 2013;
const OP_QUERY = 2004;

type Embedded = Awaited<ReturnType<typeof openEmbedded>>;

function header(length: number, id: number, opcode: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeInt32LE(length, 0);
  bytes.writeInt32LE(id, 4);
  bytes.writeInt32LE(opcode, 12);
  return bytes;
}

/** An OP_MSG with one body and, if given, one document sequence. */
function message(
  body: Document,
  parts: { id?: number; flags?: number; sequence?: [string, Buffer[]]; checksum?: boolean } = {},
): Buffer {
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE((parts.flags ?? 0) | (parts.checksum ? 1 : 0));
  const sections = [flags, Buffer.from([0]), Buffer.from(serialize(body))];
  if (parts.sequence) {
    const [name, documents] = parts.sequence;
    const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents]);
    const size = Buffer.alloc(4);
    size.writeInt32LE(content.length + 4);
    sections.push(Buffer.from([1]), size, content);
  }
  const payload = Buffer.concat(sections);
  const total = 16 + payload.length + (parts.checksum ? 4 : 0);
  const unsigned = Buffer.concat([header(total, parts.id ?? 1, OP_MSG), payload]);
  if (!parts.checksum) return unsigned;
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32c(unsigned, 0, unsigned.length));
  return Buffer.concat([unsigned, sum]);
}

/** A raw connection that hands out whole replies. */
class RawClient {
  private buffered = Buffer.alloc(0);
  private readonly waiting: (() => void)[] = [];
  closed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.buffered = Buffer.concat([this.buffered, chunk]);
      for (const wake of this.waiting.splice(0)) wake();
    });
    socket.on('close', () => {
      this.closed = true;
      for (const wake of this.waiting.splice(0)) wake();
    });
    socket.on('error', () => undefined);
  }

  static async open(folder: string): Promise<RawClient> {
    const socket = createConnection(join(folder, 'store.sock'));
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  async reply(): Promise<{ to: number; body: Document; flags: number } | 'closed'> {
    for (;;) {
      if (this.buffered.length >= 4 && this.buffered.length >= this.buffered.readInt32LE(0)) {
        const bytes = this.buffered.subarray(0, this.buffered.readInt32LE(0));
        this.buffered = this.buffered.subarray(bytes.length);
        const at = bytes.readInt32LE(12) === 1 ? 36 : 21;
        return { to: bytes.readInt32LE(8), body: deserialize(bytes.subarray(at)), flags: bytes.readUInt32LE(16) };
      }
      if (this.closed) return 'closed';
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  async body(): Promise<Document> {
    const reply = await this.reply();
    if (reply === 'closed') throw new Error('the server closed the connection');
    return reply.body;
  }
}

describe('wire protocol', () => {
  let store: Embedded;
  let raw: RawClient;

  before(async () => {
    store = await openEmbedded();
  });

  after(() => store.close());

  beforeEach(async () => {
    raw = await RawClient.open(store.folder);
  });

  afterEach(() => raw.socket.destroy());

  it('answers the first hello in OP_QUERY as a standalone of wire version 21', async () => {
    const query = Buffer.concat([
      Buffer.alloc(4),
      Buffer.from('admin.$cmd\0'),
      Buffer.alloc(4),
      Buffer.from([255, 255, 255, 255]),
      Buffer.from(serialize({ ismaster: 1, helloOk: true })),
    ]);
    raw.socket.write(Buffer.concat([header(16 + query.length, 7, OP_QUERY), query]));
    const reply = await raw.reply();
    expect(reply).to.have.property('to', 7);
    const body = reply === 'closed' ? {} : reply.body;
    expect(body).to.include({ ismaster: true, helloOk: true, maxWireVersion: 21, ok: 1, maxBsonObjectSize: 16777216 });
    expect(body).to.not.have.any.keys('setName', 'msg');
  });

  it('takes a message in single bytes and several messages in one packet', async () => {
    const ping = message({ ping: 1, $db: 'admin' }, { id: 5 });
    for (const byte of ping) raw.socket.write(Buffer.from([byte]));
    expect(await raw.reply()).to.have.property('to', 5);
    raw.socket.write(
      Buffer.concat([
        message({ ping: 1, $db: 'a' }, { id: 6 }),
        message({ ping: 1, $db: 'a' }, { id: 7 }),
        ping.subarray(0, 9),
      ]),
    );
    expect(await raw.reply()).to.have.property('to', 6);
    expect(await raw.reply()).to.have.property('to', 7);
    raw.socket.write(ping.subarray(9));
    expect(await raw.reply()).to.have.property('to', 5);
  });

  it('takes documents in a sequence, and a right checksum', async () => {
    const documents = [{ _id: 1 }, { _id: 2 }].map((each) => Buffer.from(serialize(each)));
    raw.socket.write(message({ insert: 'seq', $db: 'w' }, { sequence: ['documents', documents], checksum: true }));
    expect(await raw.body()).to.deep.equal({ n: 2, ok: 1 });
  });

  it('closes the connection on a wrong checksum', async () => {
    const broken = message({ ping: 1, $db: 'w' }, { checksum: true });
    broken[broken.length - 1] = (broken[broken.length - 1] ?? 0) ^ 1;
    raw.socket.write(broken);
    expect(await raw.reply()).to.equal('closed');
  });

  it('closes on a length no message has, before anything of it is buffered', async () => {
    for (const length of [-1, 0, 15, 48_000_001, 2 ** 31 - 1]) {
      const client = await RawClient.open(store.folder);
      client.socket.write(header(length, 1, OP_MSG));
      expect(await client.reply()).to.equal('closed');
    }
  });

  it('closes on unknown opcodes, required flags and section kinds', async () => {
    const unknownKind = message({ ping: 1, $db: 'w' });
    unknownKind[20] = 7;
    for (const bytes of [header(16, 1, 2012), message({ ping: 1, $db: 'w' }, { flags: 4 }), unknownKind]) {
      const client = await RawClient.open(store.folder);
      client.socket.write(bytes);
      expect(await client.reply()).to.equal('closed');
    }
  });

  it('gives no reply to an unacknowledged write, and does it before the next request', async () => {
    const insert = message({ insert: 'quiet', documents: [{ _id: 1 }], $db: 'w' }, { id: 1, flags: 2 });
    raw.socket.write(Buffer.concat([insert, message({ count: 'quiet', $db: 'w' }, { id: 2 })]));
    const reply = await raw.reply();
    expect(reply).to.deep.include({ to: 2 });
    expect(reply === 'closed' ? undefined : reply.body).to.deep.include({ n: 1 });
  });

  it('answers invalid BSON with code 22 and keeps the connection', async () => {
    const broken = message({ insert: 'x', documents: [{ a: 'text' }], $db: 'w' });
    // the length of the text inside the document
    broken.writeInt32LE(1000, broken.indexOf('text') - 4);
    raw.socket.write(Buffer.concat([broken, message({ ping: 1, $db: 'w' })]));
    expect(await raw.body()).to.include({ ok: 0, code: 22, codeName: 'InvalidBSON' });
    expect(await raw.body()).to.include({ ok: 1 });
  });

  it('answers an unknown command with code 59 and an unknown field with 40415', async () => {
    raw.socket.write(Buffer.concat([message({ mapReduce: 'x', $db: 'w' }), message({ find: 'x', wat: 1, $db: 'w' })]));
    expect(await raw.body()).to.include({ ok: 0, code: 59, errmsg: "no such command: 'mapReduce'" });
    expect(await raw.body()).to.include({ ok: 0, code: 40415 });
  });

  it('refuses transactions, write concerns of others and collations', async () => {
    const find = { find: 'x', $db: 'w' };
    for (const [extra, code] of [
      [{ txnNumber: 1, startTransaction: true, autocommit: false }, 20],
      [{ writeConcern: { w: 3 } }, 2],
      [{ collation: { locale: 'id' } }, 72],
      [{ readConcern: { level: 'linearizable' } }, 123],
    ] as const) {
      raw.socket.write(message({ ...find, ...extra }));
      expect(await raw.body()).to.include({ ok: 0, code });
    }
    raw.socket.write(message({ ...find, collation: { locale: 'simple' }, readConcern: { level: 'majority' } }));
    expect(await raw.body()).to.include({ ok: 1 });
  });

  it('survives garbage', async () => {
    for (let round = 0; round < 200; round++) {
      const client = await RawClient.open(store.folder);
      const length = 24 + Math.floor(Math.random() * 200);
      const bytes = randomBytes(length);
      bytes.writeInt32LE(length, 0);
      if (round % 2) bytes.writeInt32LE(OP_MSG, 12);
      if (round % 4 === 3) bytes.writeUInt32LE(0, 16);
      client.socket.write(bytes);
      await client.reply();
      client.socket.destroy();
    }
    expect(await store.db.command({ ping: 1 })).to.include({ ok: 1 });
  });

  it('survives every single byte of a message being changed', async () => {
    const good = message({
      insert: 'flip',
      documents: [{ a: [1, { b: 'x' }], c: new Date(0) }],
      ordered: false,
      $db: 'w',
    });
    for (let at = 16; at < good.length; at++) {
      const client = await RawClient.open(store.folder);
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      client.socket.write(bytes);
      // a flipped moreToCome bit asks for no reply, so a ping behind tells that the server is done
      client.socket.write(message({ ping: 1, $db: 'w' }, { id: 99 }));
      for (let reply = await client.reply(); reply !== 'closed' && reply.to !== 99; ) reply = await client.reply();
      client.socket.destroy();
    }
    expect(await store.db.command({ ping: 1 })).to.include({ ok: 1 });
  });

  it('serves 64 connections at once', async () => {
    const client = await new MongoClient(store.uri, { minPoolSize: 64, maxPoolSize: 64 }).connect();
    const work = Array.from({ length: 640 }, (_, at) => client.db('w').collection('many').insertOne({ at }));
    await Promise.all(work);
    expect(await client.db('w').collection('many').countDocuments({})).to.equal(640);
    await client.close();
  });

  it('streams hello to a client that waits for changes', async () => {
    raw.socket.write(message({ hello: 1, $db: 'admin' }));
    const { topologyVersion } = await raw.body();
    raw.socket.write(
      message({ hello: 1, topologyVersion, maxAwaitTimeMS: 5, $db: 'admin' }, { id: 9, flags: 1 << 16 }),
    );
    const first = await raw.reply();
    const second = await raw.reply();
    expect(first).to.deep.include({ to: 9, flags: 2 });
    expect(second).to.deep.include({ flags: 2 });
  });

  it('leaves nothing behind of hellos that waited', async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error) => void warnings.push(name);
    process.on('warning', note);
    raw.socket.write(message({ hello: 1, $db: 'admin' }));
    const { topologyVersion } = await raw.body();
    raw.socket.write(
      message({ hello: 1, topologyVersion, maxAwaitTimeMS: 1, $db: 'admin' }, { id: 9, flags: 1 << 16 }),
    );
    for (let count = 0; count < 15; count++) await raw.reply();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).to.deep.equal([]);
  });

  it('tells a waiting hello at once when it does not know the topology', async () => {
    raw.socket.write(message({ hello: 1, maxAwaitTimeMS: 60_000, $db: 'admin' }));
    expect(await raw.body()).to.include({ ok: 1 });
  });
});
