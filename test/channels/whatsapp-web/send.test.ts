import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { limitsOf, pauseBeforeMs } from '../../../src/channels/whatsapp-web/send.js';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { until } from '../../fakes/until.js';
import { createScriptedPhone, Refusal, type ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';
import { createService, outbound, ownerOf, type Service } from './harness.js';

const CHAT = '6281111111111@c.us';

describe('sending', () => {
  let dataDir: string;
  let clock: FakeClock;
  let phone: ScriptedPhone;
  let service: Service;
  let abort: AbortController;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'whatsapp-web-'));
    clock = createFakeClock();
    phone = createScriptedPhone(clock.now);
    abort = new AbortController();
    service = createService({ dataDir, clock, startChild: phone.startChild, perMinute: 20 });
    await service.start();
    await clock.advance(0);
    phone.ready();
    await until('up to date', () => service.lane.isUpToDate());
  });
  afterEach(async () => {
    await Promise.all([service.lane.channel.stop(), clock.advance(5000)]);
    rmSync(dataDir, { recursive: true });
  });

  const send = (text: string, more = {}) =>
    service.lane.channel.send(outbound(CHAT, text, more), abort.signal).catch((error: unknown) => error);
  const photo = async (size: number) => {
    const bytes = await sharp({ create: { width: size, height: 9, channels: 3, background: '#123' } })
      .png()
      .toBuffer();
    return service.files.save(ownerOf(CHAT), bytes, {});
  };

  it('waits a moment before each message, as a person would', async () => {
    const sent = send('Halo');
    await clock.advance(1199);
    expect(phone.callsOf('send')).to.deep.equal([]);
    await clock.advance(1);
    expect(phone.callsOf('send')).to.deep.equal([{ do: 'send', chatId: CHAT, text: 'Halo' }]);
    expect(await sent).to.equal('OUT1');
  });

  it('does not send what was called off in that moment, and knows that it did not', async () => {
    const sent = send('Halo');
    await clock.advance(500);
    abort.abort();
    expect(await sent).to.include({ reason: 'unreachable', ambiguous: false });
    expect(phone.callsOf('send')).to.deep.equal([]);
  });

  it('goes on where it stopped when a later bubble of a message failed', async () => {
    const attachments = [await photo(8), await photo(9)];
    let fails = true;
    phone.answer('send', (call) => {
      if (call.do === 'send' && call.text !== '' && fails) throw new Refusal('file');
      return { id: `OUT${phone.callsOf('send').length}` };
    });
    const first = send('Buktinya', { attachments });
    await clock.advance(5000);
    expect(await first).to.include({ reason: 'unreachable', ambiguous: false });
    fails = false;
    const second = send('Buktinya', { attachments });
    await clock.advance(5000);
    expect(await second).to.equal('OUT3');
    expect(phone.callsOf('send').map(({ text }) => text)).to.deep.equal(['', 'Buktinya', 'Buktinya']);
  });

  it('says that a message can never be sent whose file is gone, or that holds nothing', async () => {
    const gone = { kind: 'image', fileId: '0'.repeat(24), mimeType: 'image/png' };
    expect(await send('Buktinya', { attachments: [gone] })).to.include({ reason: 'rejected' });
    expect(await send('')).to.include({ reason: 'rejected' });
  });

  it('lets a send finish that is under way when the channel stops', async () => {
    const sent = send('Halo');
    await clock.advance(0);
    const stopping = service.lane.channel.stop();
    await clock.advance(1200);
    expect(await sent).to.equal('OUT1');
    await stopping;
  });
});

describe('the pace of sending', () => {
  it('never passes the cap in the long run, and pauses less than the time each message has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.double({ min: 0, max: 1, noNaN: true }), (perMinute, random) => {
        const limits = limitsOf(perMinute);
        expect(limits.perSecond * 60).to.be.closeTo(perMinute, 1e-9);
        expect(limits.maxInFlight).to.equal(1);
        expect(pauseBeforeMs(perMinute, random)).to.be.within(0, 60_000 / perMinute);
      }),
    );
  });

  it('is irregular: between a fifth and three fifths of a message’s time', () => {
    expect([0, 0.5, 1].map((random) => Math.round(pauseBeforeMs(20, random)))).to.deep.equal([600, 1200, 1800]);
  });
});
