import { expect } from 'chai';
import { CallFailure, failureOf } from '../../../src/channels/whatsapp-web/child/failure-code.js';
import { SessionFailure, type SessionFailureCode, toSendError } from '../../../src/channels/whatsapp-web/errors.js';
import { SendError } from '../../../src/core/errors.js';

const TABLE: readonly (readonly [SessionFailureCode, string, boolean])[] = [
  ['not_running', 'unreachable', false],
  ['not_ready', 'unreachable', false],
  ['unknown_chat', 'rejected', false],
  ['refused', 'unreachable', false],
  ['file', 'unreachable', false],
  ['page', 'unreachable', true],
  ['failed', 'unreachable', true],
  ['timeout', 'unreachable', true],
  ['gone', 'unreachable', true],
];

describe('what a failed send comes to', () => {
  for (const [code, reason, ambiguous] of TABLE) {
    it(`is ${reason}${ambiguous ? ' and in doubt' : ''} after ${code}`, () => {
      expect(toSendError(new SessionFailure(code, 'x'))).to.include({ reason, ambiguous, code });
    });
  }

  it('is in doubt after anything unknown', () => {
    expect(toSendError(new TypeError('x'))).to.include({ reason: 'unreachable', ambiguous: true });
  });

  it('stays what it is when it was judged already', () => {
    const judged = new SendError('rejected', 'x');
    expect(toSendError(judged)).to.equal(judged);
  });
});

describe('what the page throws', () => {
  const THROWN: readonly (readonly [unknown, string])[] = [
    [new Error("Attempted to use detached Frame 'A1'."), 'page'],
    [new Error('Protocol error (Runtime.callFunctionOn): Target closed'), 'page'],
    [new Error('Execution context was destroyed, most likely because of a navigation.'), 'page'],
    [new Error('No LID for user'), 'unknown_chat'],
    [new Error('media-fault: sendToChat filehash undefined'), 'file'],
    [new Error('upload failed: media entry was not created'), 'file'],
    [new CallFailure('refused', 'x'), 'refused'],
    ['ready timeout', 'failed'],
    [undefined, 'failed'],
  ];

  for (const [thrown, code] of THROWN) {
    it(`is ${code}: ${thrown instanceof Error ? thrown.message.slice(0, 40) : String(thrown)}`, () => {
      expect(failureOf(thrown).code).to.equal(code);
    });
  }

  it('never repeats the words of a message', () => {
    expect(failureOf(new Error('cannot send "Nama saya Budi, 3374..."')).detail).to.not.include('Budi');
  });
});
