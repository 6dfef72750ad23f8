import { expect } from 'chai';
import { eventually } from './eventually.js';
import { GROUP, membership, said } from './payloads.js';
import { type Rig, startRig, WORDS } from './rig.js';
import { createSteppedClock } from './stepped-clock.js';

const GROUP_ID = String(GROUP.id);

describe('what an update asks for that nobody said', () => {
  let rig: Rig;

  beforeEach(async () => {
    rig = await startRig(createSteppedClock());
    rig.fake.bot.knownChats.add(GROUP_ID);
    await rig.start();
  });
  afterEach(() => rig.stop());

  const push = (update: Record<string, unknown>) => {
    const [kind = ''] = Object.keys(update).filter((key) => key !== 'update_id');
    rig.fake.queue.push(kind, update[kind], kind);
  };

  it('leaves a group that it was added to, with a word', async () => {
    push(membership(GROUP, 'left', 'member'));
    await eventually('left', () => rig.fake.bot.left.length === 1);
    expect(rig.fake.bot.left).to.deep.equal([GROUP_ID]);
    expect(rig.fake.bot.sent.map(({ chatId, text }) => ({ chatId, text }))).to.deep.equal([
      { chatId: GROUP_ID, text: WORDS.leaving },
    ]);
  });

  it('leaves a group it finds itself in, and makes no turn of what is said there', async () => {
    push(said({ chat: GROUP, text: 'rahasia warga' }));
    await eventually('left', () => rig.fake.bot.left.length === 1);
    expect(rig.fake.bot.sent).to.deep.equal([]);
    expect(rig.taken.calls).to.deep.equal([]);
    expect(rig.logged()).not.to.include('rahasia warga').and.not.to.include(GROUP_ID);
  });

  it('makes one call of the many messages of a busy group', async () => {
    let open: () => void = () => undefined;
    rig.fake.script('leaveChat', { after: new Promise<void>((resolve) => (open = resolve)) });
    for (let count = 0; count < 20; count++) push(said({ chat: GROUP, text: 'x' }));
    await eventually('all confirmed', () => rig.fake.queue.acknowledged.length === 20);
    open();
    await eventually('left', () => rig.fake.bot.left.length === 1);
    expect(rig.fake.callsOf('leaveChat')).to.have.length(1);
  });

  it('leaves even where it may not speak, and goes on when it can not even leave', async () => {
    rig.fake.script('sendMessage', {
      fail: 400,
      description: 'Bad Request: not enough rights to send text messages to the chat',
    });
    push(membership(GROUP, 'left', 'member'));
    await eventually('left', () => rig.fake.bot.left.length === 1);
    push(said({ chat: GROUP, text: 'x' }));
    rig.fake.citizen(1).say('a');
    await eventually('all confirmed', () => rig.fake.queue.acknowledged.length === 3);
    expect(rig.taken.textsOf('1')).to.deep.equal(['a']);
  });

  it('says when a citizen blocks the bot and when they let it in again', async () => {
    const siti = rig.fake.citizen(1);
    siti.block();
    siti.unblock();
    await eventually('told', () => rig.reachable.length === 2);
    expect(rig.reachable).to.deep.equal([
      { chatId: '1', isReachable: false },
      { chatId: '1', isReachable: true },
    ]);
  });
});
