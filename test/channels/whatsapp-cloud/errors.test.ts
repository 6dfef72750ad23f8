import { expect } from 'chai';
import { isByButtons, needsAlert, toSendError } from '../../../src/channels/whatsapp-cloud/errors.js';
import { failureOf, type GraphFailure, toGraphFailure } from '../../../src/channels/whatsapp-cloud/graph-failure.js';
import { SendError } from '../../../src/core/errors.js';

function refused(code: number, status = 400, more: object = {}): GraphFailure {
  const body = { error: { message: `(#${code}) any title`, type: 'OAuthException', code, fbtrace_id: 'Abc', ...more } };
  return failureOf(status, body, null);
}

describe('toSendError', () => {
  for (const [code, reason, retryAfterMs, scope] of [
    [4, 'throttled', 300_000, 'lane'],
    [80007, 'throttled', 300_000, 'lane'],
    [130429, 'throttled', 2000, 'lane'],
    [131057, 'throttled', 60_000, 'lane'],
    [131048, 'throttled', 3_600_000, 'bulk'],
    [131056, 'throttled', 1000, 'chat'],
    [131026, 'blocked', undefined, undefined],
    [131050, 'blocked', undefined, undefined],
    [131047, 'rejected', undefined, undefined],
    [131049, 'rejected', undefined, undefined],
    [130472, 'rejected', undefined, undefined],
    [132001, 'rejected', undefined, undefined],
    [131009, 'rejected', undefined, undefined],
    [131031, 'misconfigured', undefined, 'lane'],
    [368, 'misconfigured', undefined, 'lane'],
    [190, 'misconfigured', undefined, 'lane'],
    [0, 'misconfigured', undefined, 'lane'],
    [10, 'misconfigured', undefined, 'lane'],
    [230, 'misconfigured', undefined, 'lane'],
    [131042, 'misconfigured', undefined, 'lane'],
    [133010, 'misconfigured', undefined, 'lane'],
    [1, 'unreachable', undefined, undefined],
    [2, 'unreachable', undefined, undefined],
    [131000, 'unreachable', undefined, undefined],
    [131016, 'unreachable', undefined, undefined],
  ] as const) {
    it(`reads code ${code} as ${reason}`, () => {
      const error = toSendError(refused(code));
      expect(error).to.include({ reason, retryAfterMs, scope, ambiguous: false, code: String(code) });
    });
  }

  it('goes by the code, whatever the HTTP status and the title say', () => {
    const error = toSendError(failureOf(500, { error: { message: '(#131026) Rate limit hit', code: 131026 } }, null));
    expect(error.reason).to.equal('blocked');
  });

  it('waits four times longer each time a pair was too fast, to 256 s', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((limits) => toSendError(refused(131056), limits).retryAfterMs);
    expect(waits).to.deep.equal([1000, 4000, 16_000, 64_000, 256_000, 256_000]);
  });

  it('waits as long as the platform asks for in so many words', () => {
    const failure = failureOf(429, { error: { code: 130429 } }, '17');
    expect(toSendError(failure).retryAfterMs).to.equal(17_000);
  });

  it('reads a phone number id that does not exist as a setting to mend', () => {
    expect(toSendError(refused(100, 400, { error_subcode: 33 })).reason).to.equal('misconfigured');
    expect(toSendError(refused(100)).reason).to.equal('rejected');
  });

  for (const [status, reason, ambiguous] of [
    [500, 'unreachable', false],
    [502, 'unreachable', false],
    [504, 'unreachable', true],
    [403, 'unreachable', false],
    [401, 'misconfigured', false],
    [404, 'misconfigured', false],
    [429, 'throttled', false],
    [302, 'unreachable', false],
  ] as const) {
    it(`reads a page of status ${status} as ${reason}`, () => {
      const failure = failureOf(status, undefined, null);
      expect(toSendError(failure)).to.include({ reason, ambiguous });
    });
  }

  it('reads an unknown code by the status', () => {
    expect(toSendError(refused(999_999, 400)).reason).to.equal('rejected');
    expect(toSendError(refused(999_999, 503)).reason).to.equal('unreachable');
  });

  it('is in doubt only when bytes may have left', () => {
    const cause = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
    expect(toSendError(toGraphFailure(cause('ECONNREFUSED')))).to.include({ reason: 'unreachable', ambiguous: false });
    expect(toSendError(toGraphFailure(cause('CERT_HAS_EXPIRED')))).to.include({ ambiguous: false });
    expect(toSendError(toGraphFailure(cause('UND_ERR_SOCKET')))).to.include({ reason: 'unreachable', ambiguous: true });
    expect(toSendError(toGraphFailure(new DOMException('x', 'AbortError')))).to.include({ ambiguous: true });
    expect(toSendError(new Error('a bug'))).to.include({ reason: 'unreachable', ambiguous: true });
  });

  it('leaves what is decided already as it is', () => {
    const decided = new SendError('rejected', 'x');
    expect(toSendError(decided)).to.equal(decided);
  });

  it('says nothing that Meta wrote: it may quote a citizen', () => {
    const error = toSendError(refused(131009, 400, { error_data: { details: 'text: rahasia 0812' } }));
    expect(error.message).to.equal('the Graph API refused (code 131009, status 400, trace Abc)');
  });

  it('takes no trace id that is more than an id', () => {
    expect(refused(1, 500, { fbtrace_id: 'a\nb' }).message).to.include('trace none');
  });
});

describe('needsAlert', () => {
  it('calls a person for what only a person can mend', () => {
    const codes = [190, 131031, 368, 131048, 132001, 131062, 131056, 130429, 131026, 131047];
    expect(codes.filter((code) => needsAlert({ code }))).to.deep.equal([190, 131031, 368, 131048, 132001, 131062]);
  });
});

describe('isByButtons', () => {
  it('tells by the details that only the buttons were refused', () => {
    expect(isByButtons(refused(131009, 400, { error_data: { details: 'Button title length invalid' } }))).to.equal(
      true,
    );
    expect(isByButtons(refused(131009, 400, { error_data: { details: 'text body too long' } }))).to.equal(false);
    expect(isByButtons(refused(131026, 400, { error_data: { details: 'button' } }))).to.equal(false);
  });
});
