import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Db, MongoClient } from 'mongodb';
import { loadConfig } from '../config.js';
import type { Keys } from '../core/crypto.js';
import { loadKeys } from '../keys.js';
import { findRunningStore } from '../store/embedded/start.js';
import { freePort, pause, percentile } from './bench-figures.js';
import { type MeasuredService, startMeasured } from './bench-process.js';
import { type BenchApi, startBenchApi } from './bench-telegram-api.js';
import { fillNotices } from './bench-telegram-notices.js';
import { createPusher } from './bench-telegram-push.js';
import { burstText, editUpdate, messageUpdate } from './bench-telegram-updates.js';

const MAIN = join(dirname(fileURLToPath(import.meta.url)), '..', 'main.js');
const MS_PER_SECOND = 1000;
/** What a question waits in case more is being written; see docs/telegram.md. */
const HELD_BACK_MS = 1500;
const BURST = 10;
const FULL = { seconds: 60, backlog: 100_000, notices: 10_000 };
const QUICK = { seconds: 10, backlog: 5000, notices: 300 };

type Figures = Record<string, number>;

/**
 * Telegram three times over, the built service against a Bot API on loopback that allows 30 messages a second, each time
 * on a fresh data folder:
 * - webhook: 200 updates a second for a minute. 20 of them want an answer, as no bot may give more than 30: ten
 *   greetings, ten reports written in ten short messages each; the others are edits, recorded without a word
 * - polling: a backlog of 100,000 updates of 2,000 chats
 * - 10,000 notices at once, one refused in their midst, while two citizens a second are greeted
 */
export async function benchTelegram(isQuick: boolean): Promise<Figures> {
  const size = isQuick ? QUICK : FULL;
  const webhook = await withService(true, (run) => measureWebhook(run, size.seconds));
  const backlog = await withService(false, (run) => measureBacklog(run, size.backlog));
  const broadcast = await withService(false, (run) => measureBroadcast(run, size.notices));
  const parts = [webhook, backlog, broadcast];
  const sum = (name: string) => parts.reduce((total, part) => total + (part[name] ?? 0), 0);
  const max = (name: string) => Math.max(...parts.map((part) => part[name] ?? 0));
  return {
    updatesPerSecond: webhook['updatesPerSecond'] ?? 0,
    lost: sum('lost'),
    doubled: sum('doubled'),
    replyP95Ms: max('replyP95Ms'),
    earlyRequests429: sum('early'),
    rssMb: max('rssMb'),
    webhookReplyP95Ms: webhook['replyP95Ms'] ?? 0,
    webhookQuestionP95Ms: webhook['questionP95Ms'] ?? 0,
    webhookAckP99Ms: webhook['ackP99Ms'] ?? 0,
    backlogSeconds: backlog['seconds'] ?? 0,
    backlogOutOfOrder: backlog['outOfOrder'] ?? 0,
    broadcastSeconds: broadcast['seconds'] ?? 0,
    broadcastReplyP95Ms: broadcast['replyP95Ms'] ?? 0,
    tooMany429: sum('tooMany'),
  };
}

interface Run {
  readonly api: BenchApi;
  readonly service: MeasuredService;
  readonly db: Db;
  readonly keys: Keys;
}

async function withService(isWebhook: boolean, measure: (run: Run) => Promise<Figures>): Promise<Figures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-bench-'));
  const api = await startBenchApi();
  const port = String(await freePort());
  const env = {
    DATA_DIR: dataDir,
    HTTP_PORT: port,
    // it says at info that it is ready
    LOG_LEVEL: 'info',
    MONGODB_URI: '',
    OFFER_SIMILAR: '0',
    TELEGRAM_BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.apiRoot,
    PUBLIC_URL: isWebhook ? `http://127.0.0.1:${port}` : '',
  };
  const service = await startMeasured(MAIN, env).catch(async (error: unknown) => {
    await api.stop();
    throw error;
  });
  const client = await MongoClient.connect((await findRunningStore(join(dataDir, 'store'))) ?? '');
  try {
    const { keys } = await loadKeys(loadConfig(env), true);
    const figures = await measure({ api, service, db: client.db('kanal_aduan'), keys });
    const { early, tooMany } = api.refused;
    return { ...figures, early, tooMany, rssMb: Math.round(service.peakRssMb()) };
  } finally {
    await client.close();
    await service.stop();
    await api.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measureWebhook({ api, db }: Run, seconds: number): Promise<Figures> {
  await until('the webhook is set', () => api.webhook() !== undefined);
  const pusher = createPusher(api.webhook() ?? { url: '', secret: '' });
  const greeted = new Map<string, number>();
  const asked = new Map<string, number>();
  let pushed = 0;
  const push = (chat: number, update: unknown) => {
    pushed += 1;
    void pusher.push(chat, update);
  };
  const startedAtMs = performance.now();
  for (let tick = 0; tick < seconds * 10; tick++) {
    await pause(startedAtMs + tick * 100 - performance.now());
    const greeter = 10_000 + tick;
    greeted.set(String(greeter), performance.now());
    push(greeter, messageUpdate(greeter, 'halo'));
    // ten who write, each one message a tick
    for (let writer = 0; writer < BURST; writer++) {
      const chat = 100_000 + Math.floor((tick + writer) / BURST) * BURST + writer;
      push(chat, messageUpdate(chat, burstText((tick + writer) % BURST)));
      asked.set(String(chat), performance.now());
    }
    for (let edit = 0; edit < 9; edit++) {
      const chat = 10_000 + Math.max(0, tick - 50 - edit);
      push(chat, editUpdate(chat, 'halo semua'));
    }
  }
  await pusher.drained();
  const elapsedS = (performance.now() - startedAtMs) / MS_PER_SECOND;
  const answered = (chats: Map<string, number>) => [...chats.keys()].every((chat) => lastTo.has(chat));
  const lastTo = new Map<string, number>();
  await until('all are answered', () => {
    for (const { chatId, atMs } of api.sent) lastTo.set(chatId, atMs);
    return answered(greeted) && answered(asked);
  });
  pusher.close();
  const counts = countBy(api.sent.map(({ chatId }) => chatId));
  const replies = [...greeted].map(([chat, atMs]) => (firstTo(api, chat) ?? Number.POSITIVE_INFINITY) - atMs);
  const questions = [...asked].map(([chat, atMs]) => (lastTo.get(chat) ?? Number.POSITIVE_INFINITY) - atMs);
  return {
    updatesPerSecond: Math.round(pushed / elapsedS),
    lost: pushed - (await db.collection('turns').countDocuments({})),
    doubled: [...greeted.keys()].filter((chat) => (counts.get(chat) ?? 0) > 1).length,
    replyP95Ms: percentile(replies, 0.95),
    questionP95Ms: percentile(questions, 0.95) - HELD_BACK_MS,
    ackP99Ms: percentile(pusher.ackMs, 0.99),
  };
}

async function measureBacklog({ api, db }: Run, total: number): Promise<Figures> {
  const chats = Math.min(2000, total / 50);
  const texts = ['halo', ...Array.from({ length: BURST }, (_, index) => burstText(index)), 'kirim'];
  const updates = Array.from({ length: total }, (_, index) =>
    messageUpdate(10_000 + (index % chats), texts[Math.floor(index / chats) % texts.length] ?? ''),
  );
  const startedAtMs = performance.now();
  api.queue(updates);
  await until('all are confirmed', () => api.confirmed() === total);
  const seconds = (api.confirmedAtMs() - startedAtMs) / MS_PER_SECOND;
  const newest = new Map<string, { seq: number; id: number }>();
  const seen = new Set<string>();
  let outOfOrder = 0;
  const turns = db.collection<{ _id: string; conversationId: string; seq: number; source: { key: string } }>('turns');
  const cursor = turns.find({}, { projection: { conversationId: 1, seq: 1, source: 1 }, batchSize: 1000 });
  const all = (await cursor.toArray()).sort((a, b) => a.seq - b.seq);
  for (const { conversationId, seq, source } of all) {
    const id = Number(source.key);
    if (!Number.isInteger(id)) continue;
    seen.add(source.key);
    const before = newest.get(conversationId);
    if (before && before.id > id) outOfOrder += 1;
    newest.set(conversationId, { seq, id });
  }
  return { seconds: Math.round(seconds), lost: total - seen.size, doubled: all.length - seen.size, outOfOrder };
}

async function measureBroadcast({ api, db, keys }: Run, total: number): Promise<Figures> {
  const chats = Array.from({ length: total }, (_, index) => 10_000 + index);
  // chats that were written in and have heard nothing
  api.queue(chats.map((chat) => editUpdate(chat, 'halo')));
  await until('all chats are known', () => api.confirmed() === total);
  const startedAtMs = performance.now();
  await fillNotices(db, keys, chats.map(String));
  const greeted = new Map<string, number>();
  const told = () => api.sent.filter(({ text }) => /LP-\d/.test(text));
  for (let tick = 0; ; tick++) {
    await pause(startedAtMs + tick * 500 - performance.now());
    const count = told().length;
    if (count >= total) break;
    if (tick > total) throw new Error(`only ${count} of ${total} notices were sent`);
    // one refusal in the midst of it
    if (tick === 20) api.refuseNext(3);
    const greeter = 1_000_000 + tick;
    greeted.set(String(greeter), performance.now());
    api.queue([messageUpdate(greeter, 'halo')]);
  }
  const endedAtMs = told().at(-1)?.atMs ?? 0;
  await until('all are greeted', () => [...greeted.keys()].every((chat) => firstTo(api, chat) !== undefined));
  const counts = countBy(told().map(({ chatId }) => chatId));
  return {
    seconds: Math.round((endedAtMs - startedAtMs) / MS_PER_SECOND),
    lost: chats.filter((chat) => !counts.has(String(chat))).length,
    doubled: [...counts.values()].filter((count) => count > 1).length,
    replyP95Ms: percentile(
      [...greeted].map(([chat, atMs]) => (firstTo(api, chat) ?? Number.POSITIVE_INFINITY) - atMs),
      0.95,
    ),
  };
}

function firstTo(api: BenchApi, chat: string): number | undefined {
  return api.sent.find(({ chatId }) => chatId === chat)?.atMs;
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

const PATIENCE_MS = 15 * 60 * MS_PER_SECOND;

async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited in vain until ${what}`);
    await pause(50);
  }
}
