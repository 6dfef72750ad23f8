import type { Document } from 'bson';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { connectStore } from '../../../../src/store/connect.js';
import { ensureIndexes } from '../../../../src/store/schemas.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';

const now = new Date('2026-03-17T12:00:00Z');

/** Each search of the application that runs often or over much: collection, filter, sort. */
const SEARCHES: readonly (readonly [collection: string, filter: Document, sort?: Document])[] = [
  ['turns', { _id: 'c#1' }],
  ['turns', { _id: 'c#1', 'out.0.state': 'sending', 'out.0.epoch': 1 }],
  ['turns', { conversationId: 'c' }, { seq: -1 }],
  ['turns', { conversationId: 'c', seq: { $gt: 4 } }, { seq: 1 }],
  ['turns', { lane: 'web:x', sendAt: { $lte: now } }, { sendAt: 1 }],
  ['turns', { lane: { $in: ['a', 'b'] }, fetchAt: { $lte: now } }, { fetchAt: 1 }],
  ['turns', { applyAt: { $lte: now } }, { applyAt: 1 }],
  ['turns', { at: { $gte: now } }, { at: 1 }],
  ['turns', { deadAt: { $gte: now } }, { deadAt: -1 }],
  ['conversations', { wakeAt: { $lte: now } }, { wakeAt: 1 }],
  ['conversations', { changedAt: { $gte: now } }, { changedAt: 1 }],
  ['conversations', {}, { changedAt: -1 }],
  ['conversations', { _id: 'c', lastSeq: { $lt: 5 } }],
  ['cases', { _id: 'LP-1', rev: 3, 'history.key': { $ne: 'k' } }],
  ['cases', { effectKey: 'k' }],
  ['cases', { wakeAt: { $lte: now } }, { wakeAt: 1 }],
  ['cases', { 'notices.at': { $lte: now } }, { 'notices.at': 1 }],
  ['cases', { staffId: { $in: ['s1', 's2'] }, dueAt: { $exists: true } }],
  ['cases', { 'evidence.sha256': 'x' }],
  ['cases', { 'evidence.fileId': 'x' }],
  ['cases', { 'evidence.platformRef': 'x' }],
  ['cases', { 'proof.sha256': 'x', _id: { $ne: 'LP-1' } }],
  ['cases', { proofCopies: 'x' }],
  ['cases', { unit: 'dinas_pu', dueAt: { $exists: true } }, { dueAt: 1 }],
  ['cases', { category: 'jalan', receivedAt: { $gte: now }, endedAt: { $exists: false } }, { receivedAt: -1 }],
  ['cases', { status: { $in: ['received', 'verified'] } }],
  ['surveys', { month: '2026-03' }],
  ['counters', { _id: /^case:/ }],
  ['cases', { 'proof.fileId': 'x' }],
  ['reporters', { caseNumber: 'LP-1' }],
  ['reporters', { conversationId: 'c' }, { at: -1 }],
  ['parked_notices', { dueAt: { $lte: now } }, { dueAt: 1 }],
  ['lanes', { _id: 'web:x', until: { $lte: now } }],
  ['filelinks', { _id: { $in: ['a', 'b'] } }],
];

describe('searches of the application', () => {
  let database: TestDatabase;
  let connection: Connection;

  before(async () => {
    database = await openTestDatabase();
    connection = await connectStore(database.uri);
    await ensureIndexes(connection);
    const db = connection.getClient().db(connection.name);
    // an empty partial or multikey index tells nothing
    await db.collection('cases').insertOne({
      _id: 'LP-0' as never,
      rev: 1,
      effectKey: 'e',
      notices: [{ at: now }, { at: now }],
      evidence: [{ sha256: 'a' }, { sha256: 'b' }],
      dueAt: now,
      wakeAt: now,
    });
    await db.collection('turns').insertOne({
      _id: 'c#0' as never,
      conversationId: 'c',
      seq: 1,
      at: now,
      sendAt: now,
      applyAt: now,
      fetchAt: now,
      deadAt: now,
      lane: 'web:x',
      out: [{ state: 'due' }],
    });
  });

  after(async () => {
    await connection.dropDatabase();
    await connection.close();
    await database.close();
  });

  for (const [collection, filter, sort] of SEARCHES) {
    it(`${collection} ${JSON.stringify(filter)}${sort ? ` sorted by ${JSON.stringify(sort)}` : ''} goes through an index`, async () => {
      const cursor = connection.getClient().db(connection.name).collection(collection).find(filter).limit(10);
      if (sort) cursor.sort(sort as Record<string, 1 | -1>);
      const explained = await cursor.explain('queryPlanner');
      const plan = JSON.stringify(explained['queryPlanner'].winningPlan);
      expect(plan).to.match(/IXSCAN|IDHACK|EXPRESS/);
      expect(plan).to.not.contain('COLLSCAN');
    });
  }
});
