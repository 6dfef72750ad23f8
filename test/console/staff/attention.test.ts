import { expect } from 'chai';
import type { CaseView } from '../../../src/staff/api/case.js';
import { fileCase } from '../../cases/case-life.js';
import { type Hired, type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createShiftedClock, createCitizen as createTestCitizen } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { describeInBrowser } from '../browser.js';
import { openStaffPage, type StaffPage } from './staff-page.js';

/** A Tuesday morning in Jakarta: people are at work. */
const AT_WORK = Date.parse('2026-12-01T03:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describeInBrowser('what draws attention in the console', (browser) => {
  const clock = createShiftedClock();
  let office: StaffApp;
  let agus: Hired;
  let dewi: Hired;
  const pages: StaffPage[] = [];

  before(async () => {
    clock.shift(AT_WORK - clock.now().getTime());
    office = await startStaffApp({ clock });
    agus = await office.hire('coordinator', ['dinas_pu'], 'agus');
    dewi = await office.hire('coordinator', ['dinas_pu'], 'dewi');
  });
  after(() => office?.close());
  afterEach(async function () {
    for (const [index, page] of pages.entries()) {
      if (this.currentTest?.state === 'failed') await page.picture(`failed-attention-${index}`);
      await page.close();
    }
    pages.length = 0;
  });

  async function open(login: string, hash: string, dateOffMs?: number): Promise<StaffPage> {
    const page = await openStaffPage(browser(), office.url, { login, hash, ...(dateOffMs ? { dateOffMs } : {}) });
    pages.push(page);
    return page;
  }
  const createCitizen = () => createTestCitizen(office.app, undefined, clock);

  it('says who else has a chat open, and who is writing in it, for as long as they are', async () => {
    const { conversationId } = await createCitizen().say('petugas');
    const first = await open(agus.login, `#/inbox/${conversationId}`);
    const second = await open(dewi.login, `#/inbox/${conversationId}`);
    await first.sees('Orang dewi juga membuka', '.viewers');
    await second.sees('Orang agus juga membuka', '.viewers');
    await second.tap('Ambil', '.conv-deeds');
    await second.sees('Balas', '.reply');
    await second.page.focus('.reply textarea');
    await second.page.keyboard.type('Selamat pagi');
    await first.sees('Orang dewi sedang mengetik', '.viewers');
    // without a key for some seconds one isn't writing
    await first.sees('Orang dewi juga membuka', '.viewers');
    await second.page.keyboard.type('!');
    await first.sees('Orang dewi sedang mengetik', '.viewers');
    await second.tap('Kirim', '.reply');
    await first.sees('Orang dewi juga membuka', '.viewers');
  });

  it('plays what a citizen said, from the middle too', async () => {
    const api = `${office.url}/api/webchat`;
    const { token } = await post<{ token: string }>(`${api}/sessions`, '');
    const headers = { Authorization: `Bearer ${token}` };
    const { attachment } = await post<{ attachment: { fileId: string } }>(`${api}/files`, wav(2), {
      ...headers,
      'Content-Type': 'audio/wav',
    });
    const message = { key: 'suara-0001', attachments: [attachment.fileId] };
    await post(`${api}/messages`, JSON.stringify(message), { ...headers, 'Content-Type': 'application/json' });
    const page = await open(agus.login, '#/inbox?view=all');
    await page.sees('Web', '.rows');
    await until('the chat in the list', () => page.ask<boolean>(`document.querySelector('.rows .row') !== null`));
    await page.press('j', 'Enter');
    const voice = `document.querySelector('.log audio')`;
    await until('a voice', () => page.ask<boolean>(`Boolean(${voice})`));
    await page.ask(`${voice}.muted = true`);
    await page.ask(`${voice}.play()`);
    await until('it to play', () => page.ask<boolean>(`${voice}.currentTime > 0.1`));
    expect(await page.ask<number>(`${voice}.duration`)).to.be.closeTo(2, 0.1);
    await page.ask(`${voice}.currentTime = 1.5`);
    await until('it to go on from there', () => page.ask<boolean>(`${voice}.currentTime > 1.6 && !${voice}.error`));
    expect(page.errors).to.deep.equal([]);
  });

  it('is told by the browser while the page is out of sight, without a word of what it is about', async () => {
    const page = await open(agus.login, '#/cases');
    const context = page.page.browserContext();
    await context.overridePermissions(office.url, ['notifications']);
    await page.ask(`{
      const Real = Notification;
      globalThis.told = [];
      globalThis.Notification = class extends Real {
        constructor(title, options) { super(title, options); told.push({ note: this, text: title + ' ' + options.body }); }
      };
    }`);
    await page.page.click('.profile');
    await page.tap('Pemberitahuan browser (tanpa isi)', '.menu-sheet');
    const other = await context.newPage();
    await other.bringToFront();
    await until('the page to be out of sight', () => page.ask<boolean>(`document.visibilityState === 'hidden'`));
    const citizen = createCitizen();
    const { conversationId } = await citizen.say('petugas');
    await citizen.say('rahasia sekali');
    await until('a notification', () => page.ask<boolean>('told.length > 0'));
    const text = await page.ask<string>('told[0].text');
    expect(text).to.contain('Ada warga menunggu petugas');
    expect(text).not.to.match(/rahasia/);
    await page.ask('told[0].note.onclick()');
    await until('a press to lead there', () =>
      page.ask<boolean>(`location.hash.includes(${JSON.stringify(conversationId)})`),
    );
    await other.close();
  });

  it('tells on the page, and not by the browser, while the page is looked at', async () => {
    const page = await open(agus.login, '#/cases');
    await page.page.browserContext().overridePermissions(office.url, ['notifications']);
    await page.ask(`{ globalThis.told = 0; globalThis.Notification = class { constructor() { told += 1; } }; }`);
    await createCitizen().say('petugas');
    await page.sees('Ada warga menunggu petugas', '.toasts');
    expect(await page.ask<number>('told')).to.equal(0);
  });

  it("counts down by the service's clock, whatever date the browser believes in", async () => {
    const { number } = await fileCase(office.app, 'Jalan berlubang di Jl. Anyelir RT 02 sejak kemarin');
    const { card } = await agus.client.get<CaseView>(`/cases/${number}`);
    const dueAt = Date.parse(card.dueAt ?? '');
    const countdowns = async (expected: string) => {
      for (const offMs of [0, -3 * DAY_MS, 400 * DAY_MS]) {
        const page = await open('ratna', `#/cases/${number}`, offMs);
        await page.sees(expected, '.case-head .due');
        await page.close();
      }
      pages.length = 0;
    };
    clock.shift(dueAt - 40 * MINUTE_MS - 30_000 - clock.now().getTime());
    await countdowns('Sisa 40 mnt');
    clock.shift(40 * MINUTE_MS + 30_000 + 5 * MINUTE_MS);
    await countdowns('Lewat 5 mnt');
  });
});

async function post<T>(url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const response = await fetch(url, { method: 'POST', body, headers });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** A quiet tone, as 8 kHz mono PCM. */
function wav(seconds: number): Uint8Array<ArrayBuffer> {
  const samples = 8000 * seconds;
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(16_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index++)
    bytes.writeInt16LE(Math.round(800 * Math.sin(index / 3)), 44 + index * 2);
  return new Uint8Array(bytes);
}
