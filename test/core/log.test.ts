import { expect } from 'chai';
import { createLog } from '../../src/core/log.js';

const SECRET = 'AAE_canary-canary-canary-canary-0';
const TOKEN = `7001:${SECRET}`;

describe('createLog', () => {
  const lines: string[] = [];
  const log = createLog('trace', { write: (line: string) => void lines.push(line) });
  const logged = (write: () => void): string => {
    lines.length = 0;
    write();
    return lines.join('');
  };

  it('cuts a bot token out of every part of a line, bare or in a URL', () => {
    const url = `https://api.telegram.org/bot${TOKEN}/getMe`;
    const error = Object.assign(new Error(`request to ${url} failed`), { code: TOKEN });
    const ways: readonly (() => void)[] = [
      () => log.error({ err: error }, 'x'),
      () => log.error({ err: url }, 'x'),
      () => log.error(error, url),
      () => log.info({ detail: TOKEN, nested: { deep: [{ url }] } }, 'x'),
      () => log.info({ [TOKEN]: 1 }, `bare ${TOKEN}.`),
      () => log.warn({ url: encodeURIComponent(url) }, 'x'),
      () => log.child({ bot: TOKEN }).debug('x'),
    ];
    for (const [index, write] of ways.entries()) {
      const line = logged(write);
      expect(line, `${index}: ${line}`).not.to.include(SECRET);
      expect(JSON.parse(line), line).to.be.an('object');
    }
  });

  it('keeps what only resembles one', () => {
    const line = logged(() => log.info({ seq: 1234, at: '2026-03-17T10:15:00.000Z', lane: 'telegram:7001' }, 'x'));
    expect(line).to.include('"seq":1234').and.to.include('10:15:00.000Z').and.to.include('telegram:7001');
  });

  it('leaves out fields that hold what citizens said and who they are', () => {
    const line = logged(() => log.info({ text: 'canary', message: { displayName: 'canary', chatId: 'canary' } }, 'x'));
    expect(line).not.to.include('canary');
  });
});
