import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { Case } from '../../src/cases/case.js';
import type { Turn } from '../../src/conversations/turn.js';
import type { Alert } from '../../src/staff/alerts.js';
import { findRunningStore } from '../../src/store/embedded/start.js';

/** What a running service's store holds, read over a connection of our own. */
export async function readStore(
  dataDir: string,
): Promise<{ turns: Turn[]; cases: Case[]; reporters: { caseNumber: string }[]; alerts: Alert[] }> {
  const uri = await findRunningStore(join(dataDir, 'store'));
  if (!uri) throw new Error(`no store runs in ${dataDir}`);
  const client = await MongoClient.connect(uri);
  try {
    const db = client.db('kanal_aduan');
    return {
      turns: await db.collection<Turn>('turns').find({}).toArray(),
      cases: await db.collection<Case>('cases').find({}).toArray(),
      alerts: await db.collection<Alert>('alerts').find({}).toArray(),
      reporters: await db.collection<{ caseNumber: string }>('reporters').find({}).toArray(),
    };
  } finally {
    await client.close();
  }
}
