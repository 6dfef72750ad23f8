import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { FETCH_DELAYS_MS } from '../../../src/channels/whatsapp-web/attachments.js';
import type { Attachment } from '../../../src/messages/message.js';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { until } from '../../fakes/until.js';
import { createScriptedPhone, type ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';
import { createService, ownerOf, type Service } from './harness.js';

const CHAT = '6281111111111@c.us';

describe('files that people send', () => {
  let dataDir: string;
  let clock: FakeClock;
  let phone: ScriptedPhone;
  let service: Service;
  let png: Buffer;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'whatsapp-web-'));
    clock = createFakeClock();
    phone = createScriptedPhone(clock.now);
    service = createService({ dataDir, clock, startChild: phone.startChild });
    png = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#123' } })
      .png()
      .toBuffer();
    await service.start();
    await clock.advance(0);
    phone.ready();
    await until('up to date', () => service.lane.isUpToDate());
  });
  afterEach(async () => {
    await service.lane.channel.stop();
    rmSync(dataDir, { recursive: true });
  });

  const OWNER = ownerOf(CHAT);
  const PHOTO: Attachment = { kind: 'image', platformRef: `false_${CHAT}_P1`, mimeType: 'image/png' };
  const fetch = (attachment: Attachment, attempt = 1) =>
    service.lane.fetchAttachment(OWNER, attachment, attempt, new AbortController().signal);

  it('stay at WhatsApp until the message is committed, and are found there by what is kept', async () => {
    const photo = { type: 'image', mimeType: 'image/png', sizeBytes: 500, hasFile: true, text: 'Ini' };
    phone.write({ chat: CHAT, id: 'P1', ...photo }, 'live');
    await clock.advance(0);
    const [kept = PHOTO] = service.received[0]?.attachments ?? [];
    expect(kept).to.deep.equal({ ...PHOTO, platformRef: kept.platformRef, sizeBytes: 500 });
    expect(kept.platformRef).to.be.a('string').that.does.not.include(CHAT);
    expect(phone.callsOf('download')).to.deep.equal([]);
    await fetch(kept);
    expect(phone.callsOf('download')).to.deep.equal([{ do: 'download', ref: PHOTO.platformRef }]);
  });

  it('are saved for the conversation that they came in', async () => {
    phone.answer('download', () => ({ bytes: png, mimeType: 'image/png' }));
    const outcome = await fetch(PHOTO);
    if (outcome.type !== 'saved') throw new Error(outcome.type);
    expect(outcome.attachment).to.include({ kind: 'image', sizeBytes: png.length });
    expect(await service.files.find(OWNER, outcome.attachment.fileId ?? '')).to.deep.equal(outcome.attachment);
    expect(phone.callsOf('download')).to.deep.equal([{ do: 'download', ref: PHOTO.platformRef }]);
  });

  it('are tried again for as long as the phone keeps them, then given up', async () => {
    expect(await fetch(PHOTO, 1)).to.deep.equal({ type: 'later', delayMs: 10_000 });
    expect(await fetch(PHOTO, FETCH_DELAYS_MS.length)).to.deep.equal({
      type: 'later',
      delayMs: FETCH_DELAYS_MS.at(-1),
    });
    expect(await fetch(PHOTO, FETCH_DELAYS_MS.length + 1)).to.include({ reason: 'attempts_exhausted' });
  });

  it('wait while there is no session to ask', async () => {
    phone.die('browser_gone');
    expect(await fetch(PHOTO)).to.include({ type: 'later' });
    expect(phone.callsOf('download')).to.deep.equal([]);
  });

  it('are not asked for when they are larger than we keep, or when nothing names them', async () => {
    expect(await fetch({ ...PHOTO, refused: 'too_large' })).to.include({ reason: 'too_large' });
    expect(await fetch({ kind: 'image' })).to.include({ reason: 'gone' });
    expect(phone.callsOf('download')).to.deep.equal([]);
  });

  it('are not kept when they are larger than they said', async () => {
    phone.answer('download', () => ({ bytes: Buffer.concat([png, Buffer.alloc(20 * 1024 * 1024)]) }));
    expect(await fetch(PHOTO)).to.deep.equal({ type: 'refused', reason: 'too_large' });
  });

  it('are not kept when their content is not what we keep', async () => {
    phone.answer('download', () => ({ bytes: Buffer.from('<script>alert(1)</script>'), mimeType: 'image/png' }));
    expect(await fetch(PHOTO)).to.deep.equal({ type: 'refused', reason: 'unsupported_type' });
  });
});
