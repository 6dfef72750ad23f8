import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collection, MongoClient } from 'mongodb';
import { createLog } from '../core/log.js';
import { startEmbeddedStore } from '../store/embedded/start.js';

const MS_PER_TICK = 10;
const POOL = 100;
const MANY = 1_000_000;
const FEW = 1000;

/** A turn as the application writes it, about 1.5 kB, with the fields its indexes are over. */
interface BenchTurn {
  readonly _id: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly lane: string;
  readonly sendAt: Date;
  readonly [field: string]: unknown;
}

interface Rate {
  readonly perSecond: number;
  readonly storeCpuMs: number;
  readonly p99Ms: number;
}

/**
 * The embedded store under the real driver, each write durable: rates per second, CPU milliseconds an operation in the
 * store's process, start time and memory with a million small documents. Linux only: reads /proc.
 */
export async function benchStore(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-store-'));
  const log = createLog('error');
  let store = await startEmbeddedStore({ dataDir: folder, log });
  let client = await connect(store.uri);
  try {
    const figures = await benchTurns(client, folder);
    await fillMany(client);
    const eqRatio1mTo1k = await equalityRatio(client);
    const rssMb = await memoryMb(folder, 'VmRSS');
    const anonymousMb = await memoryMb(folder, 'RssAnon');
    await client.close();
    await store.stop();
    const startedAtMs = performance.now();
    store = await startEmbeddedStore({ dataDir: folder, log });
    client = await connect(store.uri);
    await client.db('bench').command({ ping: 1 });
    const startMs = Math.round(performance.now() - startedAtMs);
    return { ...figures, eqRatio1mTo1k, startMs, rssMb, anonymousMb };
  } finally {
    await client.close();
    await store.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function connect(uri: string): Promise<MongoClient> {
  return new MongoClient(uri, { maxPoolSize: POOL, writeConcern: { w: 'majority', journal: true } }).connect();
}

async function benchTurns(client: MongoClient, folder: string): Promise<Record<string, number>> {
  const turns = client.db('bench').collection<BenchTurn>('turns');
  await turns.createIndexes([
    { key: { conversationId: 1, seq: 1 }, name: 'order', unique: true },
    { key: { lane: 1, sendAt: 1 }, name: 'owed', partialFilterExpression: { sendAt: { $exists: true } } },
  ]);
  const measure = (clients: number, total: number, operation: (at: number) => Promise<unknown>) =>
    rateOf(folder, clients, total, operation);
  let next = 0;
  const insert = () => turns.insertOne(turnOf(next++));
  await measure(32, 2000, insert);
  const insert1 = await measure(1, 1000, insert);
  const insert32 = await measure(32, 10_000, insert);
  const insert100 = await measure(100, 10_000, insert);
  const batched = await measure(8, 500, () =>
    turns.insertMany(
      Array.from({ length: 20 }, () => turnOf(next++)),
      { ordered: false },
    ),
  );
  const find = (at: number) => turns.findOne({ conversationId: conversationOf(at % 100) }, { sort: { seq: -1 } });
  const find1 = await measure(1, 2000, find);
  const find32 = await measure(32, 10_000, find);
  const lease = () =>
    turns.findOneAndUpdate(
      { lane: 'web:bench', sendAt: { $lte: new Date(next) } },
      { $set: { 'out.0.state': 'sending' }, $unset: { sendAt: 1 } },
      { sort: { sendAt: 1 } },
    );
  const lease1 = await measure(1, 500, lease);
  const lease32 = await measure(32, 5000, lease);
  return {
    insert1: insert1.perSecond,
    insert32: insert32.perSecond,
    insert100: insert100.perSecond,
    insertBatched20: batched.perSecond * 20,
    find1: find1.perSecond,
    find32: find32.perSecond,
    lease1: lease1.perSecond,
    lease32: lease32.perSecond,
    insert32P99Ms: insert32.p99Ms,
    insert32CpuMs: insert32.storeCpuMs,
    insert100CpuMs: insert100.storeCpuMs,
    insertBatchedCpuMs: round(batched.storeCpuMs / 20, 3),
    find32CpuMs: find32.storeCpuMs,
    lease32CpuMs: lease32.storeCpuMs,
  };
}

const conversationOf = (number: number) => `conversation-${String(number).padStart(13, '0')}`;

function turnOf(at: number): BenchTurn {
  const conversationId = conversationOf(at % 100);
  return {
    _id: `${conversationId}#tg:${at}`,
    schema: 1,
    conversationId,
    seq: Math.floor(at / 100),
    at: new Date(at),
    source: { kind: 'citizen', key: `tg:${at}` },
    content: Buffer.alloc(900, at),
    after: { mode: 'bot', locale: 'id', stack: [{ flow: 'intake', version: 1, step: 'what', turns: 3 }], misses: 0 },
    lane: 'web:bench',
    sendAt: new Date(at),
    out: [{ kind: 'prompt', state: 'due', dueAt: new Date(at), attempt: 0 }],
    effects: [],
  };
}

async function rateOf(
  folder: string,
  clients: number,
  total: number,
  operation: (at: number) => Promise<unknown>,
): Promise<Rate> {
  const latencies: number[] = [];
  const cpuBefore = await cpuMs(folder);
  const startedAtMs = performance.now();
  let next = 0;
  const work = async () => {
    while (next < total) {
      const sentAtMs = performance.now();
      await operation(next++);
      latencies.push(performance.now() - sentAtMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  const elapsedMs = performance.now() - startedAtMs;
  latencies.sort((a, b) => a - b);
  return {
    perSecond: Math.round((total / elapsedMs) * 1000),
    storeCpuMs: round(((await cpuMs(folder)) - cpuBefore) / total, 3),
    p99Ms: round(latencies[Math.floor(latencies.length * 0.99)] ?? 0, 1),
  };
}

async function fillMany(client: MongoClient): Promise<void> {
  const small = client.db('bench').collection<{ _id: number; k: string; n: number }>('small');
  const few = client.db('bench').collection<{ _id: number; k: string; n: number }>('few');
  await small.createIndex({ k: 1 });
  await few.createIndex({ k: 1 });
  const documentOf = (at: number) => ({ _id: at, k: `key-${at}`, n: at % 97 });
  await few.insertMany(Array.from({ length: FEW }, (_, at) => documentOf(at)));
  for (let at = 0; at < MANY; at += 5000) {
    await small.insertMany(
      Array.from({ length: 5000 }, (_, of) => documentOf(at + of)),
      { ordered: false },
    );
  }
}

/** Time of an indexed equality among a million documents over that among a thousand. */
async function equalityRatio(client: MongoClient): Promise<number> {
  const timeOf = async (collection: Collection, size: number) => {
    const startedAtMs = performance.now();
    for (let at = 0; at < 2000; at++) await collection.findOne({ k: `key-${(at * 7919) % size}` });
    return performance.now() - startedAtMs;
  };
  const db = client.db('bench');
  await timeOf(db.collection('few'), FEW);
  const few = await timeOf(db.collection('few'), FEW);
  return round((await timeOf(db.collection('small'), MANY)) / few, 2);
}

async function storePid(folder: string): Promise<string> {
  return (await readFile(join(folder, 'store.lock'), 'utf8')).split('\n')[0] ?? '';
}

async function cpuMs(folder: string): Promise<number> {
  const stat = await readFile(`/proc/${await storePid(folder)}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

async function memoryMb(folder: string, field: string): Promise<number> {
  const status = await readFile(`/proc/${await storePid(folder)}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
