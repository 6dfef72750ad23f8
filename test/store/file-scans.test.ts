import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import type { Db } from 'mongodb';
import type { Connection } from 'mongoose';
import sharp from 'sharp';
import { createLog } from '../../src/core/log.js';
import { ScannerAway, type Verdict } from '../../src/store/clamd.js';
import { connectStore } from '../../src/store/connect.js';
import { type EmbeddedStore, startEmbeddedStore } from '../../src/store/embedded/start.js';
import { createFileStore, type FileStore } from '../../src/store/files.js';
import { FAKE_VIRUS } from '../fakes/clamd-server.js';
import { createFakeClock, type FakeClock } from '../fakes/clock.js';
import { TEST_KEYS } from '../fakes/keys.js';

const REST_MS = 30_000;
const OWNER = 'satu';

describe('files where there is a virus scanner', () => {
  let dataDir: string;
  let embedded: EmbeddedStore;
  let connection: Connection;
  let db: Db;
  let clock: FakeClock;
  let files: FileStore;
  let asked: number;
  let lines: string[];
  let scanner: (content: Buffer) => Verdict;

  const judge = (content: Buffer): Verdict => (content.includes(FAKE_VIRUS) ? 'infected' : 'clean');
  const away = (): never => {
    throw new ScannerAway('away');
  };

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-scans-'));
    embedded = await startEmbeddedStore({ dataDir, log: createLog('silent') });
    connection = await connectStore(embedded.uri);
    db = connection.getClient().db('scans');
  });
  after(async () => {
    await connection.close();
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const { name } of await db.listCollections().toArray()) await db.collection(name).drop();
    clock = createFakeClock();
    asked = 0;
    lines = [];
    scanner = judge;
    const log = createLog('debug', { write: (line: string) => void lines.push(line) });
    const scan = async (content: AsyncIterable<Buffer>) => {
      asked += 1;
      const parts: Buffer[] = [];
      for await (const part of content) parts.push(part);
      return scanner(Buffer.concat(parts));
    };
    files = createFileStore(db, clock, TEST_KEYS, { scan, log });
  });

  let colours = 0;
  const photo = (more = '') => {
    colours += 1;
    const create = { width: 40, height: 30, channels: 3, background: { r: colours, g: 0, b: 0 } } as const;
    return sharp({ create })
      .jpeg()
      .toBuffer()
      .then((bytes) => Buffer.concat([bytes, Buffer.from(more)]));
  };
  /** What is had of a file, and what it is said to be. */
  const seen = async (fileId = '') => {
    const opened = await files.open(OWNER, fileId);
    const bytes = opened && (await buffer(opened.stream)).length;
    const isShown = (await files.display(OWNER, fileId)) !== undefined;
    const isShared = (await files.share(OWNER, fileId)) !== undefined;
    return { condition: opened?.attachment.condition, isKept: (bytes ?? 0) > 0, isShown, isShared };
  };
  const FREE = { condition: undefined, isKept: true, isShown: true, isShared: true };
  const HELD = { condition: 'quarantined', isKept: true, isShown: false, isShared: false };

  it('are seen by it before anybody else sees them', async () => {
    const clean = await files.save(OWNER, await photo(), {});
    const infected = await files.save(OWNER, await photo(FAKE_VIRUS), {});
    expect([clean.condition, infected.condition]).to.deep.equal([undefined, 'quarantined']);
    expect(await seen(clean.fileId)).to.deep.equal(FREE);
    expect(await seen(infected.fileId)).to.deep.equal(HELD);
  });

  it('are kept and held back while it is away, and free once it has seen them', async () => {
    scanner = away;
    const bytes = await photo();
    const clean = await files.save(OWNER, bytes, {});
    const infected = await files.save(OWNER, await photo(FAKE_VIRUS), {});
    expect(clean.condition, 'what a chat is told of it stays true').to.equal(undefined);
    for (const { fileId } of [clean, infected]) expect(await seen(fileId)).to.deep.equal(HELD);
    expect(await files.scanWaiting()).to.equal(0);
    scanner = judge;
    expect(await files.scanWaiting()).to.equal(2);
    expect(await seen(clean.fileId)).to.deep.equal(FREE);
    expect(await seen(infected.fileId)).to.deep.equal(HELD);
    expect(await files.scanWaiting()).to.equal(0);
    expect((await files.save(OWNER, bytes, {})).fileId).to.equal(clean.fileId);
  });

  it('do not wait for it again and again while it is away', async () => {
    scanner = away;
    for (let count = 0; count < 3; count++) await files.save(OWNER, await photo(), {});
    expect(asked).to.equal(1);
    await clock.advance(REST_MS);
    await files.save(OWNER, await photo(), {});
    expect(asked).to.equal(2);
    expect(lines.filter((line) => line.includes('virus scanner is away'))).to.have.length(1);
    await files.scanWaiting();
    expect(asked, 'a sweep soon sees that it is of no use').to.equal(5);
  });

  it('that can not be scanned keep none that wait behind them', async () => {
    scanner = away;
    const odd = await files.save(OWNER, await photo('ganjil'), {});
    const plain = await files.save(OWNER, await photo(), {});
    scanner = (content) => {
      if (content.includes('ganjil')) throw new Error('too large for the scanner');
      return judge(content);
    };
    expect(await files.scanWaiting()).to.equal(1);
    expect(await seen(plain.fileId)).to.deep.equal(FREE);
    expect(await seen(odd.fileId)).to.deep.equal(HELD);
  });

  it('are free when the office does without it from now on', async () => {
    scanner = away;
    const { fileId } = await files.save(OWNER, await photo(), {});
    files = createFileStore(db, clock, TEST_KEYS);
    expect(await seen(fileId)).to.deep.equal(FREE);
    expect(await files.scanWaiting()).to.equal(0);
  });
});
