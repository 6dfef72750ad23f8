import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type ChatService, startChatService } from '../fakes/chat-service.js';
import type { Script } from '../fakes/fake-chat.js';
import { describeInBrowser } from './browser.js';
import { type ChatPage, openChatPage } from './chat-page.js';

const PAGES = new URL('../../dist/console', import.meta.url).pathname;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const MAX_PAGE_BYTES = 60_000;

const LONG = 'x'.repeat(400);
const script: Script = (message, turn) =>
  turn === 0
    ? [
        {
          text: `Sudah benar? ${LONG}`,
          step: 's',
          options: [
            { id: 'a', label: `Kirim ${LONG}` },
            { id: 'b', label: 'Ubah' },
          ],
        },
      ]
    : [
        { text: 'Sudah kami terima.', receipt: { number: 'LP-260803-0001', code: '4821907733560148' } },
        { text: message.text },
      ];

describeInBrowser('chat page for everyone', (browser) => {
  let service: ChatService;

  beforeEach(async () => {
    service = await startChatService({ script, pagesDir: PAGES });
  });
  afterEach(() => service.server.close());

  async function violations(chat: ChatPage): Promise<string[]> {
    await chat.page.evaluate(AXE);
    return chat.ask<string[]>(
      `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
        violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ' ' + node.target.join(' '))))`,
    );
  }

  for (const scheme of ['light', 'dark'] as const) {
    it(`meets WCAG 2.2 AA as far as a program can tell, in ${scheme}`, async () => {
      const chat = await openChatPage(browser(), service.url);
      await chat.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      expect(await violations(chat), 'first screen').to.deep.equal([]);
      await chat.say('Lampu jalan mati');
      await chat.sees('Sudah benar?');
      expect(await violations(chat), 'question').to.deep.equal([]);
      await chat.tap('Ubah');
      await chat.sees('Sudah kami terima.');
      expect(await violations(chat), 'receipt').to.deep.equal([]);
      await chat.close();
    });
  }

  it('is dark where people want it dark', async () => {
    const chat = await openChatPage(browser(), service.url);
    const brightness = `getComputedStyle(document.body).backgroundColor.match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0)`;
    await chat.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
    const light = await chat.ask<number>(brightness);
    await chat.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    expect(await chat.ask<number>(brightness)).to.be.below(light / 4);
    await chat.close();
  });

  for (const width of [320, 360, 1280]) {
    it(`fits ${width} pixels without scrolling sideways, with targets of 24 pixels and more`, async () => {
      const chat = await openChatPage(browser(), service.url, { width });
      await chat.say(`Lampu jalan mati ${LONG}`);
      await chat.sees('Sudah benar?');
      await chat.tap('Ubah');
      await chat.sees('Sudah kami terima.');
      const wide = await chat.ask<string[]>(
        `[...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.unseen')).map((each) => each.className)`,
      );
      expect(wide).to.deep.equal([]);
      const small = await chat.ask<string[]>(
        `[...document.querySelectorAll('button, a, summary')].filter((each) => {
          const { width, height } = each.getBoundingClientRect();
          return width > 0 && (width < 24 || height < 24);
        }).map((each) => each.outerHTML)`,
      );
      expect(small).to.deep.equal([]);
      await chat.close();
    });
  }

  it('can be used with the keyboard alone, and always shows where one is', async () => {
    const chat = await openChatPage(browser(), service.url, { width: 1000 });
    const reached: string[] = [];
    for (let step = 0; step < 9; step++) {
      await chat.press('Tab');
      const { name, ring } = await chat.ask<{ name: string; ring: boolean }>(`(() => {
        const at = document.activeElement;
        const seen = at.matches('textarea') ? at.parentElement : at;
        const style = getComputedStyle(seen);
        return { name: at.getAttribute('aria-label') || at.innerText, ring: style.outlineStyle === 'solid' || style.boxShadow !== 'none' };
      })()`);
      expect(ring, `a ring around ${name}`).to.equal(true);
      reached.push(name);
    }
    expect(reached).to.deep.equal([
      'English',
      'Telepon 112',
      'Lampu jalan mati',
      'Jalan berlubang',
      'Sampah belum diangkut',
      'Cek status laporan',
      'Lampirkan foto atau berkas',
      'Tulis pesan',
      'Bagikan lokasi saya',
    ]);
    await chat.close();
  });

  it('fills an example in for the writer to go on', async () => {
    const chat = await openChatPage(browser(), service.url);
    await chat.tap('Lampu jalan mati');
    await chat.page.keyboard.type('Jl. Mawar');
    await chat.press('Enter');
    await chat.sees('Lampu jalan mati di Jl. Mawar');
    await chat.close();
  });

  it('tells screen readers of what is new, not of what was there', async () => {
    const chat = await openChatPage(browser(), service.url);
    await chat.say('Lampu jalan mati');
    await chat.sees('Sudah benar?');
    const log = `document.querySelector('[role=log]')`;
    expect(await chat.ask<string>(`${log}.getAttribute('aria-live')`)).to.equal('polite');
    expect(await chat.ask<string>(`${log}.getAttribute('aria-busy')`)).to.equal('false');
    expect(await chat.ask<string>(`document.querySelector('.from-bot').innerText`)).to.match(/^Kanal Aduan/);
    expect(await chat.ask<string>(`document.activeElement.tagName`), 'the focus stays').to.equal('TEXTAREA');
    await chat.close();
  });

  it(`weighs less than ${MAX_PAGE_BYTES / 1000} kB in all, and asks no other server`, async () => {
    const context = await browser().createBrowserContext();
    const page = await context.newPage();
    const asked: string[] = [];
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      asked.push(response.url());
      bodies.push(response.buffer().then((body) => Buffer.from(body)));
    });
    await page.goto(`${service.url}/chat`, { waitUntil: 'networkidle0' });
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.within(1_000, MAX_PAGE_BYTES);
    expect(asked.filter((url) => !url.startsWith(`${service.url}/chat`))).to.deep.equal([]);
    await context.close();
  });
});
