import { expect } from 'chai';
import sharp from 'sharp';
import type { Received } from '../../../src/messages/chat-entry.js';
import type { Attachment } from '../../../src/messages/message.js';
import { type ChatService, startChatService } from '../../fakes/chat-service.js';
import { cutJpeg, eicar, lockedPdf } from '../../fakes/sample-files.js';
import { call, openChat, post } from './client.js';

async function photo(): Promise<Buffer<ArrayBuffer>> {
  const pixels = sharp({ create: { width: 40, height: 30, channels: 3, background: '#a33' } });
  const bytes = await pixels
    .withExif({ IFD0: { Copyright: 'Kamera Rahasia' } })
    .jpeg()
    .toBuffer();
  return Buffer.from(new Uint8Array(bytes));
}

describe('web chat files', () => {
  let service: ChatService;
  let token: string;

  beforeEach(async () => {
    service = await startChatService();
    token = await openChat(service.url);
  });
  afterEach(() => service.server.close());

  const upload = (body: string | Uint8Array<ArrayBuffer>, contentType: string, by = token) =>
    call<{ attachment: Attachment; code: string }>(
      `${service.url}/api/webchat/files`,
      { method: 'POST', headers: { 'Content-Type': contentType }, body },
      by,
    );

  it('are taken, told by content, and travel with a message', async () => {
    const { status, body } = await upload(await photo(), 'application/octet-stream');
    expect(status).to.equal(201);
    expect(body.attachment).to.include({ kind: 'image', mimeType: 'image/jpeg' });
    const sent = await post<Received>(service.url, token, { key: 'kunci-0001', attachments: [body.attachment.fileId] });
    expect(sent.body.entries[0]?.attachments).to.deep.equal([body.attachment]);
  });

  it('are shown to their own chat only, without what the camera wrote into them', async () => {
    const original = await photo();
    expect(original.includes('Kamera Rahasia'), 'the original tells').to.equal(true);
    const { body } = await upload(original, 'image/jpeg');
    const url = `${service.url}/api/webchat/files/${body.attachment.fileId}`;
    const shown = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
    expect(shown.status).to.equal(200);
    expect(shown.headers.get('Content-Type')).to.equal('image/jpeg');
    expect(shown.headers.get('Content-Security-Policy')).to.contain('sandbox');
    const bytes = Buffer.from(await shown.arrayBuffer());
    expect(await sharp(bytes).metadata()).to.include({ width: 40, height: 30 });
    expect(bytes.includes('Kamera Rahasia')).to.equal(false);
    const other = await openChat(service.url);
    expect((await call(url, {}, other)).status).to.equal(404);
  });

  it('can not be named in a message of another chat', async () => {
    const { body } = await upload(await photo(), 'image/jpeg');
    const other = await openChat(service.url);
    const { status } = await post(service.url, other, { key: 'kunci-0001', attachments: [body.attachment.fileId] });
    expect(status).to.equal(400);
  });

  it('are refused when they are forms, or no evidence', async () => {
    expect((await upload('a=1', 'application/x-www-form-urlencoded')).status).to.equal(415);
    const form = new FormData();
    form.set('file', new Blob(['x']));
    const multipart = await call(`${service.url}/api/webchat/files`, { method: 'POST', body: form }, token);
    expect(multipart.status).to.equal(415);
    const svg = await upload('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'image/jpeg');
    expect([svg.status, svg.body.code]).to.deep.equal([415, 'file.unsupported_type']);
  });

  it('are kept when they are broken, locked or harmful', async () => {
    const bodies = { empty: Buffer.alloc(0), cut: cutJpeg(), locked: lockedPdf(), harmful: eicar() };
    const conditions: Record<string, string | undefined> = {};
    for (const [name, bytes] of Object.entries(bodies)) {
      const { status, body } = await upload(new Uint8Array(bytes), 'image/jpeg');
      expect(status, name).to.equal(201);
      conditions[name] = body.attachment.condition;
    }
    expect(conditions).to.deep.equal({ empty: 'damaged', cut: 'damaged', locked: 'locked', harmful: 'quarantined' });
  });

  it('are refused above 20 MB before they are read', async () => {
    const { status, body } = await upload(new Uint8Array(20 * 1024 * 1024 + 1), 'image/jpeg');
    expect([status, body.code]).to.deep.equal([413, 'file.too_large']);
  });
});
