import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import sharp from 'sharp';
import { type ChatService, startChatService } from '../fakes/chat-service.js';
import { type CutProxy, startCutProxy } from '../fakes/cut-proxy.js';
import type { Script } from '../fakes/fake-chat.js';
import { until } from '../fakes/until.js';
import { describeInBrowser } from './browser.js';
import { type ChatPage, openChatPage } from './chat-page.js';

const PAGES = new URL('../../dist/console', import.meta.url).pathname;
const script: Script = (message) => [
  {
    text: message.text === 'di mana' ? 'Di mana?' : 'Kami terima.',
    ...(message.text === 'di mana' && { expect: 'location' }),
  },
];

describeInBrowser('chat page with photos and places', (browser) => {
  let folder: string;
  let service: ChatService;
  let network: CutProxy;
  let chat: ChatPage;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kanal-photos-'));
    service = await startChatService({ script, pagesDir: PAGES });
    network = await startCutProxy(service.port);
    chat = await openChatPage(browser(), network.url);
  });
  afterEach(async () => {
    expect(chat.errors).to.deep.equal([]);
    await chat.close();
    await network.close();
    await service.server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function makeFile(name: string, bytes: Buffer | string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  }

  async function makePhoto(name: string, width: number, height: number): Promise<string> {
    const noise = { type: 'gaussian', mean: 120, sigma: 40 } as const;
    const pixels = sharp({ create: { width, height, channels: 3, background: '#000', noise } });
    return makeFile(name, await pixels.jpeg({ quality: 95 }).toBuffer());
  }

  async function choose(...paths: string[]): Promise<void> {
    const input = await chat.page.$('input[type=file]');
    await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(...paths);
  }

  const staged = () => chat.ask<number>(`document.querySelectorAll('.tray .staged img, .tray .staged bdi').length`);
  const notice = () => chat.ask<string>(`document.querySelector('.notice').innerText`);

  async function storedPhotos() {
    const { address, attachments } = service.chat.taken.at(-1) ?? { attachments: [] };
    const owner = service.conversationIdOf(`${address?.chatId}.`);
    return Promise.all(
      attachments.map(async ({ fileId = '' }) => {
        const opened = await service.files.open(owner, fileId);
        return opened && sharp(await buffer(opened.stream)).metadata();
      }),
    );
  }

  it('makes a large photo small before it is sent, and shows it', async () => {
    await choose(await makePhoto('jalan.jpg', 3000, 2000));
    await until('the photo in the tray', async () => (await staged()) === 1);
    await chat.say('jalannya begini');
    await chat.sees('Kami terima.');
    const [photo] = await storedPhotos();
    expect(photo).to.include({ width: 1600, height: 1067, format: 'jpeg' });
    expect(service.chat.taken[0]?.text).to.equal('jalannya begini');
    await until('the photo in the chat', () =>
      chat.ask<boolean>(`document.querySelector('.line .photo')?.naturalWidth === 1600`),
    );
  });

  it('sends several in one message, without those that were taken out again', async () => {
    await choose(
      await makePhoto('a.jpg', 300, 200),
      await makePhoto('b.jpg', 310, 200),
      await makePhoto('c.jpg', 320, 200),
    );
    await until('three photos', async () => (await staged()) === 3);
    await chat.page.click('[aria-label="Hapus b.jpg"]');
    await until('two photos', async () => (await staged()) === 2);
    await chat.page.click('.send');
    await chat.sees('Kami terima.');
    const photos = await storedPhotos();
    expect(photos.map((photo) => photo?.width)).to.deep.equal([300, 320]);
  });

  it('says what to do with a file that is not accepted, and lets the words go without it', async () => {
    await choose(await makeFile('gambar.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'));
    await until('the file in the tray', async () => (await staged()) === 1);
    await chat.say('lihat gambarnya');
    await until('advice', () =>
      chat.ask<boolean>(`document.querySelector('.refusal')?.innerText.includes('Kirim foto, video, suara, atau PDF')`),
    );
    await chat.say('yang ini tetap jalan');
    await chat.sees('Kami terima.');
    await chat.tap('Kirim tanpa berkas');
    await until('both messages', () => service.chat.taken.length === 2);
    expect(service.chat.taken.map((message) => message.text)).to.deep.equal([
      'yang ini tetap jalan',
      'lihat gambarnya',
    ]);
  });

  it('refuses what is over 20 MB before it is sent', async () => {
    await choose(await makeFile('panjang.pdf', Buffer.alloc(20 * 1024 * 1024 + 1)));
    await until('advice', async () => (await notice()).includes('lebih dari 20 MB'));
    expect(await staged()).to.equal(0);
  });

  it('keeps a photo that was taken without network, also over a reload', async () => {
    await chat.say('satu');
    await chat.sees('Kami terima.');
    await choose(await makePhoto('malam.jpg', 300, 200));
    await until('the photo in the tray', async () => (await staged()) === 1);
    network.cut();
    await chat.page.click('.send');
    await chat.seesState('Menunggu jaringan');
    network.mend();
    await chat.page.reload();
    await until('the photo to arrive', () => service.chat.taken.length === 2);
    expect((await storedPhotos())[0]).to.include({ width: 300 });
  });

  it('offers to share the place when it is asked for, and shows it before it is sent', async () => {
    await chat.page.browserContext().overridePermissions(network.url, ['geolocation']);
    await chat.page.setGeolocation({ latitude: -6.2, longitude: 106.8 });
    await chat.say('di mana');
    await chat.sees('Di mana?');
    await chat.tap('Bagikan lokasi saya');
    await until('the place in the tray', () =>
      chat.ask<boolean>(`document.querySelector('.tray').innerText.includes('Lokasi saya')`),
    );
    expect(service.chat.taken, 'nothing is sent yet').to.have.length(1);
    await chat.page.click('.send');
    await chat.sees('-6.20000, 106.80000');
    await until('the message', () => service.chat.taken.length === 2);
    expect(service.chat.taken[1]?.location).to.deep.equal({ latitude: -6.2, longitude: 106.8 });
  });

  it('says what to do when the place can not be read', async () => {
    await chat.page.browserContext().overridePermissions(network.url, []);
    await chat.page.click('[aria-label="Bagikan lokasi saya"]');
    await until('advice', async () => (await notice()).includes('tulis saja alamatnya'));
  });
});
