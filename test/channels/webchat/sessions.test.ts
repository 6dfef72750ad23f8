import { expect } from 'chai';
import { chatIdOf, issueToken } from '../../../src/channels/webchat/token.js';
import { type ChatService, startChatService } from '../../fakes/chat-service.js';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { TEST_KEYS } from '../../fakes/keys.js';
import { call, openChat, post } from './client.js';

describe('web chat tokens', () => {
  it('open the chat they were made for', () => {
    const token = issueToken(TEST_KEYS, 'main');
    expect(chatIdOf(TEST_KEYS, 'main', token)).to.equal(token.split('.')[0]);
  });

  it('are never the same twice', () => {
    expect(issueToken(TEST_KEYS, 'main')).not.to.equal(issueToken(TEST_KEYS, 'main'));
  });

  it('open nothing when altered, cut, of another account or made with another key', () => {
    const token = issueToken(TEST_KEYS, 'main');
    const other = issueToken(TEST_KEYS, 'main');
    const swapped = `${other.split('.')[0]}.${token.split('.')[1]}`;
    const foreign = issueToken({ ...TEST_KEYS, receiptKey: Buffer.alloc(32, 9) }, 'main');
    for (const wrong of [swapped, foreign, token.slice(0, -1), `${token}a`, token.toUpperCase(), '', '.', 'a.b']) {
      expect(chatIdOf(TEST_KEYS, 'main', wrong), wrong).to.equal(undefined);
    }
    expect(chatIdOf(TEST_KEYS, 'other', token)).to.equal(undefined);
  });
});

describe('web chat sessions', () => {
  let service: ChatService;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = createFakeClock();
    service = await startChatService({ trustedProxies: 1, clock });
  });
  afterEach(() => service.server.close());

  const open = (from: string) =>
    call(`${service.url}/api/webchat/sessions`, { method: 'POST', headers: { 'X-Forwarded-For': from } });

  it('need a token for everything but opening one', async () => {
    for (const token of [undefined, 'a.b', `${await openChat(service.url)}x`]) {
      for (const path of ['messages', 'stream', `files/${'a'.repeat(24)}`]) {
        const { status, headers } = await call(`${service.url}/api/webchat/${path}`, {}, token);
        expect(status).to.equal(401);
        expect(headers.get('WWW-Authenticate')).to.equal('Bearer');
      }
      expect((await post(service.url, token, { key: 'kunci-0001' })).status).to.equal(401);
    }
  });

  it('are limited by network, and again allowed after the time told', async () => {
    for (let made = 0; made < 300; made++) expect((await open('203.0.113.7')).status).to.equal(201);
    const refused = await open('203.0.113.7');
    expect(refused.status).to.equal(429);
    expect((await open('203.0.113.8')).status, 'another network').to.equal(201);
    await clock.advance(Number(refused.headers.get('Retry-After')) * 1000);
    expect((await open('203.0.113.7')).status).to.equal(201);
  });

  it('count a whole IPv6 /64 as one network', async () => {
    for (let made = 0; made < 300; made++) await open(`2001:db8:1:2::${made.toString(16)}`);
    expect((await open('2001:db8:1:2:ffff::1')).status).to.equal(429);
    expect((await open('2001:db8:1:3::1')).status).to.equal(201);
  });
});
