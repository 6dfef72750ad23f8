import { expect } from 'chai';
import { type FailedSend, judgeFailure } from '../../src/conversations/judge-failure.js';
import { SendError } from '../../src/core/errors.js';

const FIRST: FailedSend = { kind: 'reply', attempt: 1, resent: false, ageMs: 0 };

describe('judgeFailure', () => {
  it('waits at least as long as the platform asked', () => {
    const error = new SendError('throttled', '429', { retryAfterMs: 35_000 });
    expect(judgeFailure(error, FIRST, 0)).to.deep.equal({ next: 'retry', delayMs: 35_000, scope: 'chat' });
  });

  it('holds the whole lane for a throttled notice, and only the chat for a reply', () => {
    const error = new SendError('throttled', '429', { retryAfterMs: 5000 });
    expect(judgeFailure(error, { ...FIRST, kind: 'notice' }, 0)).to.include({ scope: 'lane' });
    expect(judgeFailure(error, FIRST, 0)).to.include({ scope: 'chat' });
  });

  it('lets only those wait whom the platform names, where it does', () => {
    const pair = new SendError('throttled', '131056', { scope: 'chat' });
    expect(judgeFailure(pair, { ...FIRST, kind: 'notice' }, 0)).to.include({ scope: 'chat' });
    const spam = new SendError('throttled', '131048', { scope: 'bulk' });
    expect(judgeFailure(spam, FIRST, 0)).to.include({ scope: 'bulk' });
  });

  it('tells the platform’s own code with the reason', () => {
    const error = new SendError('rejected', 'no', { code: '131026' });
    expect(judgeFailure(error, FIRST, 0)).to.deep.equal({ next: 'dead', reason: 'rejected:131026' });
  });

  it('doubles the wait at each failure, to five minutes at most, with full jitter beneath', () => {
    const error = new SendError('unreachable', '502');
    expect(judgeFailure(error, FIRST, 1)).to.include({ delayMs: 2000 });
    expect(judgeFailure(error, { ...FIRST, attempt: 2 }, 1)).to.include({ delayMs: 4000 });
    expect(judgeFailure(error, { ...FIRST, attempt: 30 }, 1)).to.include({ delayMs: 300_000 });
    expect(judgeFailure(error, FIRST, 0.5)).to.include({ delayMs: 1000 });
    expect(judgeFailure(error, FIRST, 0)).to.include({ delayMs: 100 });
  });

  it('sends once more after an ambiguous cut, and never a third time', () => {
    const error = new SendError('unreachable', 'cut', { ambiguous: true });
    expect(judgeFailure(error, FIRST, 0)).to.include({ next: 'again' });
    expect(judgeFailure(error, { ...FIRST, attempt: 2, resent: true }, 0)).to.deep.equal({
      next: 'dead',
      reason: 'unknown_after_resend',
    });
  });

  it('takes an error it does not know for an ambiguous one', () => {
    expect(judgeFailure(new TypeError('x'), FIRST, 0)).to.include({ next: 'again' });
  });

  it('gives up at once what the platform refuses for good', () => {
    expect(judgeFailure(new SendError('blocked', '403'), FIRST, 0)).to.deep.equal({ next: 'dead', reason: 'blocked' });
    expect(judgeFailure(new SendError('rejected', '400'), FIRST, 0)).to.deep.equal({
      next: 'dead',
      reason: 'rejected',
    });
  });

  it('keeps the message and halts the lane when the token is dead', () => {
    expect(judgeFailure(new SendError('misconfigured', '401'), FIRST, 0)).to.include({ next: 'halt' });
  });

  it('gives up a question that would arrive over ten minutes late', () => {
    const late: FailedSend = { kind: 'prompt', attempt: 3, resent: false, ageMs: 599_000 };
    expect(judgeFailure(new SendError('unreachable', '502'), late, 1)).to.deep.equal({
      next: 'dead',
      reason: 'too_old',
    });
    expect(judgeFailure(new SendError('unreachable', '502'), { ...late, kind: 'notice' }, 1)).to.include({
      next: 'retry',
    });
  });
});
