import { Binary, type Db, MongoClient } from 'mongodb';
import type { App } from '../app.js';
import type { Case, CaseReport, Reporter } from '../cases/case.js';
import { loadCaseRules } from '../cases/case-rules.js';
import { caseOf } from '../cases/file-case.js';
import { buildTurn } from '../conversations/build-turn.js';
import { type ConversationRow, rowOf } from '../conversations/rows.js';
import type { Turn, TurnAfter } from '../conversations/turn.js';
import { seal } from '../core/crypto.js';
import { base32 } from '../core/ids.js';
import type { Address } from '../messages/message.js';

/** Chats whose documents are made and sent together; their turns fill a few commits of the store. */
const BATCH = 200;
/** So many batches are under way while the next one is made. */
const CONNECTIONS = 4;
const TELL_EVERY_MS = 15_000;
/** Of a million chats so many wait for a person, and so many are in somebody's hands. */
const QUEUED_SHARE = 0.0005;
const HELD_SHARE = 0.002;
const UNITS = ['meja_bantuan', 'dinas_pu', 'dinas_perkim', 'dinas_lingkungan_hidup', 'dinas_kesehatan'];
const CATEGORIES = ['aparat_pelayanan', 'jalan', 'perumahan_pertanahan', 'sampah', 'kesehatan'];
const REPORT: CaseReport = { description: 'Mohon diperiksa. '.repeat(10), evidenceWords: [] };
/** 1,200 a day, as a large city has them. */
const A_DAY = 1200;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The newest, of two weeks. */
const OPEN_CASES = 20_000;
const WAY = ['verified', 'assigned', 'in_progress', 'resolved', 'closed'] as const;

export interface FillSize {
  /** As many chats. */
  readonly cases: number;
  /** Of all chats; the same number each. */
  readonly turns: number;
}

export interface FillDeps {
  readonly uri: string;
  readonly app: App;
  readonly root: string;
  readonly staffIds: readonly string[];
  /** Told now and then how far it is. */
  readonly tell: (line: string) => void;
}

const numberAt = (index: number) =>
  `LP-${String(Math.floor(index / A_DAY) + 230_101)}-${String(index % A_DAY).padStart(4, '0')}`;

function chatAt(index: number): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(Math.imul(index, 2_654_435_761) >>> 0, 0);
  bytes.writeUInt32BE(index, 4);
  return base32(bytes).slice(0, 26);
}

/**
 * A city's chats and cases, written directly: each chat with a case, turns and its row. Batches are made while others
 * are being written, so it takes as long as the store needs for them.
 *
 * @returns documents a second
 */
export async function fillCity(deps: FillDeps, size: FillSize): Promise<number> {
  // connections of its own, which may wait as long as a slow disk takes
  const options = { writeConcern: { w: 'majority', journal: true }, maxPoolSize: CONNECTIONS * COLLECTIONS } as const;
  const client = await MongoClient.connect(deps.uri, options);
  const beganAtMs = performance.now();
  const secondsSince = (fromMs: number) => (performance.now() - fromMs) / 1000;
  try {
    const db = client.db(deps.app.connection.name);
    const models = modelsOf(deps.app, deps.root);
    let next = 0;
    let toldAtMs = beganAtMs;
    const work = async () => {
      for (let from = next; from < size.cases; from = next) {
        next = Math.min(from + BATCH, size.cases);
        await fillSome(db, deps, models, { from, to: next }, size);
        if (performance.now() - toldAtMs < TELL_EVERY_MS) continue;
        toldAtMs = performance.now();
        deps.tell(`${next} of ${size.cases} chats after ${Math.round(secondsSince(beganAtMs))} s`);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, work));
  } finally {
    await client.close();
  }
  return Math.round((size.cases * 3 + size.turns) / secondsSince(beganAtMs));
}

/** Cases, their reporters, rows and turns. */
const COLLECTIONS = 4;

async function fillSome(
  db: Db,
  { app, staffIds }: FillDeps,
  models: readonly Case[],
  { from, to }: { readonly from: number; readonly to: number },
  size: FillSize,
): Promise<void> {
  const now = new Date();
  const indexes = Array.from({ length: to - from }, (_, each) => from + each);
  const chats = indexes.map((index) => chatOf(app, index, size, staffIds, now));
  const filed = indexes.map((index): Case => {
    const model = models[index % models.length];
    if (!model) throw new Error('no models');
    const _id = numberAt(index);
    const report = new Binary(seal(app.keys, _id, REPORT));
    const at = filedAt(index, size, now);
    const opened = { ...model, _id, effectKey: `${chatAt(index)}#m4/0`, report, receivedAt: at, changedAt: at };
    return size.cases - index > OPEN_CASES ? ended(opened) : opened;
  });
  const reporters = indexes.map(
    (index): Reporter => ({
      _id: `${numberAt(index)}#${chatAt(index)}`,
      ...{ caseNumber: numberAt(index), conversationId: chatAt(index), audience: 'complainant', at: now },
    }),
  );
  const unordered = { ordered: false } as const;
  await Promise.all([
    db.collection<Case>('cases').insertMany(filed, unordered),
    db.collection<Reporter>('reporters').insertMany(reporters, unordered),
    db.collection<ConversationRow>('conversations').insertMany(
      chats.map(({ row }) => row),
      unordered,
    ),
    db.collection<Turn>('turns').insertMany(
      chats.flatMap(({ turns }) => turns),
      unordered,
    ),
  ]);
}

/** One a minute until now. */
function filedAt(index: number, size: FillSize, now: Date): Date {
  return new Date(now.getTime() - (size.cases - index) * MINUTE_MS);
}

/** As it is once it was worked on and its complainant content; no clock wants anything of it. */
function ended({ dueAt: _due, dueSoonAt: _soon, wakeAt: _wake, ...opened }: Case): Case {
  const by = { kind: 'staff', role: 'agent', id: 'bench' } as const;
  const steps = WAY.map((to, index): Case['history'][number] => {
    const at = new Date(opened.receivedAt.getTime() + (index + 1) * DAY_MS);
    return { key: `bench-${index}`, rev: index + 2, at, by, what: 'moved', to };
  });
  const endedAt = steps.at(-1)?.at ?? opened.receivedAt;
  const history = [...opened.history, ...steps];
  return { ...opened, status: 'closed', rev: history.length, history, clocks: [], changedAt: endedAt, endedAt };
}

function chatOf(
  app: App,
  index: number,
  size: FillSize,
  staffIds: readonly string[],
  now: Date,
): { readonly row: ConversationRow; readonly turns: Turn[] } {
  const conversationId = chatAt(index);
  const address: Address = { channel: 'webchat', account: 'main', chatId: `bench-${index}` };
  const at = filedAt(index, size, now);
  const length = Math.max(1, Math.round(size.turns / size.cases));
  const share = (index % 10_000) / 10_000;
  const isQueued = share < QUEUED_SHARE;
  const isHeld = !isQueued && share < QUEUED_SHARE + HELD_SHARE;
  const staffId = staffIds[index % staffIds.length] ?? 'nobody';
  const after: TurnAfter = {
    mode: isQueued ? 'queued' : isHeld ? 'staff' : 'bot',
    ...{ locale: 'id', stack: [], misses: 0, warned: [], askedSeq: 1, askedAt: at, unread: 2, inbound: 4 },
    ...(isQueued || isHeld ? { handover: { seq: 4, since: at, reason: 'asked', overdue: 0 } } : {}),
    ...(isHeld ? { staffId } : {}),
    ...{ lastCase: numberAt(index), saidSeq: length },
  };
  // only the newest turn is opened by lists, but all of them are as large as real ones
  const turns = Array.from({ length }, (_, each) => {
    const key = `m${each + 1}`;
    const text = 'Lampu jalan mati sudah seminggu, mohon segera diperbaiki karena gelap sekali.';
    const draft = {
      ...{ conversationId, seq: each + 1, at, source: { kind: 'citizen' as const, key }, address },
      displayName: 'Siti Aminah',
      inbound: { externalId: key, address, sentAt: at, text, attachments: [] },
      ...{ after, answers: [], say: [{ bubble: { text: 'Baik, kami catat.' }, kind: 'reply' as const }], effects: [] },
    };
    return buildTurn(app.keys, draft, { type: 'pull' }).turn;
  });
  const newest = turns.at(-1);
  if (!newest) throw new Error('no turns');
  return { row: { _id: conversationId, ...rowOf(newest, at), unit: UNITS[index % UNITS.length] ?? '' }, turns };
}

/** One case of each unit. */
function modelsOf(app: App, root: string): Case[] {
  const rules = loadCaseRules(`${root}/flows`, 'WIB', []);
  return CATEGORIES.map((category) => {
    const guess = {
      ...{ type: 'guess' as const, kind: 'pengaduan', category, confidence: 0.8, urgency: 'biasa' },
      ...{ candidates: [{ category, confidence: 0.8 }], evidence: [], restricted: false, by: 'classifier' as const },
    };
    const answers = { case_number: 'LP-230101-0000', description: REPORT.description, guess };
    return caseOf(app.keys, answers, { effectKey: 'bench', receivedAt: new Date(), rules });
  });
}
