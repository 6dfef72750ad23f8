import { expect } from 'chai';
import type { Document } from 'mongodb';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

const NOW = new Date('2026-11-24T03:00:00Z');

/** Each query that the case life makes, as its store makes it. */
const QUERIES: readonly (readonly [string, string, Document, Document?])[] = [
  ['clocks that are due', 'cases', { wakeAt: { $lte: NOW } }, { wakeAt: 1 }],
  ['what has something to tell', 'cases', { 'notices.at': { $lte: NOW } }, { 'notices.at': 1 }],
  ['what staff owe', 'cases', { staffId: { $in: ['a', 'b'] }, dueAt: { $exists: true } }],
  [
    'what may be about the same matter',
    'cases',
    { category: 'jalan', receivedAt: { $gte: NOW }, endedAt: { $exists: false } },
    { receivedAt: -1 },
  ],
  [
    'what has a mark',
    'cases',
    { marks: 'x', receivedAt: { $gte: NOW }, endedAt: { $exists: false } },
    { receivedAt: -1 },
  ],
  ['what has not ended', 'cases', { status: { $in: ['received', 'verified'] } }],
  ['a picture in a report', 'cases', { 'evidence.sha256': 'x' }],
  ['a picture that proved something', 'cases', { 'proof.sha256': 'x', _id: { $ne: 'LP-1' } }],
  ['a file of a report', 'cases', { 'evidence.fileId': 'x' }],
  ['a file of a proof', 'cases', { 'proof.fileId': 'x' }],
  ['a copy of a proof', 'cases', { proofCopies: 'x' }],
  [
    'groups of what is kept',
    'cases',
    { keptSince: { $exists: true }, category: { $gt: 'jalan' } },
    { category: 1, kind: 1 },
  ],
  [
    'what is past its time',
    'cases',
    { category: 'jalan', kind: 'pengaduan', keptSince: { $lt: NOW } },
    { keptSince: 1 },
  ],
  [
    'files past their time',
    'cases',
    { category: 'jalan', kind: 'pengaduan', filesSince: { $lt: NOW } },
    { filesSince: 1 },
  ],
  ['turns past their time', 'turns', { at: { $gte: NOW, $lt: NOW } }, { at: 1 }],
  ['who hears of a case', 'reporters', { caseNumber: 'LP-1' }],
  ['whose cases', 'reporters', { conversationId: 'c' }, { at: -1 }],
  ['notices that waited', 'parked_notices', { dueAt: { $lte: NOW } }, { dueAt: 1 }],
  ['surveys of a month', 'surveys', { month: '2026-11' }],
  ['requests for data that somebody must hear of', 'data_requests', { wakeAt: { $lte: NOW } }, { wakeAt: 1 }],
  ['requests for data', 'data_requests', { dueAt: { $exists: true } }, { dueAt: 1 }],
  ['turns of a conversation', 'turns', { conversationId: 'c' }, { seq: -1 }],
];

describe('queries around a case', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  for (const [what, collection, filter, sort] of QUERIES) {
    it(`find ${what} by an index, in its order`, async () => {
      const db = test.app.connection.getClient().db(test.app.connection.name);
      const cursor = db.collection(collection).find(filter);
      const explained: unknown = await (sort ? cursor.sort(sort) : cursor).explain('queryPlanner');
      const plan = JSON.stringify((explained as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
      expect(plan).to.contain('"IXSCAN"');
      expect(plan).not.to.match(/"COLLSCAN"|"SORT"/);
    });
  }
});
