import { expect } from 'chai';
import type { Db } from 'mongodb';
import { createFetches } from '../../src/conversations/fetches.js';
import { createFileLinks } from '../../src/conversations/file-links.js';
import type { ConversationRow } from '../../src/conversations/rows.js';
import type { Turn } from '../../src/conversations/turn.js';
import { openContent, sealContent } from '../../src/conversations/turn-content.js';
import { createKeyedQueue } from '../../src/core/keyed-queue.js';
import { createLog } from '../../src/core/log.js';
import { createCitizen, createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';

/** As many as one sweep takes up. */
const SWEPT = 200;
const LANE = 'telegram:berkas';

describe('turns that can not be read', () => {
  const clock = createShiftedClock();
  let test: TestApp;
  let db: Db;
  before(async () => {
    test = await startTestApp({ clock });
    db = test.app.connection.getClient().db(test.app.connection.name);
  });
  after(() => test.close());

  async function turnOf(name: string): Promise<Turn> {
    const { conversationId } = await createCitizen(test.app, name, clock).say('lampu jalan mati');
    await test.app.conversations.drain();
    return (await test.app.conversations.turns.tip(conversationId)) ?? expect.fail('there is no turn');
  }

  /** The same under another id opens with no key. */
  const unreadable = (turn: Turn, name: string): Turn => ({ ...turn, _id: `${name}#u`, conversationId: name });

  it('keep no timer behind theirs from being set off', async () => {
    const turn = await turnOf('diam');
    const rows = db.collection<ConversationRow>('conversations');
    const row = await rows.findOne({ _id: turn.conversationId });
    if (!row?.wakeAt) return expect.fail('nobody will be reminded');
    const wakeAt = new Date(row.wakeAt.getTime() - 60_000);
    const names = Array.from({ length: SWEPT }, (_, index) => `asing-${index}`);
    await db.collection<Turn>('turns').insertMany(names.map((name) => unreadable(turn, name)));
    await rows.insertMany(names.map((_id) => ({ ...row, _id, wakeAt })));
    clock.shift(31 * 60_000);
    for (let sweeps = 0; sweeps < 2; sweeps++) await test.app.conversations.sweepTimers();
    const tip = await test.app.conversations.turns.tip(turn.conversationId);
    expect(tip?.source.key).to.equal('timer:remind:1');
  });

  it('keep no file behind theirs from being fetched', async () => {
    const { keys, conversations } = test.app;
    const plain = await turnOf('kirim-foto');
    const attachments = [{ kind: 'image', platformRef: 'foto-1' }] as const;
    const content = { ...openContent(keys, plain), inbound: { text: '', attachments } };
    const owing = {
      ...plain,
      _id: 'foto#u',
      conversationId: 'foto',
      lane: LANE,
      content: sealContent(keys, 'foto#u', content),
    };
    const stored = db.collection<Turn>('turns');
    await stored.insertOne({ ...owing, fetchAt: new Date(2) });
    await stored.insertOne({ ...unreadable(owing, 'asing-foto'), fetchAt: new Date(1) });
    const fetched: (string | undefined)[] = [];
    const fetches = createFetches({
      turns: conversations.turns,
      links: createFileLinks({ db, clock, onLinked: async () => undefined, onRefused: async () => undefined }),
      keys,
      clock,
      log: createLog('silent'),
      inOrder: createKeyedQueue(),
      fetchers: new Map([
        [
          LANE,
          async (_owner, { platformRef }) => {
            fetched.push(platformRef);
            return { type: 'refused', reason: 'gone' };
          },
        ],
      ]),
      signal: new AbortController().signal,
      onUnusable: async () => undefined,
    });
    await fetches.sweep();
    expect(fetched).to.deep.equal(['foto-1']);
  });
});
