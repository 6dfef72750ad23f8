import { expect } from 'chai';
import type { Document } from 'mongodb';
import type { Sight } from '../../src/staff/circles.js';
import { behind, branchesFor, type InboxView, orderOf, ownBesides } from '../../src/staff/inbox-branches.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

const NOW = new Date('2026-11-24T03:00:00Z');
const AGENT: Sight = {
  actor: { staffId: 'sari', name: 'Sari', role: 'agent', units: ['dinas_pu', 'meja_bantuan'], via: 'session' },
  units: ['dinas_pu', 'meja_bantuan'],
  hidden: ['rahasia', 'perlindungan_perempuan_anak'],
};
const SUPERVISOR: Sight = {
  actor: { staffId: 'kepala', name: 'Kepala', role: 'supervisor', units: [], via: 'session' },
  units: undefined,
  hidden: ['perlindungan_perempuan_anak'],
};
const VIEWS: readonly InboxView[] = ['mine', 'queue', 'unit', 'all'];

type Query = readonly [string, string, Document, Document?];

/** Every page of every view, from its beginning and behind a cursor, and its count. */
const INBOX = [AGENT, SUPERVISOR].flatMap((sight) =>
  VIEWS.flatMap((view) => {
    const { field, direction } = orderOf(view);
    const sort = { [field]: direction, _id: direction };
    return [{}, { channel: 'telegram', unread: true }, { unit: 'dinas_pu' }].flatMap((filter) =>
      branchesFor(sight, view, filter).flatMap((branch, index): Query[] => [
        ...[undefined, { at: NOW, id: 'abc' }].flatMap((cursor) =>
          behind(view, cursor).map((place): Query => {
            const what = `${view} for ${sight.actor.role} ${JSON.stringify(filter)} #${index} ${JSON.stringify(place)}`;
            return [what, 'conversations', { ...branch.filter, ...place }, sort];
          }),
        ),
      ]),
    );
  }),
);

const OTHERS: readonly Query[] = [
  ['rows that changed', 'conversations', { changedAt: { $gte: NOW } }, { changedAt: 1 }],
  ['cases that changed', 'cases', { changedAt: { $gte: NOW } }, { changedAt: 1 }],
  ['newest words of a page', 'turns', { $or: [1, 2, 3].map((seq) => ({ conversationId: `c${seq}`, seq })) }],
  ['turns before one', 'turns', { conversationId: 'c', seq: { $lt: 50 } }, { seq: -1 }],
  [
    'newest turns of open chats',
    'turns',
    { $or: [1, 2].flatMap((chat) => [8, 9].map((seq) => ({ conversationId: `c${chat}`, seq }))) },
  ],
  ['who waits, for alerts', 'conversations', { mode: 'queued', queuedAt: { $gt: NOW } }, { queuedAt: -1, _id: -1 }],
  ['danger of late', 'turns', { at: { $gte: NOW }, 'after.warned.0': { $exists: true } }, { at: 1 }],
  ...ownBesides(AGENT).map(({ filter }): Query => ['what one holds besides', 'conversations', filter]),
  ['notes of a chat', 'notes', { subject: 'c' }, { at: -1 }],
  ['notes that mention somebody', 'notes', { mentions: 'sari' }, { at: -1 }],
  ['new notes', 'notes', { at: { $gte: NOW } }, { at: 1 }],
  ['who has a chat open', 'viewers', { conversationId: 'c' }],
  ['who came', 'viewers', { at: { $gte: NOW } }, { at: 1 }],
  ['who left', 'viewers', { at: { $gte: NOW, $lt: NOW } }, { at: 1 }],
  ['chats that somebody holds', 'conversations', { staffId: { $in: ['a', 'b'] }, mode: 'staff' }],
  ['what is late in a unit', 'cases', { circle: 'open', unit: 'dinas_pu', dueAt: { $lt: NOW } }],
  ['what is late anywhere', 'cases', { circle: 'open', dueAt: { $lt: NOW } }, { dueAt: 1, _id: 1 }],
  ['a file of a report', 'cases', { 'evidence.fileId': 'x' }],
  ['new alerts', 'alerts', { at: { $gte: NOW } }, { at: 1 }],
];

describe('queries of the console', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const planOf = async ([, collection, filter, sort]: Query): Promise<string> => {
    const cursor = test.app.connection.getClient().db(test.app.connection.name).collection(collection).find(filter);
    const explained: unknown = await (sort ? cursor.sort(sort) : cursor).explain('queryPlanner');
    return JSON.stringify((explained as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
  };

  it('read each page of the inbox by an index, in its order', async () => {
    const wrong: string[] = [];
    for (const query of INBOX) {
      const plan = await planOf(query);
      if (!plan.includes('"IXSCAN"') || /"COLLSCAN"|"SORT"/.test(plan)) wrong.push(`${query[0]}: ${plan}`);
    }
    expect(wrong).to.deep.equal([]);
  });

  it('pass over the chats of other channels, of which there may be very many', async () => {
    const wide = INBOX.filter(([, , filter]) => filter['channel'] && !filter['staffId'] && filter['mode'] !== 'queued');
    expect(wide).not.to.have.length(0);
    for (const query of wide) expect(await planOf(query), query[0]).to.contain('"channel":1');
  });

  for (const query of OTHERS) {
    it(`find ${query[0]} by an index`, async () => {
      const plan = await planOf(query);
      expect(plan).to.contain('"IXSCAN"');
      expect(plan).not.to.match(/"COLLSCAN"|"SORT"/);
    });
  }
});
