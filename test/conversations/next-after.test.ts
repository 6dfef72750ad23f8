import { expect } from 'chai';
import { CLAIM_WITHIN_MS, REPLY_WITHIN_MS } from '../../src/conversations/handover.js';
import { nextAfter as after, type Change } from '../../src/conversations/next-after.js';
import type { TurnAfter } from '../../src/conversations/turn.js';
import { IDLE } from '../../src/flows/state.js';
import { calendar } from '../cases/shipped-rules.js';

const AT = new Date('2026-11-24T03:00:00Z');
const QUESTION = { bubble: { text: 'Di mana?', step: 'place' }, kind: 'prompt' as const };

function change(more: Partial<Change> = {}): Change {
  return { seq: 5, at: AT, by: 'citizen', state: IDLE, say: [], promptDelayMs: 0, ...more };
}

const hours = calendar('pemda_wib');
const nextAfter = (before: TurnAfter | undefined, each: Change) => after(before, each, hours);

const BEFORE: TurnAfter = nextAfter(undefined, change({ seq: 4, say: [QUESTION] }));

describe('nextAfter', () => {
  it('remembers which turn asked, and counts it as asked when the question leaves', () => {
    const after = nextAfter(BEFORE, change({ say: [QUESTION], promptDelayMs: 1500 }));
    expect(after.askedSeq).to.equal(5);
    expect(after.askedAt.getTime()).to.equal(AT.getTime() + 1500);
    expect(nextAfter(BEFORE, change()).askedSeq).to.equal(4);
  });

  it('counts a question that is part of an answer as asked at once, as it leaves', () => {
    const answer = { ...QUESTION, kind: 'reply' as const };
    expect(nextAfter(BEFORE, change({ say: [answer], promptDelayMs: 1500 })).askedAt).to.deep.equal(AT);
  });

  it('counts what staff have not read, and forgets it when they answer', () => {
    const two = nextAfter(BEFORE, change());
    expect(two.unread).to.equal(2);
    expect(nextAfter(two, change({ by: 'staff', mode: 'staff', staffId: 's1' }))).to.include({ unread: 0, inbound: 2 });
  });

  it('queues at a handover, with a deadline that later messages do not push away', () => {
    const queued = nextAfter(BEFORE, change({ handover: 'asked' }));
    const wake = { name: 'handover', at: new Date(AT.getTime() + CLAIM_WITHIN_MS) };
    expect(queued).to.deep.include({ mode: 'queued', wake });
    expect(queued.handover).to.deep.equal({ seq: 5, since: AT, reason: 'asked', overdue: 0 });
    const talkingOn = nextAfter(queued, change({ at: new Date(AT.getTime() + 60_000) }));
    expect(talkingOn.wake).to.deep.equal(wake);
  });

  it('promises anew when nobody came in time', () => {
    const queued = nextAfter(BEFORE, change({ handover: 'asked' }));
    const later = new Date(AT.getTime() + CLAIM_WITHIN_MS);
    const overdue = nextAfter(queued, change({ by: 'system', isOverdue: true, at: later }));
    expect(overdue.wake).to.deep.equal({ name: 'handover', at: new Date(later.getTime() + CLAIM_WITHIN_MS) });
    expect(overdue.handover).to.include({ overdue: 1, since: AT });
  });

  it('counts only office hours for who waits', () => {
    // Friday 27 November 2026, 16.25 WIB: five minutes are left, ten more come on Monday from 07.30
    const friday = new Date('2026-11-27T09:25:00Z');
    const queued = nextAfter(BEFORE, change({ handover: 'asked', at: friday }));
    expect(queued.wake?.at.toISOString()).to.equal('2026-11-30T00:40:00.000Z');
  });

  it('counts every minute where life is in danger', () => {
    const friday = new Date('2026-11-27T09:29:00Z');
    const queued = nextAfter(BEFORE, change({ handover: 'danger', at: friday }));
    expect(queued.wake?.at.toISOString()).to.equal('2026-11-27T09:31:00.000Z');
  });

  it('keeps the place in the queue of who waits on or leaves a message', () => {
    const queued = nextAfter(BEFORE, change({ handover: 'asked' }));
    const later = new Date(AT.getTime() + 60_000);
    const waiting = nextAfter(queued, change({ handover: 'waiting', at: later }));
    expect(waiting.handover).to.include({ since: AT, reason: 'asked' });
    const left = nextAfter(queued, change({ handover: 'left', at: later }));
    expect(left.handover).to.include({ since: AT, isLeft: true });
  });

  it('measures staff by the first message that they leave unanswered', () => {
    const held = nextAfter(BEFORE, change({ by: 'staff', mode: 'staff', staffId: 's1' }));
    const asked = nextAfter(held, change());
    expect(asked.wake).to.deep.equal({ name: 'idle', at: new Date(AT.getTime() + REPLY_WITHIN_MS) });
    const again = nextAfter(asked, change({ at: new Date(AT.getTime() + 60_000) }));
    expect(again.wake).to.deep.equal(asked.wake);
    const said = [{ bubble: { text: 'Baik' }, kind: 'staff' as const }];
    const answered = nextAfter(again, change({ by: 'staff', mode: 'staff', staffId: 's1', say: said }));
    expect(answered.wake).to.equal(undefined);
    expect(answered.handover?.repliedAt).to.deep.equal(AT);
  });

  it('counts from when the citizen wrote, not from when it came', () => {
    const yesterday = new Date(AT.getTime() - 26 * 3_600_000);
    const late = nextAfter(undefined, change({ sentAt: yesterday }));
    expect(late.lastInboundAt).to.deep.equal(yesterday);
    const now = nextAfter(late, change({ sentAt: new Date(AT.getTime() + 5000) }));
    expect(now.lastInboundAt).to.deep.equal(AT);
    expect(nextAfter(now, change({ sentAt: yesterday })).lastInboundAt).to.deep.equal(AT);
  });

  it('keeps when a handover began, was taken and ended', () => {
    const at = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
    const queued = nextAfter(BEFORE, change({ handover: 'asked' }));
    const held = nextAfter(queued, change({ by: 'staff', mode: 'staff', staffId: 's1', at: at(3) }));
    const back = nextAfter(held, change({ by: 'staff', mode: 'bot', at: at(9) }));
    expect(back.handover).to.deep.include({ since: AT, claimedAt: at(3), endedAt: at(9) });
    const again = nextAfter(back, change({ handover: 'asked', seq: 20, at: at(12) }));
    expect(again.handover).to.deep.equal({ seq: 20, since: at(12), reason: 'asked', overdue: 0 });
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
    expect(nextAfter(BEFORE, change({ by: 'staff', wake, mode: 'staff', staffId: 's1' })).wake).to.equal(undefined);
  });

  it('remembers the last case it gave a number for', () => {
    const filed = nextAfter(BEFORE, change({ say: [{ bubble: { text: 'ok', receiptFor: 'LP-1' }, kind: 'reply' }] }));
    expect(nextAfter(filed, change()).lastCase).to.equal('LP-1');
  });
});
