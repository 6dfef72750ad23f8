import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Db, MongoClient } from 'mongodb';
import { findRunningStore } from '../store/embedded/start.js';
import { freePort, pause, percentile } from './bench-figures.js';
import { type MeasuredService, startMeasured } from './bench-process.js';
import { APP_SECRET, type BenchMeta, PHONE_NUMBER_ID, startBenchMeta } from './bench-whatsapp-meta.js';
import { measureStandin } from './bench-whatsapp-standin.js';

const MAIN = join(dirname(fileURLToPath(import.meta.url)), '..', 'main.js');
const MS_PER_SECOND = 1000;
const TICKS_PER_SECOND = 20;
const FULL = { seconds: 60, standin: 40 };
const QUICK = { seconds: 8, standin: 10 };
/** Of the main run, each second; each message a greeting of somebody new, which wants one answer. */
const MESSAGES_PER_SECOND = 200;
const STATUSES_PER_SECOND = 240;
/** Of the flood; under load Meta puts several messages into one delivery. */
const FLOOD_PER_SECOND = 1000;
const FLOOD_BATCH = 10;
/** Deliveries without an answer at which Meta would hold back; what is not offered isn't counted. */
const MAX_UNDER_WAY = 200;
const PATIENCE_MS = 120_000;

type Figures = Record<string, number>;

/**
 * WhatsApp, the built service against a Graph API on loopback, each time on a fresh data folder:
 * - 200 messages and 240 statuses a second for a minute, each in a delivery of its own: `ackP99Ms`, `replyP95Ms` (from
 *   the delivery to the answer's arrival), `lost`, `doubled`
 * - 1,000 messages a second for a minute, ten a delivery: `acceptedPerSecond`
 * - WhatsApp Web in a real browser on the stand-in page: `standinReplyP95Ms`, less the pause that is made on purpose; -1
 *   where there is no Chromium
 *
 * `rssMb` is the service's own peak of the main run, its store and browser apart.
 */
export async function benchWhatsapp(isQuick: boolean): Promise<Figures> {
  const size = isQuick ? QUICK : FULL;
  const main = await withService((run) => measureMain(run, size.seconds));
  const flood = await withService((run) => measureFlood(run, size.seconds));
  const standinReplyP95Ms = await measureStandin(size.standin);
  return { ...main, ...flood, standinReplyP95Ms };
}

interface Run {
  readonly meta: BenchMeta;
  readonly service: MeasuredService;
  readonly db: Db;
}

async function withService(measure: (run: Run) => Promise<Figures>): Promise<Figures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-bench-'));
  const port = String(await freePort());
  const meta = await startBenchMeta(() => `http://127.0.0.1:${port}/webhooks/whatsapp-cloud`);
  const service = await startMeasured(MAIN, {
    DATA_DIR: dataDir,
    HTTP_PORT: port,
    // it says at info that it is ready
    LOG_LEVEL: 'info',
    MONGODB_URI: '',
    WHATSAPP_CLOUD_TOKEN: 'bench-token-0123456789abcdef',
    WHATSAPP_CLOUD_PHONE_NUMBER_ID: PHONE_NUMBER_ID,
    WHATSAPP_CLOUD_APP_SECRETS: APP_SECRET,
    WHATSAPP_CLOUD_VERIFY_TOKEN: 'verify-token-0123456789',
    WHATSAPP_CLOUD_API_ROOT: meta.apiRoot,
    WHATSAPP_CLOUD_PER_SECOND: '1000',
  });
  const client = await MongoClient.connect((await findRunningStore(join(dataDir, 'store'))) ?? '');
  try {
    return await measure({ meta, service, db: client.db('kanal_aduan') });
  } finally {
    await client.close();
    await service.stop();
    await meta.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measureMain({ meta, service, db }: Run, seconds: number): Promise<Figures> {
  const saidAtMs = new Map<string, number>();
  const under: Promise<void>[] = [];
  let reported = 0;
  const startedAtMs = performance.now();
  for (let tick = 0; tick < seconds * TICKS_PER_SECOND; tick++) {
    await pause(startedAtMs + (tick * MS_PER_SECOND) / TICKS_PER_SECOND - performance.now());
    for (let each = 0; each < MESSAGES_PER_SECOND / TICKS_PER_SECOND; each++) {
      const from = phoneOf(saidAtMs.size);
      saidAtMs.set(from, performance.now());
      under.push(meta.deliver({ messages: [greeting(from)] }));
    }
    // reports of what went out, five of four messages: sent, and delivered where there is room
    for (let each = 0; each < STATUSES_PER_SECOND / TICKS_PER_SECOND; each++) {
      const about = meta.sent[Math.floor((reported * MESSAGES_PER_SECOND) / STATUSES_PER_SECOND)];
      if (!about) break;
      reported += 1;
      const status = reported % 6 === 0 ? 'delivered' : 'sent';
      under.push(meta.deliver({ statuses: [{ id: about.id, status, timestamp: now(), recipient_id: about.to }] }));
    }
  }
  await Promise.all(under);
  const answeredAtMs = new Map<string, number>();
  await until('all are answered', () => {
    for (const { to, atMs } of meta.sent) if (!answeredAtMs.has(to)) answeredAtMs.set(to, atMs);
    return answeredAtMs.size >= saidAtMs.size;
  });
  const turns = await db.collection('turns').countDocuments({});
  const replies = [...saidAtMs].map(([phone, atMs]) => (answeredAtMs.get(phone) ?? Number.POSITIVE_INFINITY) - atMs);
  return {
    ackP99Ms: percentile(meta.ackMs, 0.99),
    ackP50Ms: percentile(meta.ackMs, 0.5),
    replyP95Ms: percentile(replies, 0.95),
    lost: saidAtMs.size - Math.min(turns, answeredAtMs.size),
    doubled: meta.sent.length - new Set(meta.sent.map(({ to }) => to)).size,
    refused: meta.failures(),
    rssMb: Math.round(service.peakOwnRssMb()),
  };
}

async function measureFlood({ meta, service, db }: Run, seconds: number): Promise<Figures> {
  const under: Promise<void>[] = [];
  let count = 0;
  let underWay = 0;
  const cpuBeforeMs = service.cpuMs();
  const startedAtMs = performance.now();
  const perTick = FLOOD_PER_SECOND / TICKS_PER_SECOND / FLOOD_BATCH;
  for (let tick = 0; tick < seconds * TICKS_PER_SECOND; tick++) {
    await pause(startedAtMs + (tick * MS_PER_SECOND) / TICKS_PER_SECOND - performance.now());
    for (let each = 0; each < perTick && underWay < MAX_UNDER_WAY; each++) {
      const messages = Array.from({ length: FLOOD_BATCH }, () => greeting(phoneOf(count++)));
      underWay += 1;
      under.push(
        meta.deliver({ messages }).finally(() => {
          underWay -= 1;
        }),
      );
    }
  }
  await Promise.all(under);
  const elapsedS = (performance.now() - startedAtMs) / MS_PER_SECOND;
  const cpuMs = service.cpuMs() - cpuBeforeMs;
  return {
    acceptedPerSecond: Math.round(count / elapsedS),
    floodLost: count - (await db.collection('turns').countDocuments({})),
    floodAckP99Ms: percentile(meta.ackMs, 0.99),
    floodCpuMsPerMessage: Math.round((cpuMs / count) * 100) / 100,
    floodCores: Math.round((cpuMs / MS_PER_SECOND / elapsedS) * 100) / 100,
  };
}

function phoneOf(index: number): string {
  return `62810${String(10_000_000 + index)}`;
}

function greeting(from: string): object {
  return { from, id: `wamid.IN${from}`, timestamp: now(), type: 'text', text: { body: 'halo' } };
}

function now(): string {
  return String(Math.floor(Date.now() / MS_PER_SECOND));
}

/** What isn't there in time counts as lost, so this ends without a fault. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > endMs) return void process.stderr.write(`waited in vain: ${what}\n`);
    await pause(50);
  }
}
