import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type Collection, GridFSBucket, MongoClient } from 'mongodb';
import { uriOfSocket } from '../../../../src/store/embedded/address.js';
import { Store } from '../../../../src/store/embedded/storage/store.js';
import { verifyStore } from '../../../../src/store/embedded/storage/verify.js';
import { temporaryFolder } from '../support/database.js';

/** More by KILL_ROUNDS, for a longer run by hand. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 20);
const WRITERS = 8;
const ENTRY = fileURLToPath(new URL('../support/child.ts', import.meta.url));

async function startChild(folder: string, socketPath: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', ENTRY, folder, uriOfSocket(socketPath)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the store ended with ${code}`)));
  if (child.stdout) await Promise.race([once(child.stdout, 'data'), failed]);
  failed.catch(() => undefined);
  return child;
}

const OVER = new Date('2020-01-01T00:00:00Z');
const NOT_OVER = new Date('2100-01-01T00:00:00Z');

function isOver(state: object | null): boolean {
  return state !== null && 'expiresAt' in state && state.expiresAt === OVER;
}

interface Entry {
  readonly _id: string;
  readonly group: number;
  readonly tags: readonly string[];
  readonly n: number;
}

/** What a writer knows of one document: the states it may be in, given what was acknowledged and what was only sent. */
type Possible = Map<string, readonly (object | null)[]>;

/** Writes until the store is gone; keeps in `possible` what must and what may be there. */
async function write(client: MongoClient, writer: number, round: number, possible: Possible): Promise<void> {
  const collection = client.db('kill').collection<Entry>('documents');
  const bucket = new GridFSBucket(client.db('kill'), { chunkSizeBytes: 1000 });
  for (let step = 0; ; step++) {
    const _id = `${round}-${writer}-${step}`;
    const first = { _id, group: step % 7, tags: [`t${step % 5}`, `w${writer}`], n: 0 };
    try {
      possible.set(_id, [null, first]);
      await collection.insertOne({ ...first });
      possible.set(_id, [first]);
      if (step % 3 === 1) {
        const next = { ...first, n: 1, group: 99 };
        possible.set(_id, [first, next]);
        await collection.updateOne({ _id }, { $inc: { n: 1 }, $set: { group: 99 } });
        possible.set(_id, [next]);
      } else if (step % 3 === 2) {
        possible.set(_id, [first, null]);
        await collection.deleteOne({ _id });
        possible.set(_id, [null]);
      }
      if (step % 4 === 3) await expiring(client, _id, step % 8 === 7, possible);
      if (step % 20 === 10) await upload(bucket, _id, possible);
      if (writer === 0 && step % 25 === 5) await rebuildIndex(collection, step);
    } catch {
      return;
    }
  }
}

/** A document that is over at once, which may be there or not from now on, or one that is not over for long. */
async function expiring(client: MongoClient, id: string, over: boolean, possible: Possible): Promise<void> {
  const document = { _id: `ttl:${id}`, expiresAt: over ? OVER : NOT_OVER };
  possible.set(document._id, [null, document]);
  await client
    .db('kill')
    .collection<typeof document>('expiring')
    .insertOne({ ...document });
  if (!over) possible.set(document._id, [document]);
}

async function upload(bucket: GridFSBucket, name: string, possible: Possible): Promise<void> {
  const stream = bucket.openUploadStream(name);
  stream.end(Buffer.alloc(2500, name));
  await once(stream, 'finish');
  possible.set(`file:${name}`, [{ length: 2500 }]);
}

/** Creates and drops an index beside the writers, so that some kills fall into its building. */
async function rebuildIndex(collection: Collection<Entry>, step: number): Promise<void> {
  if (step % 50 === 5) await collection.createIndex({ n: 1, group: -1 }, { name: 'now_and_then' });
  else await collection.dropIndex('now_and_then');
}

async function check(client: MongoClient, possible: Possible): Promise<void> {
  const db = client.db('kill');
  const all = [
    ...(await db.collection('documents').find().toArray()),
    ...(await db.collection('expiring').find().toArray()),
  ];
  const found = new Map(all.map((each) => [String(each._id), each]));
  for (const [id, states] of possible) {
    if (id.startsWith('file:')) continue;
    const actual = found.get(id) ?? null;
    const matching = states.find((state) => JSON.stringify(state) === JSON.stringify(actual));
    if (matching === undefined) expect.fail(`${id} is ${JSON.stringify(actual)}, may be ${JSON.stringify(states)}`);
    // what was only sent is settled now, and may not change any more, but what is over may still go
    possible.set(id, isOver(matching) ? [matching, null] : [matching]);
    found.delete(id);
  }
  expect([...found.keys()], 'documents nobody wrote').to.deep.equal([]);
  const bucket = new GridFSBucket(db, { chunkSizeBytes: 1000 });
  for (const id of [...possible.keys()].filter((each) => each.startsWith('file:'))) {
    const chunks: Buffer[] = [];
    for await (const chunk of bucket.openDownloadStreamByName(id.slice(5))) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(Buffer.alloc(2500, id.slice(5)))).to.equal(true);
  }
}

/** Opens the data without a server and holds indexes against documents. */
async function verify(folder: string): Promise<void> {
  const store = await Store.open({ folder, monotonicMs: () => performance.now() });
  const { faults } = await verifyStore(store);
  await store.close();
  expect(faults).to.deep.equal([]);
}

describe('kill -9 of the store', () => {
  let folder: string;
  let socketPath: string;
  let child: ChildProcess | undefined;

  before(async () => {
    folder = await temporaryFolder();
    socketPath = join(folder, 'store.sock');
  });

  after(async () => {
    child?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it(`loses nothing acknowledged, brings nothing back and keeps indexes true in ${ROUNDS} rounds of ${WRITERS} writers`, async function () {
    this.timeout(ROUNDS * 15_000);
    const possible: Possible = new Map();
    for (let round = 0; round < ROUNDS; round++) {
      child = await startChild(folder, socketPath);
      const client = await new MongoClient(uriOfSocket(socketPath), {
        serverSelectionTimeoutMS: 5000,
        retryWrites: false,
        retryReads: false,
      }).connect();
      if (round > 0) await check(client, possible);
      else {
        await client.db('kill').collection('documents').createIndex({ group: 1, n: -1 });
        await client.db('kill').collection('documents').createIndex({ tags: 1 });
        await client.db('kill').collection('expiring').createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
      }
      let writing = WRITERS;
      const writers = Array.from({ length: WRITERS }, (_, writer) =>
        write(client, writer, round, possible).finally(() => writing--),
      );
      // some hundred acknowledged writes, then the end, at a moment nobody chose
      const enough = possible.size + 100 + Math.floor(Math.random() * 400);
      while (possible.size < enough && writing > 0) await new Promise<void>((resolve) => setImmediate(resolve));
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await client.close(true);
      await Promise.all(writers);
      await verify(folder);
    }
    child = await startChild(folder, socketPath);
    const client = await new MongoClient(uriOfSocket(socketPath)).connect();
    await check(client, possible);
    await client.close();
  });
});
