import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { uriOfSocket } from '../../../../src/store/embedded/address.js';
import { Store } from '../../../../src/store/embedded/storage/store.js';
import { verifyStore } from '../../../../src/store/embedded/storage/verify.js';
import { temporaryFolder } from '../support/database.js';

const ENTRY = fileURLToPath(new URL('../../../../src/store/embedded/main.ts', import.meta.url));
/** Of each file the process writes, in kB. */
const FILE_LIMIT_KB = 4000;

describe('a disk that takes no more', () => {
  let folder: string;
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });

  afterEach(async () => {
    child?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it('fails the writes, keeps the process and everything acknowledged', async () => {
    const uri = uriOfSocket(join(folder, 'store.sock'));
    // the shell's limit on file size stands in for a full disk; ignoring its signal turns it into an error
    const command = `trap '' XFSZ; ulimit -f ${FILE_LIMIT_KB}; exec "$0" --import tsx "$1" "$2" silent`;
    child = spawn('bash', ['-c', command, process.execPath, ENTRY, folder], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin?.write(`${uri}\n`);
    if (child.stdout) await once(child.stdout, 'data');
    const client = await new MongoClient(uri).connect();
    const collection = client.db('full').collection<{ _id: number; pad: string }>('c');
    const acknowledged = new Set<number>();
    const codes = new Set<unknown>();
    for (let at = 0; at < 400; at += 8) {
      const ids = Array.from({ length: 8 }, (_, of) => at + of);
      const outcomes = await Promise.allSettled(
        ids.map((_id) => collection.insertOne({ _id, pad: 'x'.repeat(20_000) })),
      );
      for (const [of, outcome] of outcomes.entries()) {
        if (outcome.status === 'fulfilled') acknowledged.add(at + of);
        else codes.add(outcome.reason.code);
      }
    }
    expect([...codes]).to.deep.equal([14031]);
    expect(await collection.countDocuments({})).to.equal(acknowledged.size);
    expect(await collection.estimatedDocumentCount()).to.equal(acknowledged.size);
    await client.close();
    child.kill('SIGKILL');
    await once(child, 'exit');

    const store = await Store.open({ folder, monotonicMs: () => performance.now() });
    const { faults, documents } = await verifyStore(store);
    await store.close();
    expect(faults).to.deep.equal([]);
    expect(documents).to.equal(acknowledged.size);
  });
});
