import { expect } from 'chai';
import type { Turn, TurnContent } from '../../src/conversations/turn.js';
import { openContent, sealContent } from '../../src/conversations/turn-content.js';
import { type OwingLane, startOwingLane } from '../fakes/owing-lane.js';
import { until } from '../fakes/until.js';

const HELD_TURNS = 3;
const HELD_CHATS = 1000;
/** More than a sender looks at from the oldest end. */
const NOTICES = 620;
const IN_AN_HOUR = () => new Date(Date.now() + 3_600_000);

describe('what a sender holds of a lane that owes much', () => {
  let lane: OwingLane;
  before(async () => {
    lane = await startOwingLane();
  });
  afterEach(() => lane.release());
  after(() => lane.close());

  const db = () => {
    const { connection } = lane.test.app;
    return connection.getClient().db(connection.name).collection<Turn>('turns');
  };

  /** A way to send that waits until it is opened. */
  function gate() {
    const heard: { readonly seq: number; readonly text: string; readonly chatId: string }[] = [];
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const send = async ({ seq, text, address }: { seq: number; text: string; address: { chatId: string } }) => {
      heard.push({ seq, text, chatId: address.chatId });
      await opened;
      return `p-${address.chatId}-${seq}`;
    };
    return { heard, send, open };
  }

  /** As it was committed by the sender's own process: only the words in memory are these. */
  const inMemory = (turn: Turn): { turn: Turn; content: TurnContent } => ({
    turn,
    content: { ...openContent(lane.test.app.keys, turn), out: [{ text: 'from memory' }] },
  });

  /** A turn over and over, as other turns of its chat or of others. */
  async function copies(turn: Turn, count: number, as: (index: number) => Partial<Turn>): Promise<Turn[]> {
    const { keys } = lane.test.app;
    const content = openContent(keys, turn);
    const turns = Array.from({ length: count }, (_, index): Turn => {
      const _id = `copy-${index}`;
      return { ...turn, ...as(index), _id, content: sealContent(keys, _id, content) };
    });
    await db().insertMany(turns);
    return turns;
  }

  it('is three turns of a chat that waits; the others are read when its turn comes, in order', async () => {
    const count = 9;
    await lane.write('warga', count);
    // no look for owed messages finds them yet
    await lane.owe({}, 'notice', IN_AN_HOUR());
    const turns = await lane.turnsOf('warga');
    const { heard, send, open } = gate();
    const sender = await lane.hold({ send });
    for (const turn of turns) {
      sender.accept(inMemory(turn));
      await until('the first is under way', () => heard.length > 0);
    }
    open();
    await until('all are sent', () => heard.length === count);
    expect(heard.map(({ seq }) => seq)).to.deep.equal(turns.map(({ seq }) => seq));
    expect(heard.filter(({ text }) => text === 'from memory')).to.have.length(HELD_TURNS);
  });

  it('is a chat’s oldest turns, however many it owes, and all of them leave in order', async () => {
    const count = 130;
    await lane.write('lama');
    await lane.owe({}, 'notice');
    const [turn] = await lane.turnsOf('lama');
    if (!turn) return expect.fail('there is no turn');
    await copies(turn, count - 1, (index) => ({ seq: index + 2 }));
    const { heard, send, open } = gate();
    open();
    await lane.hold({ send });
    await until('all are sent', () => heard.length >= count, 60_000);
    expect(heard.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: count }, (_, index) => index + 1));
  });

  it('is a thousand chats; the others follow as these are served', async () => {
    await lane.write('banyak');
    await lane.owe({}, 'reply', IN_AN_HOUR());
    const [turn] = await lane.turnsOf('banyak');
    if (!turn) return expect.fail('there is no turn');
    const turns = await copies(turn, HELD_CHATS + 30, (index) => ({ conversationId: `chat-${index}` }));
    const { heard, send, open } = gate();
    const sender = await lane.hold({ send });
    for (const each of turns) sender.accept(inMemory(each));
    expect(sender.bornEpoch('chat-new'), 'there is no room').to.equal(undefined);
    open();
    await until('all are sent', () => heard.length === turns.length);
    expect(heard.filter(({ text }) => text === 'from memory')).to.have.length(HELD_CHATS);
    await until('there is room again', () => sender.bornEpoch('chat-new') !== undefined);
  });

  it('lets a reply of another process go before thousands of notices', async () => {
    await lane.writeEach(Array.from({ length: NOTICES }, (_, index) => `n-${index}`));
    await lane.owe({}, 'notice');
    await lane.write('warga');
    await lane.owe({ chatId: 'warga' }, 'reply', new Date());
    const { heard, send, open } = gate();
    open();
    const limits = { perSecond: 20, perSecondBurst: 1, chatIntervalMs: 1, chatBurst: 1, maxInFlight: 1 };
    await lane.hold({ limits, send });
    await until('the reply is heard', () => heard.some(({ chatId }) => chatId === 'warga'));
    const before = heard.findIndex(({ chatId }) => chatId === 'warga');
    expect(before, 'notices before it').to.be.lessThan(NOTICES - 500);
  });

  it('takes the news of a chat along, before that of others, when somebody there waits for an answer', async () => {
    const chats = Array.from({ length: 80 }, (_, index) => `k-${index}`);
    await lane.writeEach(chats);
    await lane.owe({}, 'notice');
    // the last of all
    await lane.owe({ chatId: 'k-79' }, 'notice', new Date());
    const [news] = await lane.turnsOf('k-79');
    if (!news) return expect.fail('there is no turn');
    const { heard, send, open } = gate();
    open();
    const limits = { perSecond: 20, perSecondBurst: 1, chatIntervalMs: 1, chatBurst: 2, maxInFlight: 1 };
    const sender = await lane.hold({ limits, send });
    await until('it is held', () => sender.bornEpoch(news.conversationId) === undefined);
    await lane.write('k-79');
    const asked = (await lane.turnsOf('k-79')).at(-1);
    if (!asked) return expect.fail('there is no turn');
    sender.accept({ ...inMemory(asked), earlierOwed: true });
    const ofAsker = () => heard.filter(({ chatId }) => chatId === 'k-79').map(({ seq }) => seq);
    await until('the answer is heard', () => ofAsker().includes(asked.seq));
    expect(ofAsker()).to.deep.equal([asked.seq - 1, asked.seq]);
    expect(heard.length, 'news of others before it').to.be.lessThan(chats.length / 2);
  });

  it('is let go by what another process did of a turn’s effects', async () => {
    await lane.write('terhenti', 2);
    await lane.owe({}, 'reply', IN_AN_HOUR());
    const [first, second] = await lane.turnsOf('terhenti');
    if (!first || !second) return expect.fail('turns are missing');
    const { heard, send, open } = gate();
    open();
    const sender = await lane.hold({ send });
    // its effects couldn't be applied here; in the store they are by now
    sender.accept(inMemory({ ...first, applyAt: new Date() }));
    sender.accept(inMemory(second));
    await until('both are sent', () => heard.length === 2);
    expect(heard.map(({ seq }) => seq)).to.deep.equal([1, 2]);
  });

  it('of one chat can be unreadable without keeping others from being found', async () => {
    await lane.writeEach(['a', 'b', 'c']);
    await lane.owe({}, 'reply');
    const [a] = await lane.turnsOf('a');
    const [b] = await lane.turnsOf('b');
    if (!a || !b) return expect.fail('turns are missing');
    // sealed for another turn, and the longest owed
    await db().updateOne({ _id: a._id }, { $set: { content: b.content, sendAt: new Date(0) } });
    const { heard, send, open } = gate();
    open();
    await lane.hold({ send });
    await until('the others are sent', () => heard.length === 2);
    expect(heard.map(({ chatId }) => chatId)).to.have.members(['b', 'c']);
  });
});
