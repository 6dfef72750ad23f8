import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { type Child, type ChildEnd, startBrowserProcess } from '../../../src/channels/whatsapp-web/child-process.js';
import { findChromium } from '../../../src/channels/whatsapp-web/find-chromium.js';
import { processTree } from '../../../src/channels/whatsapp-web/process-tree.js';
import type { Call, FromChild } from '../../../src/channels/whatsapp-web/wire.js';
import { until } from '../../fakes/until.js';
import { createWhatsappPage, type WhatsappPage } from '../../fakes/whatsapp-page/whatsapp-page.js';
import { createService, type Kept, outbound, ownerOf, type Service } from './harness.js';

const CITIZEN = '6281234567890@c.us';
const OTHER = '123456789012345@lid';
const STRANGER = '628999999999@c.us';
const chromiumPath = findChromium(process.env['CHROMIUM_PATH']);
const signal = new AbortController().signal;

if (chromiumPath === undefined) {
  if (process.env['CI'] === 'true') {
    describe('WhatsApp Web in a real browser', () => {
      it('has a Chromium to run in', () => expect.fail('no Chromium found: install one or set CHROMIUM_PATH'));
    });
  }
} else {
  describe('WhatsApp Web in a real browser', function () {
    this.timeout(60_000);
    let page: WhatsappPage;
    let service: Service;
    const kept: Kept = { taken: new Map() };

    const startService = async () => {
      const { dataDir, localPage, extraArgs } = page;
      service = createService({ dataDir, localPage, extraArgs, chromiumPath }, kept);
      await service.start();
    };
    const is = (state: string) => () => service.lane.status().state === state;
    const isUpToDate = async () => {
      await until('ready', is('ready'));
      await until('up to date', () => service.lane.isUpToDate());
    };
    const texts = () => service.received.map(({ text }) => text);

    before(async () => {
      page = await createWhatsappPage([CITIZEN, OTHER]);
      await startService();
    });
    after(async () => {
      await service.lane.channel.stop();
      await page.remove();
    });

    it('shows a QR code until the phone has scanned it', async () => {
      await until('a code', is('qr'));
      const { qr } = service.lane.status();
      expect(qr?.data).to.match(/^FIRSTREF,/);
      expect(qr?.text.split('\n')).to.have.length.above(10);
      expect(service.lane.problems()).to.deep.equal(['needs_qr']);
      await page.pair();
      await isUpToDate();
      expect(service.lane.status()).to.not.have.property('qr');
      expect(service.lane.problems()).to.deep.equal([]);
    });

    it('takes in words, a place and a photo, from a number and from an opaque id', async () => {
      const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#a33' } })
        .jpeg()
        .toBuffer();
      const file = { mimetype: 'image/jpeg', size: photo.length, directPath: photo.toString('base64') };
      await page.receive({ chat: CITIZEN, id: 'IN1', body: 'Jalan rusak di depan pasar' });
      await page.receive({
        chat: CITIZEN,
        id: 'IN2',
        type: 'location',
        lat: -7.79,
        lng: 110.36,
        loc: 'Pasar\nJl. Mawar',
      });
      await page.receive({ chat: OTHER, id: 'IN3', type: 'image', body: 'THUMBNAIL', caption: 'Ini fotonya', ...file });
      await until('three messages', () => service.received.length === 3);
      const [words, place, picture] = [...service.received].sort((a, b) => a.externalId.localeCompare(b.externalId));
      expect(words).to.include({ text: 'Jalan rusak di depan pasar', displayName: 'Warga' });
      expect(place?.location).to.deep.equal({ latitude: -7.79, longitude: 110.36, name: 'Pasar, Jl. Mawar' });
      expect(picture?.text).to.equal('Ini fotonya');
      const [attachment] = picture?.attachments ?? [];
      if (!attachment) throw new Error('the photo is missing');
      const fetched = await service.lane.fetchAttachment(ownerOf(OTHER), attachment, 1, signal);
      if (fetched.type !== 'saved') throw new Error(fetched.type);
      expect(fetched.attachment).to.include({ kind: 'image', sizeBytes: photo.length });
    });

    it('marks a chat as seen once its message is committed, and not by answering', async () => {
      await until('seen', async () => (await page.seen()).includes(CITIZEN));
      const before = (await page.seen()).length;
      await service.lane.channel.send(outbound(CITIZEN, 'Terima kasih'), signal);
      expect(await page.seen()).to.have.length(before);
    });

    it('answers with numbered lines and a file, and follows how far each got', async () => {
      const options = [
        { id: 'a', label: 'Kirim' },
        { id: 'b', label: 'Ubah' },
      ];
      const platformId = await service.lane.channel.send(outbound(CITIZEN, 'Sudah benar?', { options }), signal);
      const photo = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#123' } })
        .png()
        .toBuffer();
      const attachments = [await service.files.save(ownerOf(CITIZEN), photo, {})];
      await service.lane.channel.send(outbound(CITIZEN, 'Buktinya', { attachments }), signal);
      const [question, picture] = (await page.sent()).slice(-2);
      expect(question).to.include({ chat: CITIZEN, id: platformId, text: 'Sudah benar?\n\n1. Kirim\n2. Ubah' });
      expect(picture).to.include({ type: 'image', text: 'Buktinya' });
      expect(picture?.file).to.deep.equal({ name: 'lampiran.png', size: photo.length, mimetype: 'image/png' });

      await page.run(`standin.ack(${JSON.stringify(platformId)}, 3)`);
      const ranks = () => service.receipts.filter((each) => each.platformId === platformId).map(({ rank }) => rank);
      await until('read', () => ranks().includes(3));
      expect(ranks()).to.deep.equal([1, 3]);
      expect(service.takeovers).to.deep.equal([]);
    });

    it('says that a number WhatsApp does not know will never be reached', async () => {
      const failure = await service.lane.channel.send(outbound(STRANGER, 'Halo'), signal).catch((error) => error);
      expect(failure).to.include({ name: 'SendError', reason: 'rejected', code: 'unknown_chat' });
    });

    it('hears of an edit, and of what somebody typed on the phone', async () => {
      const atMs = Date.now() - 1000;
      await page.run(`standin.edit('false_${CITIZEN}_IN1', 'Jalan rusak di depan stasiun', ${atMs})`);
      await until('the edit', () => texts().includes('Jalan rusak di depan stasiun'));
      expect(service.received.at(-1)).to.deep.include({ externalId: `IN1:${atMs}`, edited: { of: 'IN1' } });
      await page.receive({ chat: CITIZEN, id: 'STAFF1', fromMe: true, body: 'Saya bantu ya, Pak' });
      await until('a takeover', () => service.takeovers.length === 1);
      expect(service.takeovers[0]).to.deep.include({ externalId: 'STAFF1', text: 'Saya bantu ya, Pak' });
    });

    it('starts again without a QR code, and takes in all 50 messages that came meanwhile, in order, once', async () => {
      await service.lane.channel.stop();
      await page.leave();
      const t = Math.floor(Date.now() / 1000) - 3;
      for (let count = 1; count <= 50; count++) {
        await page.receiveAway({ chat: CITIZEN, id: `AWAY${count}`, body: `pesan ${count}`, t });
      }
      await startService();
      await isUpToDate();
      expect(service.states.map(({ state }) => state)).to.not.include('qr');
      expect(texts()).to.deep.equal(Array.from({ length: 50 }, (_, index) => `pesan ${index + 1}`));
    });

    it('opens a new browser when the old one is killed, misses nothing, and learns what had arrived', async () => {
      const answer = outbound(CITIZEN, 'Laporan Anda kami terima');
      await page.run('standin.hangSends = true');
      const sending = service.lane.channel.send(answer, signal).catch((error) => error);
      await until('the page has it', () => page.run('standin.hung > 0'));
      const t = Math.floor(Date.now() / 1000);
      await page.receiveAway({ chat: CITIZEN, id: 'ECHO', fromMe: true, body: answer.text, t });
      await page.receiveAway({ chat: CITIZEN, id: 'DARK', body: 'saat gelap', t });
      process.kill(await browserOf(page), 'SIGKILL');
      await page.leave();
      expect(await sending).to.include({ reason: 'unreachable', ambiguous: true });
      service.inDoubt.push(answer);
      await until('the loss is noticed', is('lost'));
      expect(service.lane.status().lostReason).to.equal('browser_gone');
      const refused = await service.lane.channel.send(outbound(CITIZEN, 'x'), signal).catch((error) => error);
      expect(refused).to.include({ reason: 'unreachable', ambiguous: false });

      await isUpToDate();
      expect(texts().at(-1)).to.equal('saat gelap');
      expect(service.settled).to.deep.equal([{ id: answer.id, platformId: 'ECHO' }]);
      expect(service.takeovers).to.deep.equal([]);
      expect(service.lane.status().restarts).to.equal(1);
      expect(await page.missing()).to.deep.equal([]);
    });

    it('comes back after another browser took the session over', async () => {
      await page.run("standin.become('CONFLICT')").catch(() => undefined);
      await until('the loss is noticed', () => service.lane.status().lostReason === 'CONFLICT');
      await page.leave();
      await isUpToDate();
    });

    it('asks for a QR code again after a logout on the phone', async () => {
      await page.run('standin.logOut()');
      await until('the logout is noticed', () => service.states.at(-1)?.lostReason === 'LOGOUT');
      await page.leave();
      await until('a code', is('qr'));
      expect(service.problems).to.include('needs_qr raised');
      expect(await page.missing()).to.deep.equal([]);
    });
  });

  describe('the browser process', function () {
    this.timeout(60_000);
    let page: WhatsappPage;
    let child: Child;
    let said: FromChild[];
    let ended: ChildEnd | undefined;

    const launch = async (extraArgs: readonly string[]) => {
      said = [];
      ended = undefined;
      child = startBrowserProcess({
        onMessage: (message) => void said.push(message),
        onGarbage: () => expect.fail('it said something unknown'),
        onEnd: (end) => {
          ended = end;
        },
      });
      await until('a greeting', () => said.some(({ type }) => type === 'hello'));
      const settings = {
        sessionDir: join(page.dataDir, 'login'),
        chromiumPath,
        noSandbox: process.getuid?.() === 0,
        extraArgs: [...extraArgs],
        localPage: page.localPage,
      };
      child.post({ type: 'start', settings });
      await until('a code', () => said.some(({ type }) => type === 'qr'));
    };

    before(async () => {
      page = await createWhatsappPage([CITIZEN]);
      await launch(page.extraArgs);
    });
    after(async () => {
      child.kill();
      await page.remove();
    });

    const answerTo = async (id: number, call: Call) => {
      child.post({ type: 'call', id, call });
      const isAnswer = (each: FromChild) => 'id' in each && each.id === id;
      await until('an answer', () => said.some(isAnswer));
      return said.find(isAnswer);
    };

    it('asks for a new code when one has expired, as the library means to and cannot', async () => {
      await page.run("standin.become('UNPAIRED_IDLE')");
      expect(await answerTo(1, { do: 'ping' })).to.deep.include({ value: { state: 'UNPAIRED_IDLE' } });
      await until('another code', () => said.filter(({ type }) => type === 'qr').length === 2);
      expect(await page.run('standin.refreshed')).to.equal(1);
    });

    it('hands nothing to the page before it is ready', async () => {
      const refused = await answerTo(2, { do: 'send', chatId: CITIZEN, text: 'Halo' });
      expect(refused).to.include({ type: 'failed', code: 'not_ready' });
      expect(await page.sent()).to.deep.equal([]);
    });

    it('closes its browser and ends when the service is gone', async () => {
      const browser = await browserOf(page);
      child.disconnect();
      await until('its end', () => ended !== undefined);
      expect(ended).to.include({ code: 0 });
      expect(await isRunning(browser)).to.equal(false);
    });

    it('takes its browser with it when it is killed', async () => {
      // a browser with a debugging port would live on
      await launch([]);
      const browser = await browserOf(page);
      child.kill();
      await until('the end of the browser', async () => !(await isRunning(browser)));
    });
  });
}

/** The browser of this test's children, not one of its helpers. */
async function browserOf(page: WhatsappPage): Promise<number> {
  for (const pid of (await processTree(process.pid)).slice(1)) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const isBrowser = words.includes(`--user-data-dir=${page.dataDir}/login/session`);
    if (isBrowser && !words.some((word) => word.startsWith('--type='))) return pid;
  }
  throw new Error('there is no such browser');
}

/** One that nobody has asked after yet still has a number, but runs no more. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return /^State:\s+[^ZX]/m.test(status);
}
