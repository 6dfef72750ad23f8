import { expect } from 'chai';
import { type Change, HANDOVER_DEADLINE_MS, nextAfter } from '../../src/conversations/next-after.js';
import type { TurnAfter } from '../../src/conversations/turn.js';
import { IDLE } from '../../src/flows/state.js';

const AT = new Date('2026-11-24T03:00:00Z');
const QUESTION = { bubble: { text: 'Di mana?', step: 'place' }, kind: 'prompt' as const };

function change(more: Partial<Change> = {}): Change {
  return { seq: 5, at: AT, by: 'citizen', state: IDLE, say: [], promptDelayMs: 0, ...more };
}

const BEFORE: TurnAfter = nextAfter(undefined, change({ seq: 4, say: [QUESTION] }));

describe('nextAfter', () => {
  it('remembers which turn asked, and counts it as asked when the question leaves', () => {
    const after = nextAfter(BEFORE, change({ say: [QUESTION], promptDelayMs: 1500 }));
    expect(after.askedSeq).to.equal(5);
    expect(after.askedAt.getTime()).to.equal(AT.getTime() + 1500);
    expect(nextAfter(BEFORE, change()).askedSeq).to.equal(4);
  });

  it('counts what staff have not read, and forgets it when they answer', () => {
    const two = nextAfter(BEFORE, change());
    expect(two.unread).to.equal(2);
    expect(nextAfter(two, change({ by: 'staff', mode: 'staff', staffId: 's1' }))).to.include({ unread: 0, inbound: 2 });
  });

  it('queues at a handover, with a deadline that later messages do not push away', () => {
    const queued = nextAfter(BEFORE, change({ handover: 'asked' }));
    const wake = { name: 'handover', at: new Date(AT.getTime() + HANDOVER_DEADLINE_MS) };
    expect(queued).to.deep.include({ mode: 'queued', handoverReason: 'asked', wake });
    const talkingOn = nextAfter(queued, change({ at: new Date(AT.getTime() + 60_000) }));
    expect(talkingOn.wake).to.deep.equal(wake);
  });

  it('uses the deadline up once it has spoken', () => {
    const queued = nextAfter(BEFORE, change({ handover: 'asked' }));
    expect(nextAfter(queued, change({ by: 'system' })).wake).to.equal(undefined);
  });

  it('names who holds the conversation, until it is given back', () => {
    const held = nextAfter(BEFORE, change({ by: 'staff', mode: 'staff', staffId: 's1' }));
    expect(nextAfter(held, change()).staffId).to.equal('s1');
    const back = nextAfter(held, change({ by: 'staff', mode: 'bot' }));
    expect(back).to.include({ mode: 'bot' }).and.not.have.property('staffId');
  });

  it('sets no reminder while staff hold the conversation', () => {
    const wake = { name: 'remind' as const, afterMs: 1000 };
    expect(nextAfter(BEFORE, change({ wake })).wake).to.deep.equal({
      name: 'remind',
      at: new Date(AT.getTime() + 1000),
    });
    expect(nextAfter(BEFORE, change({ wake, mode: 'staff', staffId: 's1' })).wake).to.equal(undefined);
  });

  it('remembers the last case it gave a number for', () => {
    const filed = nextAfter(BEFORE, change({ say: [{ bubble: { text: 'ok', receiptFor: 'LP-1' }, kind: 'reply' }] }));
    expect(nextAfter(filed, change()).lastCase).to.equal('LP-1');
  });
});
