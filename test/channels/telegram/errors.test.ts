import { expect } from 'chai';
import { TelegramError } from 'telegraf';
import { ApiFailure, hideToken, toApiFailure } from '../../../src/channels/telegram/api-failure.js';
import { isByKeyboard, toSendError } from '../../../src/channels/telegram/errors.js';
import { SendError } from '../../../src/core/errors.js';

const TOKEN = '7001:AAE_canary-canary-canary-canary-0';

/** What the Bot API answers, word for word, and what that means for the message. */
const ANSWERS: readonly (readonly [number, string, Partial<SendError>])[] = [
  [401, 'Unauthorized', { reason: 'misconfigured' }],
  [404, 'Not Found', { reason: 'misconfigured' }],
  [403, 'Forbidden: bot was blocked by the user', { reason: 'blocked' }],
  [403, 'Forbidden: user is deactivated', { reason: 'blocked' }],
  [403, "Forbidden: bot can't initiate conversation with a user", { reason: 'blocked' }],
  [403, 'Forbidden: bot was kicked from the supergroup chat', { reason: 'blocked' }],
  [400, 'Bad Request: chat not found', { reason: 'blocked' }],
  [400, 'Bad Request: PEER_ID_INVALID', { reason: 'blocked' }],
  [400, 'Bad Request: not enough rights to send text messages to the chat', { reason: 'blocked' }],
  [400, 'Bad Request: message text is empty', { reason: 'rejected' }],
  [400, 'Bad Request: message is too long', { reason: 'rejected' }],
  [400, 'Bad Request: BUTTON_DATA_INVALID', { reason: 'rejected' }],
  [400, 'Bad Request: group chat was upgraded to a supergroup chat', { reason: 'rejected' }],
  [413, 'Request Entity Too Large', { reason: 'rejected' }],
  [429, 'Too Many Requests: retry after 35', { reason: 'throttled', retryAfterMs: 35_000 }],
  [500, 'Internal Server Error', { reason: 'unreachable', ambiguous: false }],
  [502, 'Bad Gateway', { reason: 'unreachable', ambiguous: false }],
  [504, 'Gateway Timeout', { reason: 'unreachable', ambiguous: true }],
  [302, 'Found', { reason: 'unreachable', ambiguous: false }],
];

function answer(code: number, description: string, parameters?: unknown): TelegramError {
  return new TelegramError(
    { error_code: code, description, parameters } as never,
    {
      method: 'sendMessage',
      payload: { text: 'kata warga' },
    } as never,
  );
}

describe('toSendError', () => {
  for (const [code, description, becomes] of ANSWERS) {
    it(`takes ${code} "${description}" as ${becomes.reason}`, () => {
      const parameters = code === 429 ? { retry_after: 35 } : undefined;
      const error = toSendError(toApiFailure(answer(code, description, parameters), TOKEN));
      expect(error).to.be.instanceOf(SendError).and.to.include(becomes);
    });
  }

  it('waits five seconds when too many requests come without a time, or with one that is none', () => {
    for (const parameters of [
      undefined,
      null,
      {},
      { retry_after: 'soon' },
      { retry_after: -1 },
      { retry_after: Number.NaN },
    ]) {
      const error = toSendError(toApiFailure(answer(429, 'Too Many Requests', parameters), TOKEN));
      expect(error).to.include({ reason: 'throttled', retryAfterMs: 5000 });
    }
  });

  it('obeys a time of a whole day', () => {
    const error = toSendError(toApiFailure(answer(429, 'Too Many Requests', { retry_after: 86_400 }), TOKEN));
    expect(error.retryAfterMs).to.equal(86_400_000);
  });

  it('takes an answer of no known form as not from the Bot API', () => {
    for (const response of [{}, { error_code: '400' }, { ok: false, description: 7 }]) {
      expect(toSendError(toApiFailure(new TelegramError(response as never), TOKEN))).to.include({
        reason: 'unreachable',
        ambiguous: false,
      });
    }
  });

  it('is in doubt about a message only when it may have left', () => {
    const network = (code: string, text = '') =>
      Object.assign(new Error(`request failed, reason: ${text}`), { type: 'system', code });
    for (const code of [
      'ECONNREFUSED',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ENETUNREACH',
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'ECONNECTTIMEOUT',
    ]) {
      expect(toSendError(toApiFailure(network(code), TOKEN)), code).to.include({
        reason: 'unreachable',
        ambiguous: false,
      });
    }
    expect(toSendError(toApiFailure(network('ETIMEDOUT', 'connect ETIMEDOUT 1.2.3.4:443'), TOKEN)).ambiguous).to.equal(
      false,
    );
    expect(toSendError(toApiFailure(network('ETIMEDOUT', 'read ETIMEDOUT'), TOKEN)).ambiguous).to.equal(true);
    for (const code of ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']) {
      expect(toSendError(toApiFailure(network(code), TOKEN)), code).to.include({
        reason: 'unreachable',
        ambiguous: true,
      });
    }
  });

  it('keeps the token and the words of citizens out of what it throws, down to the cause', () => {
    const sources: unknown[] = [
      answer(400, `Bad Request: https://api.telegram.org/bot${TOKEN}/sendMessage`),
      Object.assign(new Error(`request to https://api.telegram.org/bot${TOKEN}/x failed`), {
        type: 'system',
        code: TOKEN,
      }),
      new Error(TOKEN),
      TOKEN,
    ];
    for (const source of sources) {
      const error = toSendError(toApiFailure(source, TOKEN));
      const cause = error.cause as Error;
      const seen = [
        error.message,
        error.stack,
        cause.message,
        cause.stack,
        JSON.stringify(error),
        JSON.stringify(cause),
      ].join('\n');
      expect(seen).not.to.include('canary');
      expect(seen).not.to.include('kata warga');
    }
  });

  it('passes its own kind through, and calls the unknown in doubt', () => {
    const own = new SendError('blocked', 'x');
    expect(toSendError(own)).to.equal(own);
    expect(toSendError(new RangeError('x'))).to.include({ reason: 'unreachable', ambiguous: true });
  });
});

describe('isByKeyboard', () => {
  it('is true when the text alone would have gone through', () => {
    for (const description of [
      'Bad Request: BUTTON_DATA_INVALID',
      'Bad Request: reply markup is too long',
      "Bad Request: can't parse entities: x",
    ]) {
      expect(isByKeyboard(new ApiFailure(description, { code: 400 })), description).to.equal(true);
    }
    expect(isByKeyboard(new ApiFailure('Bad Request: chat not found', { code: 400 }))).to.equal(false);
    expect(isByKeyboard(new ApiFailure('Forbidden: BUTTON_', { code: 403 }))).to.equal(false);
  });
});

describe('hideToken', () => {
  it('cuts out the token in every spelling, and whatever looks like one', () => {
    const text = `a bot${TOKEN}/x ${encodeURIComponent(TOKEN)} 123456789:AAF0000000000000000000000000000000 b`;
    expect(hideToken(text, TOKEN)).to.equal('a bot[token]/x [token] [token] b');
    expect(hideToken('ECONNRESET', '')).to.equal('ECONNRESET');
  });
});
