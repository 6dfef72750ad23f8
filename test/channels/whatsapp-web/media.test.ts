import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { FETCH_DELAYS_MS } from '../../../src/channels/whatsapp-web/media.js';
import type { RawMessage } from '../../../src/channels/whatsapp-web/raw-message.js';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { until } from '../../fakes/until.js';
import { createScriptedPhone, Refusal, type ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';
import { addressOf, createService, ownerOf, type Service } from './harness.js';

const CHAT = '6281111111111@c.us';
const PHOTO: Partial<RawMessage> = { type: 'image', mimeType: 'image/png', sizeBytes: 500, hasFile: true, text: 'Ini' };

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

  const receive = async (more: Partial<RawMessage> = {}) => {
    phone.write({ chat: CHAT, id: 'P1', ...PHOTO, ...more }, 'live');
    await clock.advance(10_000);
    await until('the message', () => service.received.length === 1);
    return service.received[0]?.attachments[0];
  };
  const owed = { kind: 'image' as const, platformRef: `false_${CHAT}_P1` };

  it('are kept before the message is handed on', async () => {
    phone.answer('download', () => ({ bytes: png, mimeType: 'image/png' }));
    const attachment = await receive();
    expect(attachment).to.not.have.property('platformRef');
    expect(await service.files.find(ownerOf(CHAT), attachment?.fileId ?? '')).to.include({ sizeBytes: png.length });
  });

  it('are asked for three times, then the message goes on without them and names them', async () => {
    expect(await receive()).to.include({ kind: 'image', platformRef: `false_${CHAT}_P1` });
    expect(phone.callsOf('download')).to.have.length(3);
  });

  it('are not asked for when they are larger than we keep', async () => {
    expect(await receive({ type: 'document', sizeBytes: 101 * 1024 * 1024 })).to.include({ refused: 'too_large' });
    expect(phone.callsOf('download')).to.deep.equal([]);
  });

  it('are not kept when they are larger than they said', async () => {
    phone.answer('download', () => ({ bytes: Buffer.alloc(20 * 1024 * 1024 + 1) }));
    expect(await receive()).to.include({ refused: 'too_large' });
  });

  it('are not kept when their content is not what we keep, and the message goes on', async () => {
    phone.answer('download', () => ({ bytes: Buffer.from('<script>alert(1)</script>'), mimeType: 'image/png' }));
    const attachment = await receive();
    expect(attachment).to.include({ platformRef: owed.platformRef });
    expect(attachment).to.not.have.property('fileId');
    expect(phone.callsOf('download')).to.have.length(1);
    const later = await service.lane.fetchAttachment(addressOf(CHAT), owed, 1);
    expect(later).to.deep.equal({ type: 'refused', reason: 'unsupported_type' });
  });

  it('can be fetched later, and are given up after the last try', async () => {
    const attempts = FETCH_DELAYS_MS.length;
    const first = await service.lane.fetchAttachment(addressOf(CHAT), owed, 1);
    expect(first).to.deep.equal({ type: 'later', delayMs: FETCH_DELAYS_MS[0] });
    const last = await service.lane.fetchAttachment(addressOf(CHAT), owed, attempts + 1);
    expect(last).to.deep.equal({ type: 'refused', reason: 'attempts_exhausted' });
    phone.answer('download', () => ({ bytes: png, mimeType: 'image/png' }));
    expect(await service.lane.fetchAttachment(addressOf(CHAT), owed, 2)).to.include({ type: 'saved' });
  });

  it('are given up at once when nothing names them', async () => {
    const nameless = { kind: 'image' as const };
    expect(await service.lane.fetchAttachment(addressOf(CHAT), nameless, 1)).to.include({ reason: 'gone' });
  });

  it('wait with the message when the page can not be asked now', async () => {
    phone.answer('download', () => {
      throw new Refusal('page');
    });
    expect(await receive()).to.include({ platformRef: owed.platformRef });
  });
});
