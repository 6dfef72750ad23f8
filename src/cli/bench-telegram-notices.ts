import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Binary, type Db } from 'mongodb';
import type { Case, Reporter } from '../cases/case.js';
import { loadCaseRules } from '../cases/case-rules.js';
import { caseOf } from '../cases/file-case.js';
import { type Keys, seal } from '../core/crypto.js';
import { conversationIdOf } from '../core/ids.js';

const FLOWS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'flows');
const BATCH = 500;

/**
 * A case for each chat, with news pending on all of them. Each news is of the chat's own act, so that no quiet hours
 * hold it back, whenever this is run.
 */
export async function fillNotices(db: Db, keys: Keys, chatIds: readonly string[]): Promise<void> {
  const rules = loadCaseRules(FLOWS, 'WIB', []);
  const now = new Date(Date.now());
  const guess = {
    type: 'guess' as const,
    kind: 'pengaduan',
    category: 'lampu_jalan',
    confidence: 0.8,
    candidates: [],
    urgency: 'biasa',
    evidence: [],
    restricted: false,
    by: 'classifier' as const,
  };
  const answers = { case_number: 'LP-230101-0000', description: 'Lampu jalan mati sejak seminggu', guess };
  const model = caseOf(keys, answers, { effectKey: 'bench', receivedAt: now, rules });

  const cases: Case[] = [];
  const reporters: Reporter[] = [];
  for (const [index, chatId] of chatIds.entries()) {
    const number = `LP-230101-${String(index).padStart(5, '0')}`;
    const conversationId = conversationIdOf(keys.addressKey, 'telegram', '7001', chatId);
    const id = `${number}:2`;
    const values = new Binary(seal(keys, id, { unit: 'Dinas Perkim' }));
    const notice = { id, event: 'in_progress' as const, at: now, values, causedIn: conversationId };
    cases.push({
      ...model,
      _id: number,
      effectKey: `bench#${index}/0`,
      status: 'in_progress',
      rev: 2,
      notices: [notice],
    });
    reporters.push({
      _id: `${number}#${conversationId}`,
      caseNumber: number,
      conversationId,
      audience: 'complainant',
      at: now,
    });
  }
  for (let from = 0; from < reporters.length; from += BATCH) {
    await db.collection<Reporter>('reporters').insertMany(reporters.slice(from, from + BATCH));
    await db.collection<Case>('cases').insertMany(cases.slice(from, from + BATCH));
  }
}
