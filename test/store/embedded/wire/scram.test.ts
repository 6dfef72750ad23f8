import { rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { parseUri, uriOfPort, uriOfSocket } from '../../../../src/store/embedded/address.js';
import { findRunningStore, startEmbeddedStore } from '../../../../src/store/embedded/start.js';
import { silentLog, temporaryFolder } from '../support/database.js';

describe('a store on a port', () => {
  let dataDir: string;
  let store: Awaited<ReturnType<typeof startEmbeddedStore>>;

  before(async () => {
    dataDir = join(await temporaryFolder(), 'data');
    store = await startEmbeddedStore({ dataDir, log: silentLog, transport: 'port' });
  });

  after(async () => {
    await store.stop();
    await rm(join(dataDir, '..'), { recursive: true, force: true });
  });

  const codeOf = async (uri: string) => {
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: 3000 });
    try {
      await client.db('x').collection('c').insertOne({ a: 1 });
      return 0;
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    } finally {
      await client.close();
    }
  };

  it('serves who knows the password, by SCRAM-SHA-256', async () => {
    expect(await codeOf(store.uri)).to.equal(0);
    expect(await findRunningStore(dataDir)).to.equal(store.uri);
  });

  it('answers a wrong password and a wrong name alike', async () => {
    const wrongPassword = store.uri.replace(/:[^:@]+@/, ':wrong@');
    const wrongName = store.uri.replace('kanal:', 'admin:');
    expect(await codeOf(wrongPassword)).to.equal(18);
    expect(await codeOf(wrongName)).to.equal(18);
  });

  it('does nothing for who has not authenticated', async () => {
    const open = store.uri.replace(/\/\/[^@]+@/, '//').replace(/&auth.*/, '');
    expect(await codeOf(open)).to.equal(13);
  });

  it('listens on the loopback interface only', async () => {
    const parsed = parseUri(store.uri);
    const port = parsed && 'port' in parsed.address ? parsed.address.port : 0;
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) {
      const refused = await new Promise<boolean>((resolve) => {
        const socket = createConnection(port, address);
        socket.once('connect', () => resolve(false));
        socket.once('error', () => resolve(true));
        socket.once('close', () => socket.destroy());
      });
      expect(refused).to.equal(true);
    }
  });
});

describe('uris of the store', () => {
  it('say where it answers, and are read back', () => {
    expect(parseUri(uriOfSocket('/tmp/a b/store.sock'))).to.deep.equal({
      address: { socketPath: '/tmp/a b/store.sock' },
    });
    expect(parseUri(uriOfPort(1234, 'p:/@'))).to.deep.equal({
      address: { port: 1234 },
      credentials: { username: 'kanal', password: 'p:/@' },
    });
  });

  it('of other hosts, or of a port without a password, are none', () => {
    for (const uri of ['', 'nonsense', 'mongodb://127.0.0.1:27017']) expect(parseUri(uri)).to.equal(undefined);
  });
});
