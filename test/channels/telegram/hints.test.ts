import { expect } from 'chai';
import type { Received } from '../../../src/messages/chat-entry.js';
import { eventually } from './eventually.js';
import { type Rig, startRig } from './rig.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.js';

const AT = new Date('2026-03-17T03:00:00Z');

describe('the typing hint', () => {
  let clock: SteppedClock;
  let rig: Rig;

  beforeEach(async () => {
    clock = createSteppedClock();
    rig = await startRig(clock);
    await rig.start();
  });
  afterEach(() => rig.stop());

  const answered = (more: Partial<Received['entries'][number]>, repeated = false) => ({
    repeated,
    entries: [{ seq: 1, part: 1, from: 'bot' as const, at: AT, text: 'Di mana?', ...more }],
  });

  async function takesIn(count: number): Promise<void> {
    await eventually(`${count} confirmed`, () => rig.fake.queue.acknowledged.length === count);
  }

  it('is shown while a question is held back, and waited for by nobody', async () => {
    let answer: () => void = () => undefined;
    rig.fake.script('sendChatAction', { after: new Promise<void>((resolve) => (answer = resolve)) });
    rig.answer = answered({ step: 'intake.place' });
    rig.fake.citizen(1).say('a');
    await takesIn(1);
    expect(rig.fake.callsOf('sendChatAction').map(({ payload }) => payload)).to.deep.equal([
      { chat_id: '1', action: 'typing' },
    ]);
    answer();
  });

  it('is not shown for a tap, a message that came before, or one that no question follows', async () => {
    const siti = rig.fake.citizen(1);
    rig.answer = answered({ step: 'intake.place' });
    siti.tapData('1:intake.place:x');
    await takesIn(1);
    rig.answer = answered({ step: 'intake.place' }, true);
    siti.say('a');
    await takesIn(2);
    rig.answer = answered({});
    siti.say('b');
    await takesIn(3);
    rig.answer = answered({ from: 'staff', step: 'intake.place' });
    siti.say('c');
    await takesIn(4);
    expect(rig.fake.callsOf('sendChatAction')).to.deep.equal([]);
  });

  it('is given up rather than take room that messages need', async () => {
    rig.answer = answered({ step: 'intake.place' });
    for (let chat = 1; chat <= 10; chat++) rig.fake.citizen(chat).say('a');
    await takesIn(10);
    await eventually('three shown', () => rig.fake.bot.actions.length === 3);
    clock.advance(1000);
    rig.fake.citizen(1).say('b');
    await eventually('one more shown', () => rig.fake.bot.actions.length === 4);
  });
});
