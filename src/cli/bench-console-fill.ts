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

const BATCH = 500;
const TURNS_A_CHAT = 5;
/** Of a million chats so many wait for a person, and so many are in somebody's hands. */
const QUEUED_SHARE = 0.0005;
const HELD_SHARE = 0.002;
const UNITS = ['meja_bantuan', 'dinas_pu', 'dinas_perkim', 'dinas_lingkungan_hidup', 'dinas_kesehatan'];
const CATEGORIES = ['aparat_pelayanan', 'jalan', 'perumahan_pertanahan', 'sampah', 'kesehatan'];
const REPORT: CaseReport = { description: 'Mohon diperiksa. '.repeat(10), evidenceWords: [] };
/** 1,200 a day, as a large city has them. */
const A_DAY = 1200;
const MINUTE_MS = 60_000;

export interface FillSize {
  /** As many chats, with five turns each. */
  readonly cases: number;
}

const numberAt = (index: number) =>
  `LP-${String(Math.floor(index / A_DAY) + 230_101)}-${String(index % A_DAY).padStart(4, '0')}`;

function chatAt(index: number): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(Math.imul(index, 2_654_435_761) >>> 0, 0);
  bytes.writeUInt32BE(index, 4);
  return base32(bytes).slice(0, 26);
}

/** A city's chats and cases, written directly: each chat with a case, five turns and its row. */
export async function fillCity(
  uri: string,
  app: App,
  root: string,
  staffIds: readonly string[],
  { cases: total }: FillSize,
): Promise<void> {
  // a connection of its own, which may wait as long as a slow disk takes
  const client = await MongoClient.connect(uri, { writeConcern: { w: 'majority', journal: true } });
  try {
    const db = client.db(app.connection.name);
    const models = modelsOf(app, root);
    for (let from = 0; from < total; from += BATCH) {
      const indexes = Array.from({ length: Math.min(BATCH, total - from) }, (_, each) => from + each);
      await fillSome(db, app, models, staffIds, indexes, total);
    }
  } finally {
    await client.close();
  }
}

async function fillSome(
  db: Db,
  app: App,
  models: readonly Case[],
  staffIds: readonly string[],
  indexes: readonly number[],
  total: number,
): Promise<void> {
  const now = new Date();
  const chats = indexes.map((index) => chatOf(app, index, total, staffIds, now));
  const filed = indexes.map((index): Case => {
    const model = models[index % models.length];
    if (!model) throw new Error('no models');
    const _id = numberAt(index);
    return { ...model, _id, effectKey: `${chatAt(index)}#m4/0`, report: new Binary(seal(app.keys, _id, REPORT)) };
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

function chatOf(
  app: App,
  index: number,
  total: number,
  staffIds: readonly string[],
  now: Date,
): { readonly row: ConversationRow; readonly turns: Turn[] } {
  const conversationId = chatAt(index);
  const address: Address = { channel: 'webchat', account: 'main', chatId: `bench-${index}` };
  const at = new Date(now.getTime() - (total - index) * MINUTE_MS);
  const share = (index % 10_000) / 10_000;
  const isQueued = share < QUEUED_SHARE;
  const isHeld = !isQueued && share < QUEUED_SHARE + HELD_SHARE;
  const staffId = staffIds[index % staffIds.length] ?? 'nobody';
  const after: TurnAfter = {
    mode: isQueued ? 'queued' : isHeld ? 'staff' : 'bot',
    ...{ locale: 'id', stack: [], misses: 0, warned: [], askedSeq: 1, askedAt: at, unread: 2, inbound: 4 },
    ...(isQueued || isHeld ? { handover: { seq: 4, since: at, reason: 'asked', overdue: 0 } } : {}),
    ...(isHeld ? { staffId } : {}),
    ...{ lastCase: numberAt(index), saidSeq: TURNS_A_CHAT },
  };
  // only the newest turn is opened by lists, but all of them are as large as real ones
  const turns = Array.from({ length: TURNS_A_CHAT }, (_, each) => {
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
