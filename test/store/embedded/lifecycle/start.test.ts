import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { readHolder } from '../../../../src/store/embedded/lock.js';
import {
  childArguments,
  type EmbeddedStore,
  findRunningStore,
  startEmbeddedStore,
} from '../../../../src/store/embedded/start.js';
import { silentLog, temporaryFolder } from '../support/database.js';

const start = (dataDir: string) => startEmbeddedStore({ dataDir, log: silentLog });

async function withClient<T>(uri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await new MongoClient(uri, { serverSelectionTimeoutMS: 10_000 }).connect();
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** A process that starts a store and writes a line once it runs. */
async function startParent(dataDir: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('../support/parent.ts', import.meta.url));
  const parent = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (parent.stdout) await once(parent.stdout, 'data');
  return parent;
}

async function pidOf(dataDir: string): Promise<number> {
  const holder = await readHolder(dataDir);
  if (!holder) throw new Error('nobody holds the folder');
  return holder.pid;
}

/** Resolves when nobody answers on the folder's socket any more. */
async function gone(dataDir: string): Promise<void> {
  while (await findRunningStore(dataDir)) await new Promise<void>((resolve) => setImmediate(resolve));
}

describe('embedded store process', () => {
  let dataDir: string;
  const running: EmbeddedStore[] = [];

  beforeEach(async () => {
    dataDir = join(await temporaryFolder(), 'data');
  });

  afterEach(async () => {
    for (const store of running.splice(0)) await store.stop();
    await rm(join(dataDir, '..'), { recursive: true, force: true });
  });

  async function started(folder = dataDir): Promise<EmbeddedStore> {
    const store = await start(folder);
    running.push(store);
    return store;
  }

  it('keeps what it holds from one start to the next', async () => {
    const first = await start(dataDir);
    await withClient(first.uri, (client) =>
      client
        .db('k')
        .collection('c')
        .insertOne({ _id: 1 as never }),
    );
    await first.stop();
    const second = await started();
    expect(await withClient(second.uri, (client) => client.db('k').collection('c').countDocuments({}))).to.equal(1);
  });

  it('is private: folder 0700, socket 0600', async () => {
    await started();
    expect((await stat(dataDir)).mode & 0o777).to.equal(0o700);
    expect((await stat(join(dataDir, 'store.sock'))).mode & 0o777).to.equal(0o600);
  });

  it('refuses a folder another process holds, naming folder, pid and what to do', async () => {
    await started();
    const pid = await pidOf(dataDir);
    const error = await start(dataDir).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.include({ code: 'store.in_use' });
    expect(error).to.have.property('details').that.deep.equals({ folder: dataDir, pid });
    expect(String(error)).to.contain('set DATA_DIR');
  });

  it('is found while it runs and not afterwards', async () => {
    const store = await start(dataDir);
    expect(await findRunningStore(dataDir)).to.equal(store.uri);
    await store.stop();
    expect(await findRunningStore(dataDir)).to.equal(undefined);
  });

  it('takes over a lock whose process is gone, and one whose pid belongs to another process now', async () => {
    await mkdir(dataDir, { mode: 0o700 });
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    for (const lock of [`${dead.pid}\n123\n/nowhere\n`, `${process.pid}\n123\n/nowhere\n`, 'nonsense']) {
      await writeFile(join(dataDir, 'store.lock'), lock);
      const store = await start(dataDir);
      await store.stop();
    }
  });

  it('outlives the signals a terminal or service manager sends to both', async () => {
    const store = await started();
    const pid = await pidOf(dataDir);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    await withClient(store.uri, (client) =>
      client
        .db('k')
        .collection('c')
        .insertOne({ _id: 1 as never }),
    );
    expect(await pidOf(dataDir)).to.equal(pid);
  });

  it('is started again on the same socket when it dies', async () => {
    const store = await started();
    const pid = await pidOf(dataDir);
    await withClient(store.uri, (client) =>
      client
        .db('k')
        .collection('c')
        .insertOne({ _id: 1 as never }),
    );
    process.kill(pid, 'SIGKILL');
    await gone(dataDir);
    // the driver waits for the server to come back
    expect(await withClient(store.uri, (client) => client.db('k').collection('c').countDocuments({}))).to.equal(1);
    expect(await pidOf(dataDir)).to.not.equal(pid);
  });

  it('ends when its parent is killed, and the next start finds everything', async () => {
    const parent = await startParent(dataDir);
    const uri = await findRunningStore(dataDir);
    await withClient(String(uri), (client) =>
      client
        .db('k')
        .collection('c')
        .insertOne({ _id: 1 as never }),
    );
    const ended = once(parent, 'exit');
    parent.kill('SIGKILL');
    await ended;
    // at once: the old child may still be closing
    const next = await started();
    expect(await withClient(next.uri, (client) => client.db('k').collection('c').countDocuments({}))).to.equal(1);
  });

  it('puts the socket elsewhere when the folder is too deep for one', async () => {
    const deep = join(dataDir, 'x'.repeat(120));
    const store = await start(deep);
    expect(store.uri).to.not.contain('xxx');
    expect(await findRunningStore(deep)).to.equal(store.uri);
    expect(await withClient(store.uri, (client) => client.db('k').command({ ping: 1 }))).to.include({ ok: 1 });
    await store.stop();
  });

  it('hands its child the loaders and memory bounds it was started with, and never a script', () => {
    expect(childArguments(['--import', 'tsx', '-e', 'start()', '--inspect'])).to.deep.equal(['--import', 'tsx']);
    expect(childArguments(['--import=tsx', '--eval', 'x', '-r', 'y'])).to.deep.equal(['--import=tsx', '-r', 'y']);
    expect(childArguments(['--max-semi-space-size=4', '--watch'])).to.deep.equal(['--max-semi-space-size=4']);
  });

  it('does not open data of another format, and says how to go on', async () => {
    const first = await start(dataDir);
    await first.stop();
    const { openTables } = await import('../../../../src/store/embedded/storage/tables.js');
    const tables = openTables(dataDir);
    await tables.meta.put(Buffer.from('format'), Buffer.from('999'));
    await tables.root.close();
    const error = await start(dataDir).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'store.unavailable' });
    expect(String(error)).to.contain('format 999').and.to.contain('restore a backup');
  });

  it('does not open a file whose end was cut off, and leaves it as it is', async () => {
    const first = await start(dataDir);
    await withClient(first.uri, async (client) => {
      const documents = Array.from({ length: 2000 }, (_, at) => ({ _id: at as never, text: 'x'.repeat(1000) }));
      await client.db('k').collection('c').insertMany(documents);
    });
    await first.stop();
    const path = join(dataDir, 'data.mdb');
    const half = Math.floor((await stat(path)).size / 2);
    await truncate(path, half);
    const error = await start(dataDir).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'store.unavailable' });
    expect(String(error)).to.contain('restore');
    expect((await stat(path)).size).to.equal(half);
  });

  it('does not open a foreign data file, and leaves it as it is', async () => {
    await mkdir(dataDir, { mode: 0o700 });
    const foreign = Buffer.alloc(8192, 'this is no database ');
    await writeFile(join(dataDir, 'data.mdb'), foreign);
    const error = await start(dataDir).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'store.unavailable' });
    expect(String(error)).to.contain('restore');
    expect((await readFile(join(dataDir, 'data.mdb'))).equals(foreign)).to.equal(true);
  });
});
