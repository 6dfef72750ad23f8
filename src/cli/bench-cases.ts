import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Db, MongoClient } from 'mongodb';
import { type App, startApp } from '../app.js';
import type { Case, Reporter } from '../cases/case.js';
import { loadCaseRules } from '../cases/case-rules.js';
import { clockFields } from '../cases/case-update.js';
import { caseOf } from '../cases/file-case.js';
import { withPatch } from '../cases/plan-change.js';
import { endClock } from '../cases/sla.js';
import type { PushLane } from '../channels/push-lane.js';
import { loadConfig } from '../config.js';
import { type Clock, systemClock } from '../core/clock.js';
import { createLog } from '../core/log.js';
import type { OutboundMessage } from '../messages/message.js';
import { findRunningStore } from '../store/embedded/start.js';
import { percentile, timed } from './bench-figures.js';
import { sweepWithKills } from './bench-sweepers.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const A_MONTH_MS = 31 * DAY_MS;
const BATCH = 500;
const LOOK_UPS = 400;
const CITIZENS = 200;
/** Of all cases, those not yet ended. */
const OPEN_SHARE = 0.1;
const DUE_A_MINUTE = 10;
const DUE_AT_ONCE = 10_000;
/** Cases that a sweeping process has swept when it is killed; one entry a process. */
const KILLS_AFTER = [400, 1500, 900];
const CATEGORIES = ['lampu_jalan', 'jalan', 'sampah', 'banjir_drainase', 'kesehatan', 'pendidikan', 'parkir', 'bansos'];

/**
 * A million cases (BENCH_CASES sets another number) in the embedded store: look-ups, a minute's due clocks, news on
 * their way, and ten thousand clocks due at once before two processes of which some are killed.
 */
export async function benchCases(): Promise<Record<string, number>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-cases-'));
  const clock = atOfficeHours();
  const sends = createSends();
  const deps = {
    config: loadConfig({ DATA_DIR: dataDir, HTTP_PORT: '0' }),
    log: createLog('error'),
    clock,
    root: ROOT,
  };
  const app = await startApp({ ...deps, pushLanes: () => [sends.lane] });
  const storeUri = await findRunningStore(join(dataDir, 'store'));
  try {
    const total = Number(process.env['BENCH_CASES'] ?? 1_000_000);
    const db = app.connection.getClient().db(app.connection.name);
    const fillMs = await timed(() => fill(storeUri ?? '', app, clock, total));
    const lookUps = await measureLookUps(app, total);
    const noticeP95Ms = await measureNotices(app, sends);
    const sweep = await measureSweep(app, clock);
    const sweepers = {
      uri: storeUri ?? '',
      dataDir,
      flowsDir: join(ROOT, 'flows'),
      processes: 2,
      killsAfter: KILLS_AFTER,
    };
    const due = await measureDue(db, clock, (at) => sweepWithKills({ ...sweepers, at }));
    return { cases: total, fillSeconds: Math.round(fillMs / 1000), ...lookUps, ...sweep, noticeP95Ms, ...due };
  } finally {
    await app.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The machine's time moved to the next ten o'clock in Jakarta: at night no phone rings. */
function atOfficeHours(): Clock & { shift(ms: number): void } {
  const msOfDay = (Date.now() + 7 * HOUR_MS) % DAY_MS;
  let byMs = (10 * HOUR_MS - msOfDay + DAY_MS) % DAY_MS;
  return {
    ...systemClock,
    now: () => new Date(systemClock.now().getTime() + byMs),
    shift(ms) {
      byMs += ms;
    },
  };
}

/** 1,200 a day, as a large city has them: numbers grow with time. */
const A_DAY = 1200;
const numberAt = (index: number) =>
  `LP-${String(Math.floor(index / A_DAY) + 230_101)}-${String(index % A_DAY).padStart(4, '0')}`;
const conversationAt = (index: number) => `bench${String(index % 400_000).padStart(21, '0')}`;

/** On a connection of its own, which may wait as long as a slow disk takes. */
async function fill(uri: string, app: App, clock: Clock, total: number): Promise<void> {
  const client = await MongoClient.connect(uri, { writeConcern: { w: 'majority', journal: true } });
  const db = client.db(app.connection.name);
  const cases = db.collection<Case>('cases');
  const reporters = db.collection<Reporter>('reporters');
  const models = modelsOf(app, clock);
  const filledAt = clock.now();
  for (let from = 0; from < total; from += BATCH) {
    const indexes = Array.from({ length: Math.min(BATCH, total - from) }, (_, index) => from + index);
    await Promise.all([
      cases.insertMany(
        indexes.map((index) => caseAt(models, index, total, filledAt)),
        { ordered: false },
      ),
      reporters.insertMany(
        indexes.map((index) => ({
          _id: `${numberAt(index)}#${conversationAt(index)}`,
          caseNumber: numberAt(index),
          conversationId: conversationAt(index),
          audience: 'complainant' as const,
          at: models[0]?.receivedAt ?? clock.now(),
        })),
        { ordered: false },
      ),
    ]);
  }
  await client.close();
}

/** One open case of each category and age in days; sealed once, because opening isn't what is measured. */
function modelsOf(app: App, clock: Clock): Case[] {
  const rules = loadCaseRules(join(ROOT, 'flows'), 'WIB', []);
  return CATEGORIES.flatMap((category) =>
    Array.from({ length: 20 }, (_, age) => {
      const guess = {
        type: 'guess' as const,
        kind: 'pengaduan',
        category,
        confidence: 0.8,
        candidates: [{ category, confidence: 0.8 }],
        urgency: 'biasa',
        evidence: [],
        restricted: false,
        by: 'classifier' as const,
      };
      const description = 'Sudah seminggu begini dan belum ada yang datang, mohon diperiksa secepatnya. '.repeat(3);
      const answers = { case_number: 'LP-230101-0000', description, guess };
      const receivedAt = new Date(clock.now().getTime() - age * DAY_MS - age * 37_000);
      return caseOf(app.keys, answers, { effectKey: 'bench', receivedAt, rules });
    }),
  );
}

function caseAt(models: readonly Case[], index: number, total: number, filledAt: Date): Case {
  const model = models[index % models.length];
  if (!model) throw new Error('no models');
  const filed: Case = { ...model, _id: numberAt(index), effectKey: `bench#${String(index).padStart(9, '0')}/0` };
  const isOpen = index % 1000 < OPEN_SHARE * 1000;
  // after a month everything is overdue; what is woken then is spread: ten a minute, a week of it with a million cases
  const minutes = Math.max(Math.round((total * OPEN_SHARE) / DUE_A_MINUTE), 120);
  const openIndex = Math.floor(index / 1000) * 1000 * OPEN_SHARE + (index % 1000);
  const wakeAt = new Date(filledAt.getTime() + A_MONTH_MS + ((openIndex * 7919) % minutes) * 60_000);
  if (isOpen) return { ...filed, wakeAt };
  const clocks = model.clocks.map((each) => endClock(each, model.receivedAt, true));
  return withPatch(filed, { status: 'closed', endedAt: model.receivedAt, ...clockFields(clocks, model) });
}

async function measureLookUps(app: App, total: number): Promise<Record<string, number>> {
  const at = (count: number) => Math.floor((count * 7_919_171) % total);
  const reader = { staffId: 'bench', role: 'supervisor', units: [] } as const;
  const units = ['dinas_perkim', 'dinas_pu', 'dinas_lingkungan_hidup', 'dinas_kesehatan'];
  return {
    caseByNumberP95Ms: await p95(LOOK_UPS, (count) => app.cases.find(numberAt(at(count)))),
    unitListP95Ms: await p95(LOOK_UPS, (count) =>
      app.caseLists.list(reader, { unit: units[count % units.length] ?? '' }, { limit: 50 }),
    ),
    citizenSearchP95Ms: await p95(LOOK_UPS, async (count) => {
      const mine = await app.reporters.ofConversation(conversationAt(at(count)), 50);
      return app.cases.findAll(mine.map(({ caseNumber }) => caseNumber));
    }),
  };
}

interface Sends {
  readonly lane: PushLane;
  /** Resolves with the instant at which news of a case was handed to the channel. */
  awaitNews(number: string): Promise<number>;
  awaitFiled(chatId: string): Promise<string>;
}

/** A push channel that notes when a message reaches it. */
function createSends(): Sends {
  const waiting = new Map<string, (value: { atMs: number; text: string }) => void>();
  const note = ({ kind, text, address }: OutboundMessage) => {
    const number = /LP-\d{6}-\d{4,}/.exec(text)?.[0];
    const key = kind === 'notice' ? (number ?? '') : number ? address.chatId : '';
    waiting.get(key)?.({ atMs: performance.now(), text: number ?? '' });
  };
  const wait = (key: string) =>
    new Promise<{ atMs: number; text: string }>((resolve) => {
      waiting.set(key, resolve);
    });
  return {
    lane: {
      lane: 'telegram:bench',
      limits: { perSecond: 1000, perSecondBurst: 1000, chatIntervalMs: 1, chatBurst: 100, maxInFlight: 50 },
      channel: {
        type: 'telegram',
        start: async () => undefined,
        stop: async () => undefined,
        send: async (message) => {
          note(message);
          return message.id;
        },
      },
    },
    awaitNews: async (number) => (await wait(number)).atMs,
    awaitFiled: async (chatId) => (await wait(chatId)).text,
  };
}

async function measureNotices(app: App, sends: Sends): Promise<number> {
  const numbers = await Promise.all(Array.from({ length: CITIZENS }, (_, index) => fileByPhone(app, sends, index)));
  const waits: number[] = [];
  for (const number of numbers) {
    const news = sends.awaitNews(number);
    const startedAtMs = performance.now();
    await app.caseService.change({ number, to: 'verified', by: { role: 'agent', id: 'bench' }, key: `v-${number}` });
    waits.push((await news) - startedAtMs);
  }
  return percentile(waits, 0.95);
}

async function fileByPhone(app: App, sends: Sends, index: number): Promise<string> {
  const chatId = `hp-${index}`;
  const filed = sends.awaitFiled(chatId);
  for (const [count, text] of ['Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu', 'kirim'].entries()) {
    await app.conversations.receive({
      externalId: `message-${count}`,
      address: { channel: 'telegram', account: 'bench', chatId },
      sentAt: new Date(Date.now() + 10 * 365 * DAY_MS),
      text,
      attachments: [],
    });
  }
  return filed;
}

/** One minute after the other: what came due in it (some ten cases) is done. The median tells it from a busy machine. */
async function measureSweep(
  app: App,
  clock: Clock & { shift(ms: number): void },
): Promise<{ sweepP50Ms: number; sweepP95Ms: number }> {
  clock.shift(A_MONTH_MS + HOUR_MS);
  await app.sweepClocks();
  const waits: number[] = [];
  for (let minute = 0; minute < 60; minute++) {
    // what the minute before had to tell is told by then
    await app.relayNotices();
    clock.shift(60_000);
    waits.push(await timed(() => app.sweepClocks()));
  }
  return { sweepP50Ms: percentile(waits, 0.5), sweepP95Ms: percentile(waits, 0.95) };
}

/** Ten thousand clocks of one instant, before two processes of which three are killed on the way, beside the service. */
async function measureDue(db: Db, clock: Clock, sweep: (at: Date) => Promise<number>): Promise<Record<string, number>> {
  const cases = db.collection<Case>('cases');
  const open = await cases
    .find({ unit: 'dinas_pu', dueAt: { $exists: true } }, { projection: { _id: 1, rev: 1 }, limit: DUE_AT_ONCE })
    .toArray();
  const ids = open.map(({ _id }) => _id);
  const wakeAt = clock.now();
  for (let from = 0; from < ids.length; from += BATCH) {
    await cases.updateMany(
      { _id: { $in: ids.slice(from, from + BATCH) } },
      { $set: { wakeAt, 'clocks.$[each].wakeAt': wakeAt, 'clocks.$[each].stepsDone': 0 } },
      { arrayFilters: [{ 'each.doneAt': { $exists: false } }] },
    );
  }
  const revs = new Map(open.map(({ _id, rev }) => [_id, rev]));
  let kills = 0;
  const ms = await timed(async () => {
    kills = await sweep(clock.now());
  });
  const after = await cases.find({ _id: { $in: ids } }, { projection: { rev: 1, wakeAt: 1 } }).toArray();
  const steps = after.map(({ _id, rev }) => rev - (revs.get(_id) ?? 0));
  return {
    due: ids.length,
    dueHandled: steps.filter((count) => count > 0).length,
    dueSeconds: Math.round(ms / 100) / 10,
    doubled: steps.filter((count) => count > 1).length,
    kills,
  };
}

async function p95(times: number, work: (count: number) => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let count = 0; count < times; count++) all.push(await timed(() => work(count)));
  return percentile(all, 0.95);
}
