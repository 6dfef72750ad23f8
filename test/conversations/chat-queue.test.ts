import { expect } from 'chai';
import { headOf, type OwingTurn, withRestDead } from '../../src/conversations/chat-queue.js';
import type { OutState, Turn, TurnContent } from '../../src/conversations/turn.js';
import type { BubbleKind } from '../../src/messages/message.js';

const AT = new Date('2026-11-24T03:00:00Z');
const EPOCH = 7;

function due(kind: BubbleKind, dueAt = AT): OutState {
  return { kind, state: 'due', dueAt, attempt: 0 };
}

function sending(epoch: number, resent = false): OutState {
  return { kind: 'reply', state: 'sending', attempt: 1, epoch, at: AT, ...(resent ? { resent } : {}) };
}

// only what headOf reads of a turn
function owing(
  seq: number,
  out: OutState[],
  more: { gated?: boolean; claimed?: boolean; receiptFor?: string } = {},
): OwingTurn {
  const source = { kind: more.claimed ? 'staff' : 'citizen', key: `k${seq}` };
  const turn = { _id: `c#k${seq}`, seq, at: AT, source, after: { mode: more.claimed ? 'staff' : 'bot' } };
  const bubbles = out.map(() => ({ text: 'x', ...(more.receiptFor ? { receiptFor: more.receiptFor } : {}) }));
  return { turn: turn as Turn, content: { out: bubbles } as unknown as TurnContent, out, gated: more.gated ?? false };
}

function later(ms: number): Date {
  return new Date(AT.getTime() + ms);
}

describe('headOf', () => {
  it('sends the oldest first', () => {
    const queue = [owing(1, [due('reply')]), owing(2, [due('reply')])];
    const head = headOf(queue, EPOCH, AT);
    expect(head.do === 'send' && head.owing.turn.seq).to.equal(1);
  });

  it('lets nothing overtake a message that waits', () => {
    const queue = [owing(1, [due('reply', later(5000))]), owing(2, [due('reply')])];
    expect(headOf(queue, EPOCH, AT)).to.deep.equal({ do: 'wait', untilMs: later(5000).getTime() });
  });

  it('lets nothing leave, of this turn or later ones, before its effects are applied', () => {
    const queue = [owing(1, [due('reply')], { gated: true }), owing(2, [due('reply')])];
    expect(headOf(queue, EPOCH, AT)).to.deep.equal({ do: 'wait', untilMs: Number.POSITIVE_INFINITY });
  });

  it('supersedes a question that a newer one has overtaken, but not a reply', () => {
    const question = headOf([owing(1, [due('prompt')]), owing(2, [due('prompt')])], EPOCH, AT);
    expect(question.do === 'settle' && question.as.state).to.equal('superseded');
    expect(headOf([owing(1, [due('reply')]), owing(2, [due('prompt')])], EPOCH, AT).do).to.equal('send');
  });

  it('supersedes a question after ten minutes', () => {
    const head = headOf([owing(1, [due('prompt')])], EPOCH, later(10 * 60_000 + 1));
    expect(head.do === 'settle' && head.as.state).to.equal('superseded');
  });

  it('supersedes what the bot had to say once staff took over, but never danger numbers or a case number', () => {
    const claim = owing(2, [], { claimed: true });
    const reply = headOf([owing(1, [due('reply')]), claim], EPOCH, AT);
    expect(reply.do === 'settle' && reply.as.state).to.equal('superseded');
    expect(headOf([owing(1, [due('urgent')]), claim], EPOCH, AT).do).to.equal('send');
    expect(headOf([owing(1, [due('reply')], { receiptFor: 'LP-1' }), claim], EPOCH, AT).do).to.equal('send');
  });

  it('sends what was born sending under this epoch', () => {
    expect(headOf([owing(1, [sending(EPOCH)])], EPOCH, AT).do).to.equal('send');
  });

  it('sends once more what an earlier holder left in doubt, and gives it up the second time', () => {
    expect(headOf([owing(1, [sending(EPOCH - 1)])], EPOCH, AT).do).to.equal('send');
    const twice = headOf([owing(1, [sending(EPOCH - 1, true)])], EPOCH, AT);
    expect(twice.do === 'settle' && twice.as).to.deep.include({ state: 'dead', reason: 'unknown_after_resend' });
  });

  it('gives up a status update after seven days', () => {
    const head = headOf([owing(1, [due('notice')])], EPOCH, later(7 * 24 * 3_600_000 + 1));
    expect(head.do === 'settle' && head.as).to.deep.include({ state: 'dead', reason: 'too_old' });
  });

  it('has nothing to do when all is settled', () => {
    expect(headOf([owing(1, [{ kind: 'reply', state: 'sent', at: AT, platformId: '1' }])], EPOCH, AT).do).to.equal(
      'nothing',
    );
  });
});

describe('withRestDead', () => {
  it('lets the rest of a turn die with a dead message', () => {
    const dead: OutState = { kind: 'reply', state: 'dead', at: AT, reason: 'blocked' };
    const out = withRestDead([due('urgent'), due('prompt')], 0, dead);
    expect(out.map((each) => each.state)).to.deep.equal(['dead', 'dead']);
  });

  it('leaves the rest alone when one was sent', () => {
    const sent: OutState = { kind: 'reply', state: 'sent', at: AT, platformId: '1' };
    expect(withRestDead([due('urgent'), due('prompt')], 0, sent)[1]?.state).to.equal('due');
  });
});
