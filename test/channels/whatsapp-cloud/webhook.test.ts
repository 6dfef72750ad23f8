import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { expect } from 'chai';
import { opaqueIdOf } from '../../../src/channels/whatsapp-cloud/opaque-id.js';
import { MAX_BODY_BYTES } from '../../../src/channels/whatsapp-cloud/webhook.js';
import { AppError } from '../../../src/core/errors.js';
import { deliver, envelope, sign, toWire } from '../../fakes/graph-server-webhook.js';
import { ACCOUNT, CONTACT, messageOf } from './payloads.js';
import { type CloudService, OLD_SECRET, SECRET, startCloudService, VERIFY_TOKEN } from './service.js';

const nowSeconds = () => String(Math.floor(Date.now() / 1000));

function said(body: string, more: object = {}): Record<string, unknown> {
  return messageOf('text', { timestamp: nowSeconds(), text: { body }, ...more });
}

function delivery(...messages: readonly unknown[]): object {
  return envelope({ phoneNumberId: ACCOUNT, contacts: [CONTACT], messages });
}

describe('the webhook of WhatsApp Cloud', () => {
  let service: CloudService;
  const texts = () => service.received.map((message) => message.text);
  const post = (payload: unknown, secret = SECRET) => deliver(service.webhookUrl, payload, secret);
  const postRaw = (body: string | Buffer, headers: Record<string, string>) =>
    fetch(service.webhookUrl, { method: 'POST', body, headers });

  before(async () => {
    service = await startCloudService();
  });
  after(() => service.close());
  beforeEach(() => {
    service.before(() => undefined);
    for (const list of [service.received, service.quarantined, service.signals]) list.length = 0;
  });

  describe('verification', () => {
    const verify = (query: Record<string, string>) => fetch(`${service.webhookUrl}?${new URLSearchParams(query)}`);
    const right = { 'hub.mode': 'subscribe', 'hub.verify_token': VERIFY_TOKEN, 'hub.challenge': '1158201444' };

    it('echoes the challenge of whoever knows the token, as plain text', async () => {
      const answer = await verify(right);
      expect(answer.status).to.equal(200);
      expect(answer.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
      expect(await answer.text()).to.equal('1158201444');
    });

    for (const [what, query] of [
      ['a wrong token', { ...right, 'hub.verify_token': `${VERIFY_TOKEN}x` }],
      ['no token', { 'hub.mode': 'subscribe', 'hub.challenge': '1' }],
      ['another mode', { ...right, 'hub.mode': 'unsubscribe' }],
      ['a challenge that is more than digits', { ...right, 'hub.challenge': '<script>' }],
      ['no challenge', { 'hub.mode': 'subscribe', 'hub.verify_token': VERIFY_TOKEN }],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const answer = await verify(query);
        expect(answer.status).to.equal(403);
        expect(await answer.text()).to.equal('');
      });
    }

    it('refuses a token given twice', async () => {
      const answer = await fetch(`${service.webhookUrl}?${new URLSearchParams(right)}&hub.verify_token=x`);
      expect(answer.status).to.equal(403);
    });
  });

  describe('signature', () => {
    it('takes in what is signed', async () => {
      expect(await post(delivery(said('halo')))).to.equal(200);
      expect(texts()).to.deep.equal(['halo']);
    });

    it('checks the bytes as they came: Meta escapes emoji, and a body written again would not', async () => {
      const payload = delivery(said('banjir 🌊 di Jl. Mawar/Melati'));
      const wire = toWire(payload);
      expect(wire.toString()).to.include('\\ud83c\\udf0a');
      expect(await post(payload)).to.equal(200);
      expect(texts()).to.deep.equal(['banjir 🌊 di Jl. Mawar/Melati']);
    });

    it('takes the old secret too while a secret is being changed', async () => {
      expect(await post(delivery(said('halo')), OLD_SECRET)).to.equal(200);
      expect(await post(delivery(said('halo lagi')), 'a-secret-before-that')).to.equal(401);
      expect(texts()).to.deep.equal(['halo']);
    });

    const body = toWire(delivery(messageOf('text', { text: { body: 'palsu' } })));
    const hex = sign(body, SECRET).slice('sha256='.length);
    for (const [what, headers] of [
      ['none', {}],
      ['a wrong one', { 'X-Hub-Signature-256': sign(body, 'guess') }],
      ['one of other bytes', { 'X-Hub-Signature-256': sign(Buffer.concat([body, Buffer.from(' ')]), SECRET) }],
      ['the old kind', { 'X-Hub-Signature': `sha1=${createHmac('sha1', SECRET).update(body).digest('hex')}` }],
      ['the old kind in the new place', { 'X-Hub-Signature-256': `sha1=${hex.slice(0, 40)}` }],
      ['one cut short', { 'X-Hub-Signature-256': `sha256=${hex.slice(0, 40)}` }],
      ['one without its kind', { 'X-Hub-Signature-256': hex }],
      ['one that goes on', { 'X-Hub-Signature-256': `sha256=${hex}00` }],
      ['one that is no number', { 'X-Hub-Signature-256': `sha256=${'z'.repeat(64)}` }],
    ] as const) {
      it(`answers 401 to ${what}, and keeps a count only`, async () => {
        const answer = await postRaw(body, { 'Content-Type': 'application/json', ...headers });
        expect(answer.status).to.equal(401);
        expect(service.received).to.deep.equal([]);
        expect(service.quarantined).to.deep.equal([]);
        expect(service.signals).to.deep.equal([{ name: 'signature_refused', detail: undefined }]);
      });
    }
  });

  describe('bodies', () => {
    for (const [what, body] of [
      ['null', 'null'],
      ['a list', '[]'],
      ['a word', '"x"'],
      ['a number', '1'],
      ['an empty object', '{}'],
      ['a poisoned prototype', '{"__proto__":{"entry":[1]},"constructor":1}'],
    ] as const) {
      it(`answers 200 to ${what} at once`, async () => {
        const bytes = Buffer.from(body);
        const answer = await postRaw(bytes, { 'X-Hub-Signature-256': sign(bytes, SECRET) });
        expect(answer.status).to.equal(200);
        expect(service.quarantined).to.deep.equal([]);
      });
    }

    for (const [what, body] of [
      ['no JSON', 'lampu mati'],
      ['JSON cut off', '{"entry":['],
      ['nothing', ''],
    ] as const) {
      it(`keeps ${what} aside, as sending it again would not mend it`, async () => {
        const bytes = Buffer.from(body);
        const answer = await postRaw(bytes, { 'X-Hub-Signature-256': sign(bytes, SECRET) });
        expect(answer.status).to.equal(200);
        expect(service.quarantined.map((each) => each.reason)).to.deep.equal(['entry']);
      });
    }

    it('survives a message nested 10,000 deep', async () => {
      const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
      const text = JSON.stringify(delivery('DEEP')).replace('"DEEP"', deep);
      const answer = await postRaw(text, { 'X-Hub-Signature-256': sign(Buffer.from(text), SECRET) });
      expect(answer.status).to.equal(200);
      expect(service.quarantined.map((each) => each.reason)).to.deep.equal(['message']);
    });

    it('refuses more than 4 MB by what is declared', async () => {
      const big = Buffer.alloc(MAX_BODY_BYTES + 1, 0x20);
      const answer = await postRaw(big, { 'X-Hub-Signature-256': sign(big, SECRET) }).catch(() => undefined);
      // the connection may be closed before the whole body is written
      if (answer) expect(answer.status).to.equal(413);
      expect(service.signals.map((each) => each.name)).to.deep.equal(['too_large']);
    });

    it('refuses more than 4 MB that come undeclared', async () => {
      const chunk = Buffer.alloc(1024 * 1024, 0x20);
      const body = new ReadableStream({
        start(controller) {
          for (let index = 0; index < 5; index++) controller.enqueue(chunk);
          controller.close();
        },
      });
      const headers = { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` };
      const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit;
      const answer = await fetch(service.webhookUrl, init).catch(() => undefined);
      if (answer) expect(answer.status).to.equal(413);
      expect(service.signals.map((each) => each.name)).to.deep.equal(['too_large']);
    });
  });

  describe('a body that never comes', () => {
    const statusOf = async (headers: Record<string, string>) => {
      const asking = request(service.webhookUrl, { method: 'POST', headers });
      asking.on('error', () => undefined);
      asking.flushHeaders();
      const [answer] = (await once(asking, 'response')) as [IncomingMessage];
      asking.destroy();
      return answer.statusCode;
    };

    it('is not waited for without a signature', async () => {
      expect(await statusOf({ 'Content-Length': '1000' })).to.equal(401);
    });

    it('is not waited for when it is declared too large', async () => {
      const signature = `sha256=${'0'.repeat(64)}`;
      const length = String(MAX_BODY_BYTES + 1);
      expect(await statusOf({ 'Content-Length': length, 'X-Hub-Signature-256': signature })).to.equal(413);
    });
  });

  describe('batches', () => {
    it('takes 999 of 1,000 in when one can’t be read, and keeps that one', async () => {
      const poison = { id: 7, type: 'text', text: { body: 'racun' } };
      const messages = Array.from({ length: 1000 }, (_, index) =>
        index === 500 ? poison : said(`pesan ${index}`, { id: `wamid.${index}`, from: `62812${index}` }),
      );
      expect(await post(delivery(...messages))).to.equal(200);
      expect(new Set(texts()).size).to.equal(999);
      expect(service.quarantined).to.deep.equal([
        { lane: `whatsapp_cloud:${ACCOUNT}`, raw: JSON.stringify(poison), reason: 'message' },
      ]);
    });

    it('takes 999 of 1,000 in when one fails each of five times, and keeps that one', async () => {
      let tries = 0;
      service.before((message) => {
        if (message.text !== 'racun') return;
        tries += 1;
        throw new TypeError('a bug');
      });
      const messages = Array.from({ length: 1000 }, (_, index) =>
        said(index === 500 ? 'racun' : `pesan ${index}`, { id: `wamid.${index}`, from: `62812${index}` }),
      );
      expect(await post(delivery(...messages))).to.equal(200);
      expect([texts().length, tries]).to.deep.equal([999, 5]);
      expect(service.quarantined.map((each) => [each.reason, each.raw.includes('racun')])).to.deep.equal([
        ['failed', true],
      ]);
    });

    it('lets a citizen’s next message pass one that fails', async () => {
      service.before((message) => {
        if (message.text === 'racun') throw new TypeError('a bug');
      });
      await post(delivery(said('satu', { id: 'a' }), said('racun', { id: 'b' }), said('tiga', { id: 'c' })));
      expect(texts()).to.deep.equal(['satu', 'tiga']);
    });

    it('keeps the order within a chat and lets other chats pass', async () => {
      let open: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      service.before(async (message) => {
        if (message.text === 'satu') await opened;
        if (message.text === 'lain') open();
      });
      const other = said('lain', { id: 'x', from: '628999' });
      await post(delivery(said('satu', { id: 'a' }), said('dua', { id: 'b' }), other));
      expect(texts()).to.deep.equal(['lain', 'satu', 'dua']);
    });

    it('harms no message by a status that can’t be read, nor the other way round', async () => {
      const statuses = [null, { id: 'wamid.OUT9', status: 'read' }, { status: 'sent' }];
      const messages = [said('halo'), null];
      expect(await post(envelope({ phoneNumberId: ACCOUNT, messages, statuses }))).to.equal(200);
      expect(texts()).to.deep.equal(['halo']);
      expect(service.quarantined.map((each) => each.reason)).to.have.members(['status', 'status', 'message']);
      expect(await service.receipts.findOne({ _id: `whatsapp_cloud:${opaqueIdOf('wamid.OUT9')}` })).to.include({
        rank: 3,
      });
    });

    it('passes over what is for another number, and says so', async () => {
      const body = envelope({ phoneNumberId: '999000', contacts: [CONTACT], messages: [said('bukan untuk kita')] });
      expect(await post(body)).to.equal(200);
      expect(service.received).to.deep.equal([]);
      expect(service.signals).to.deep.equal([{ name: 'other_number', detail: '999000' }]);
      expect(service.logged()).to.include('"signal":"other_number","detail":"999000"');
    });

    it('passes over a recorded delivery played back after nine days', async () => {
      const old = String(Math.floor(Date.now() / 1000) - 9 * 86_400);
      expect(await post(delivery(said('lama', { timestamp: old })))).to.equal(200);
      expect(service.received).to.deep.equal([]);
      expect(service.signals.map((each) => each.name)).to.deep.equal(['too_old']);
    });
  });

  describe('while the store is away', () => {
    const away = () => {
      throw new AppError('store.unavailable', 'x');
    };

    it('asks for the delivery again', async () => {
      service.before(away);
      const body = toWire(delivery(said('halo')));
      const answer = await postRaw(body, { 'X-Hub-Signature-256': sign(body, SECRET) });
      expect(answer.status).to.equal(503);
      expect(answer.headers.get('retry-after')).to.equal('5');
      expect(service.quarantined).to.deep.equal([]);
    });

    it('takes nothing of a chat behind the message that could not be kept', async () => {
      service.before((message) => (message.text === 'satu' ? away() : undefined));
      expect(await post(delivery(said('satu', { id: 'a' }), said('dua', { id: 'b' })))).to.equal(503);
      expect(texts()).to.deep.equal([]);
    });

    it('reads a failure of the driver as the store being away', async () => {
      service.before(() => {
        throw Object.assign(new Error('x'), { name: 'MongoNetworkError' });
      });
      expect(await post(delivery(said('halo')))).to.equal(503);
      expect(service.quarantined).to.deep.equal([]);
    });
  });

  describe('after all that', () => {
    it('has logged neither words nor names nor numbers nor secrets', () => {
      expect(service.logged()).to.include('whatsapp needs attention');
      expect(service.logged()).not.to.match(/racun|halo|Sri Lestari|6281200000001|verify-token|app-secret/);
    });
  });
});
