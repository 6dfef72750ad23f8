import { expect } from 'chai';
import { opaqueIdOf } from '../../../src/channels/whatsapp-cloud/opaque-id.js';
import type { CloudOutbound } from '../../../src/channels/whatsapp-cloud/render-template.js';
import { SendError } from '../../../src/core/errors.js';
import { GRAPH_TOKEN, type GraphScript } from '../../fakes/graph-server.js';
import { at } from '../../fakes/graph-server-rules.js';
import { outbound, question } from './outbound.js';
import { PHONE, USER_ID } from './payloads.js';
import { type CloudService, startCloudService } from './service.js';

const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');

describe('sending through the Cloud API', () => {
  let service: CloudService;
  const bodies = () => service.graph.sent.map((sent) => sent.body);
  const send = (message: CloudOutbound, signal = new AbortController().signal) =>
    service.lane.channel.send(message, signal);
  const failure = async (message: CloudOutbound, signal?: AbortSignal): Promise<SendError> => {
    const error: unknown = await send(message, signal).catch((cause: unknown) => cause);
    if (error instanceof SendError) return error;
    throw new Error('it was sent');
  };

  before(async () => {
    service = await startCloudService();
  });
  after(() => service.close());
  beforeEach(() => {
    for (const list of [service.graph.sent, service.graph.uploads, service.graph.calls, service.signals])
      list.length = 0;
  });

  it('sends to a phone number, with the token, and gives Meta’s id back', async () => {
    const id = await send(outbound({ text: 'Halo' }));
    expect(id).to.equal(opaqueIdOf(service.graph.sent[0]?.wamid ?? ''));
    expect(bodies()).to.deep.equal([
      {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: PHONE,
        biz_opaque_callback_data: 'c1#m1/0',
        type: 'text',
        text: { body: 'Halo', preview_url: false },
      },
    ]);
    expect(service.graph.calls[0]?.token).to.equal(GRAPH_TOKEN);
  });

  it('sends to a user id in the field Meta has for it', async () => {
    const { address } = outbound();
    await send(outbound({ address: { ...address, chatId: USER_ID } }));
    expect(bodies()[0]).to.include({ recipient: USER_ID }).and.not.have.property('to');
  });

  it('sends buttons', async () => {
    await send(question(['Kirim', 'Ubah']));
    expect(at(bodies()[0], 'interactive', 'type')).to.equal('button');
    expect(bodies()[0]).not.to.have.property('plain');
  });

  it('sends the question without its buttons when Meta refuses those', async () => {
    service.graph.script({ answer: 'error', code: 131009, details: 'Button title contains invalid characters' });
    await send(question(['Kirim', 'Ubah'], 'Sudah benar?'));
    expect(at(bodies()[1], 'text', 'body')).to.equal('Sudah benar?\n\n1. Kirim\n2. Ubah');
    expect(service.signals).to.deep.equal([{ name: 'buttons_refused', detail: undefined }]);
  });

  it('goes on behind the part that was sent when a later part failed', async () => {
    const message = outbound({ id: 'long', text: `${'a'.repeat(4000)} ${'b'.repeat(4000)} ${'c'.repeat(100)}` });
    service.graph.script({ answer: 'ok' }, { answer: 'error', code: 131016 });
    expect(await failure(message)).to.include({ reason: 'unreachable' });
    const id = await send(message);
    const taken = service.graph.sent.filter((sent) => sent.wamid !== undefined);
    expect(taken.map((sent) => String(at(sent.body, 'text', 'body'))[0])).to.deep.equal(['a', 'b', 'c']);
    expect(id).to.equal(opaqueIdOf(taken.at(-1)?.wamid ?? ''));
  });

  it('sends a message of several parts whole when it is sent once more', async () => {
    const message = outbound({ id: 'again', text: `${'a'.repeat(4000)} ${'b'.repeat(4000)}` });
    await send(message);
    await send(message);
    expect(service.graph.sent).to.have.length(4);
  });

  it('is in no doubt when an upload breaks off: nobody sees a file that was not sent', async () => {
    const file = await service.files.save(service.ownerOf(PHONE), JPEG, {});
    service.graph.cutUploads(1);
    const error = await failure(outbound({ attachments: [file] }));
    expect(error).to.include({ reason: 'unreachable', ambiguous: false });
    expect(service.graph.sent).to.deep.equal([]);
  });

  it('uploads a file of the store and sends it under its text', async () => {
    const file = await service.files.save(service.ownerOf(PHONE), JPEG, {});
    await send(outbound({ text: 'Ini fotonya', attachments: [file] }));
    expect(service.graph.uploads).to.deep.equal([{ name: 'lampiran.jpg', mimeType: 'image/jpeg', bytes: JPEG }]);
    expect(bodies()[0]).to.deep.include({ type: 'image', image: { id: 'media-1', caption: 'Ini fotonya' } });
    expect(bodies()[0]).not.to.have.property('file');
  });

  it('names a document, which is one that no phone opens otherwise, and nothing else', async () => {
    const saved = await service.files.save(service.ownerOf(PHONE), JPEG, {});
    const paper = { ...saved, kind: 'document' as const, mimeType: 'application/pdf' };
    const clip = { ...saved, kind: 'video' as const, mimeType: 'video/quicktime' };
    await send(outbound({ text: '', attachments: [paper, clip, saved] }));
    expect(bodies().map((body) => at(body, String(body['type'])))).to.deep.equal([
      { id: 'media-1', filename: 'lampiran.pdf' },
      { id: 'media-2', filename: 'lampiran.mov' },
      { id: 'media-3' },
    ]);
  });

  it('sends no file that belongs to another chat', async () => {
    const file = await service.files.save(service.ownerOf('628999'), JPEG, {});
    expect(await failure(outbound({ attachments: [file] }))).to.include({ reason: 'rejected' });
    expect(service.graph.calls).to.deep.equal([]);
  });

  it('refuses to send nothing', async () => {
    expect(await failure(outbound({ text: ' ' }))).to.include({ reason: 'rejected' });
  });

  describe('outside the window', () => {
    const template = { name: 'kabar_laporan', locale: 'id', params: ['LP-261124-0007', 'diproses'] };
    const longAgo = new Date('2026-01-01T00:00:00Z');

    it('sends the template at once when the citizen’s last message is known to be old', async () => {
      await send(outbound({ kind: 'notice', lastInboundAt: longAgo, template }));
      expect(bodies().map((body) => body['type'])).to.deep.equal(['template']);
    });

    it('sends the template when Meta says so', async () => {
      service.graph.closeWindow('628777');
      const { address } = outbound();
      await send(outbound({ kind: 'staff', address: { ...address, chatId: '628777' }, text: 'Sudah kami cek.' }));
      expect(bodies().map((body) => body['type'])).to.deep.equal(['text', 'template']);
      expect(at(bodies()[1], 'template', 'name')).to.equal('balasan_petugas');
    });

    it('gives up what no template says, with Meta’s code for it', async () => {
      expect(await failure(outbound({ lastInboundAt: longAgo }))).to.include({ reason: 'rejected', code: '131047' });
      expect(bodies()).to.deep.equal([]);
    });

    it('calls a person when Meta does not know the template', async () => {
      service.graph.script({ answer: 'error', code: 132001, status: 404 });
      const error = await failure(outbound({ kind: 'notice', lastInboundAt: longAgo, template }));
      expect(error).to.include({ reason: 'rejected', code: '132001' });
      expect(service.signals).to.deep.equal([{ name: 'send_needs_person', detail: '132001' }]);
    });
  });

  describe('failures', () => {
    for (const [what, script, expected] of [
      ['too many messages', { answer: 'error', code: 130429, status: 429 }, { reason: 'throttled', scope: 'lane' }],
      ['a spam limit', { answer: 'error', code: 131048 }, { reason: 'throttled', scope: 'bulk' }],
      ['a person who isn’t on WhatsApp', { answer: 'error', code: 131026 }, { reason: 'blocked' }],
      ['a dead token', { answer: 'error', code: 190, status: 401 }, { reason: 'misconfigured' }],
      ['Meta’s own trouble', { answer: 'error', code: 2, status: 503 }, { reason: 'unreachable', ambiguous: false }],
      ['a gateway’s page', { answer: 'page', status: 502 }, { reason: 'unreachable', ambiguous: false }],
      ['a gateway that gave up waiting', { answer: 'page', status: 504 }, { reason: 'unreachable', ambiguous: true }],
      ['a page that says when', { answer: 'page', status: 429, retryAfter: '9' }, { retryAfterMs: 9000 }],
      ['a connection cut behind the message', { answer: 'cut' }, { reason: 'unreachable', ambiguous: true }],
      ['a redirect', { answer: 'redirect', to: 'http://127.0.0.1:1/' }, { reason: 'unreachable', ambiguous: false }],
    ] as const satisfies readonly (readonly [string, GraphScript, object])[]) {
      it(`understands ${what}`, async () => {
        service.graph.script(script);
        expect(await failure(outbound())).to.include(expected);
        expect(service.graph.sent).to.have.length(1);
      });
    }

    it('is in no doubt when nobody listens', async () => {
      const other = await startCloudService();
      await other.graph.close();
      const error: unknown = await other.lane.channel
        .send(outbound(), new AbortController().signal)
        .catch((cause: unknown) => cause);
      await other.close();
      expect(error).to.include({ reason: 'unreachable', ambiguous: false });
    });

    it('is in doubt when it is given up while Meta thinks', async () => {
      let open: () => void = () => undefined;
      const until = new Promise<void>((resolve) => {
        open = resolve;
      });
      service.graph.script({ answer: 'slow', until });
      const aborter = new AbortController();
      const failing = failure(outbound(), aborter.signal);
      while (service.graph.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
      aborter.abort();
      expect(await failing).to.include({ reason: 'unreachable', ambiguous: true });
      open();
    });

    it('waits four times longer each time a pair was too fast, and starts over once it wasn’t', async () => {
      const tooFast = { answer: 'error', code: 131056 } as const;
      service.graph.script(tooFast, tooFast, tooFast, { answer: 'ok' }, tooFast);
      const waits = [];
      for (let index = 0; index < 3; index++) waits.push((await failure(outbound())).retryAfterMs);
      await send(outbound());
      waits.push((await failure(outbound())).retryAfterMs);
      expect(waits).to.deep.equal([1000, 4000, 16_000, 1000]);
    });

    it('counts a pair’s limits apart from other pairs’', async () => {
      const tooFast = { answer: 'error', code: 131056 } as const;
      service.graph.script(tooFast, tooFast, { answer: 'ok' });
      await failure(outbound());
      const { address } = outbound();
      const other = outbound({ address: { ...address, chatId: '628555' } });
      expect((await failure(other)).retryAfterMs).to.equal(1000);
      await send(outbound());
    });
  });

  describe('after all that', () => {
    it('has logged neither the token nor words nor numbers', () => {
      expect(service.logged()).to.include('send_needs_person');
      expect(service.logged()).not.to.match(/EAAfake|628|Sudah kami cek|Apa yang terjadi/);
    });
  });
});
