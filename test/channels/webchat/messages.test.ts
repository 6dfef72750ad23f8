import { expect } from 'chai';
import fc from 'fast-check';
import type { Received } from '../../../src/messages/chat-entry.js';
import { type ChatService, startChatService } from '../../fakes/chat-service.js';
import { call, openChat, post } from './client.js';

describe('web chat messages', () => {
  let service: ChatService;
  let token: string;

  beforeEach(async () => {
    service = await startChatService();
    token = await openChat(service.url);
  });
  afterEach(() => service.server.close());

  it('answers with the turn and what it says', async () => {
    const { status, body } = await post<Received>(service.url, token, { key: 'kunci-0001', text: 'Lampu jalan mati' });
    expect(status).to.equal(200);
    expect(body.seq).to.equal(1);
    expect(body.entries.map((entry) => entry.text)).to.deep.equal([
      'Lampu jalan mati',
      'Kami terima: Lampu jalan mati',
    ]);
    expect(body.entries[0]?.key).to.equal('kunci-0001');
  });

  it('hands the message over with its address, cleaned text and everything it carries', async () => {
    const choice = { step: 'confirm', seq: 3, option: 'send' };
    const location = { latitude: -6.2, longitude: 106.8 };
    await post(service.url, token, { key: 'kunci-0001', text: ' a\u0000b\r\nc ', choice, location, seenSeq: 3 });
    expect(service.chat.taken[0]).to.deep.include({
      externalId: 'kunci-0001',
      address: { channel: 'webchat', account: 'main', chatId: token.split('.')[0] },
      text: 'ab\nc',
      choice,
      location,
      seenSeq: 3,
      attachments: [],
    });
  });

  it('takes the same key once and gives the same answer again', async () => {
    const message = { key: 'kunci-0001', text: 'Lampu jalan mati' };
    const first = await post(service.url, token, message);
    const again = await post(service.url, token, message);
    expect(again.body).to.deep.equal(first.body);
    expect(service.chat.taken).to.have.length(1);
  });

  it('takes an empty message, so that the question can be asked again', async () => {
    const { status } = await post(service.url, token, { key: 'kunci-0001' });
    expect(status).to.equal(200);
    expect(service.chat.taken[0]?.text).to.equal('');
  });

  it('gives no answer before the turn is durable, and 503 when it can not be', async () => {
    service.chat.failNext(1);
    const { status, headers, body } = await post(service.url, token, { key: 'kunci-0001', text: 'halo' });
    expect(status).to.equal(503);
    expect(headers.get('Retry-After')).to.equal('2');
    expect(body).to.deep.equal({
      type: 'urn:problem:store.unavailable',
      status: 503,
      title: 'Service Unavailable',
      code: 'store.unavailable',
    });
    expect((await post(service.url, token, { key: 'kunci-0001', text: 'halo' })).status).to.equal(200);
  });

  it('shows a chat its own history after a given turn, and nobody else', async () => {
    await post(service.url, token, { key: 'kunci-0001', text: 'satu' });
    await post(service.url, token, { key: 'kunci-0002', text: 'dua' });
    const other = await openChat(service.url);
    const after = await call<Received>(`${service.url}/api/webchat/messages?after=1`, {}, token);
    expect(after.body.entries.map((entry) => entry.text)).to.deep.equal(['dua', 'Kami terima: dua']);
    const strangers = await call<Received>(`${service.url}/api/webchat/messages`, {}, other);
    expect(strangers.body.entries).to.deep.equal([]);
  });

  describe('refuses', () => {
    async function refused(body: unknown, contentType?: string) {
      const answer = await post<{ code: string }>(service.url, token, body, contentType);
      expect(answer.headers.get('Content-Type')).to.equal('application/problem+json; charset=utf-8');
      expect(service.chat.calls, 'nothing was handed over').to.have.length(0);
      return [answer.status, answer.body.code];
    }
    const fine = { key: 'kunci-0001', text: 'halo' };

    it('a wrong content type with 415', async () => {
      expect(await refused(JSON.stringify(fine), 'text/plain')).to.deep.equal([415, 'request.unsupported_type']);
      expect(await refused('key=1', 'application/x-www-form-urlencoded')).to.deep.equal([
        415,
        'request.unsupported_type',
      ]);
      expect(await refused(fine, 'application/json; charset=utf-16')).to.deep.equal([415, 'request.unsupported_type']);
    });

    it('malformed JSON, and bytes that are no UTF-8', async () => {
      expect(await refused('{"key":')).to.deep.equal([400, 'request.invalid']);
      const { status } = await call(
        `${service.url}/api/webchat/messages`,
        {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: Buffer.from('{"key":"kunci-0001","text":"\u00ff"}', 'latin1'),
        },
        token,
      );
      expect(status).to.equal(400);
    });

    for (const body of ['null', '[]', '"x"', '42', 'true', '{}']) {
      it(`the body ${body}`, async () => {
        expect(await refused(body)).to.deep.equal([400, 'request.invalid']);
      });
    }

    it('a field that is not known, __proto__ among them', async () => {
      expect(await refused({ ...fine, role: 'admin' })).to.deep.equal([400, 'request.invalid']);
      expect(await refused('{"key":"kunci-0001","__proto__":{"text":"x"}}')).to.deep.equal([400, 'request.invalid']);
      expect(
        await refused('{"key":"kunci-0001","choice":{"step":"a","seq":1,"option":"b","constructor":1}}'),
      ).to.deep.equal([400, 'request.invalid']);
    });

    it('JSON nested thousands of levels deep', async () => {
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      expect(await refused(`{"key":"kunci-0001","text":${deep}}`)).to.deep.equal([400, 'request.invalid']);
    });

    it('values of the wrong kind or out of range', async () => {
      const wrong = [
        { text: 'no key' },
        { ...fine, key: 'short' },
        { ...fine, key: 'k'.repeat(65) },
        { ...fine, key: 'with nul \u0000' },
        { ...fine, text: { $ne: null } },
        { ...fine, text: 'x'.repeat(16_001) },
        { ...fine, seenSeq: -1 },
        { ...fine, seenSeq: 2 ** 53 },
        { ...fine, location: { latitude: 91, longitude: 0 } },
        { ...fine, location: { latitude: '1', longitude: 0 } },
        { ...fine, attachments: ['not-an-id'] },
        { ...fine, attachments: Array.from({ length: 11 }, () => 'a'.repeat(24)) },
      ];
      for (const body of wrong)
        expect(await refused(body), JSON.stringify(body).slice(0, 80)).to.deep.equal([400, 'request.invalid']);
    });

    it('more than 64 kB, announced or not', async () => {
      const large = JSON.stringify({ ...fine, text: 'x'.repeat(1_000_000) });
      expect(await refused(large)).to.deep.equal([413, 'request.too_large']);
      const unannounced = new Blob([large]).stream();
      const { status } = await call(
        `${service.url}/api/webchat/messages`,
        {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: unannounced,
          duplex: 'half',
        } as RequestInit,
        token,
      );
      expect(status).to.equal(413);
    });

    it('a file that this chat did not upload', async () => {
      expect(await refused({ ...fine, attachments: ['a'.repeat(24)] })).to.deep.equal([400, 'request.invalid']);
    });

    it('a place in the history that is none', async () => {
      for (const after of ['-1', 'x', '1e3', '9'.repeat(20)]) {
        expect((await call(`${service.url}/api/webchat/messages?after=${after}`, {}, token)).status).to.equal(400);
      }
      expect((await call(`${service.url}/api/webchat/messages?after[$ne]=1`, {}, token)).status).to.equal(200);
    });
  });

  it('answers any JSON at all with a clear 4xx or a turn, never with a failure of its own', async () => {
    const anyBody = fc.oneof(
      fc.json({ maxDepth: 5 }),
      fc
        .record(
          { key: fc.constant('kunci-0001'), text: fc.jsonValue(), choice: fc.jsonValue(), seenSeq: fc.jsonValue() },
          { requiredKeys: ['key'] },
        )
        .map((body) => JSON.stringify(body)),
      fc.record({ key: fc.string(), text: fc.string({ unit: 'binary' }) }).map((body) => JSON.stringify(body)),
    );
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => {
        const { status } = await post(service.url, token, body);
        expect([200, 400]).to.include(status);
      }),
      { numRuns: 300 },
    );
  });

  it('tells the field that is wrong but never its value', async () => {
    const { body } = await post<{ detail: string; details: object }>(service.url, token, {
      key: 'kunci-0001',
      location: { latitude: 'Jl. Rahasia', longitude: 0 },
    });
    expect(body.details).to.deep.equal({ field: 'location.latitude' });
    expect(JSON.stringify(body)).not.to.contain('Rahasia');
  });

  it('puts no answer into any cache and lets no page frame or sniff it', async () => {
    const { headers } = await post(service.url, token, { key: 'kunci-0001', text: 'halo' });
    expect(headers.get('Cache-Control')).to.equal('no-store');
    expect(headers.get('X-Content-Type-Options')).to.equal('nosniff');
    expect(headers.get('Content-Security-Policy')).to.equal("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('X-Powered-By')).to.equal(null);
  });
});
