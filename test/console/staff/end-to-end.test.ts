import { expect } from 'chai';
import sharp from 'sharp';
import { type Hired, type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createShiftedClock, type ShiftedClock } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { describeInBrowser } from '../browser.js';
import { type ChatPage, openChatPage } from '../chat-page.js';
import { openStaffPage, type Picture, type StaffPage, takePictures, violationsOf } from './staff-page.js';

/** A Tuesday morning in Jakarta: people are at work, and the browser's own date is another. */
const AT_WORK = new Date('2027-03-02T03:00:00Z');

describeInBrowser('a citizen and two of staff', (browser) => {
  let office: StaffApp;
  let clock: ShiftedClock;
  let agus: Hired;
  let dewi: Hired;
  let citizen: ChatPage;
  let first: StaffPage;
  let second: StaffPage;

  beforeEach(async () => {
    clock = createShiftedClock();
    clock.shift(AT_WORK.getTime() - clock.now().getTime());
    office = await startStaffApp({ clock });
    agus = await office.hire('coordinator', ['dinas_pu'], 'agus');
    dewi = await office.hire('coordinator', ['dinas_pu'], 'dewi');
    citizen = await openChatPage(browser(), office.url);
    first = await openStaffPage(browser(), office.url, { login: agus.login, hash: '#/inbox?view=queue' });
    second = await openStaffPage(browser(), office.url, { login: dewi.login, hash: '#/inbox?view=queue' });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await first?.picture('failed-first');
      await second?.picture('failed-second');
    }
    for (const page of [citizen, first, second]) await page?.close();
    await office?.close();
  });

  it('see one matter through, each on their own screen, without loading anything anew', async () => {
    let reloads = 0;
    citizen.page.on('load', () => {
      reloads += 1;
    });
    const pictures: Picture[] = [];
    await citizen.say('Jalan berlubang dalam di Jl. Mawar RT 03 sejak seminggu');
    await citizen.tap('Kirim');
    await citizen.sees('LP-');
    await citizen.say('petugas');
    for (const page of [first, second]) await page.sees('petugas', '.row');
    pictures.push(...(await first.picture('queue')));
    expect(await first.violations(), 'the queue').to.deep.equal([]);

    for (const page of [first, second]) {
      await page.press('j', 'Enter');
      await page.sees('Ambil', '.conv-deeds');
      await page.sees('Minta bicara dengan petugas', '.context');
    }
    await Promise.all([first.press('c'), second.press('c')]);
    const holders = () => Promise.all([first, second].map((page) => page.ask<boolean>(HOLDS)));
    await until('one of the two to have it', async () => (await holders()).filter(Boolean).length === 1);
    const [winner, loser, name] = (await holders())[0] ? [first, second, 'Orang agus'] : [second, first, 'Orang dewi'];
    await loser.sees(name, '.conv-who');
    expect((await holders()).filter(Boolean), 'still one').to.have.length(1);

    await winner.press('r');
    await winner.page.keyboard.type('Selamat pagi Bu, tim kami ke lokasi besok.');
    await winner.page.keyboard.down('Control');
    await winner.press('Enter');
    await winner.page.keyboard.up('Control');
    await citizen.sees('tim kami ke lokasi besok');
    await winner.sees('Terkirim', '.line.from-staff:last-of-type');
    await loser.sees('tim kami ke lokasi besok', '.log');
    await citizen.say('Terima kasih, itu sebenarnya lampu jalan yang mati');
    for (const page of [first, second]) await page.sees('lampu jalan yang mati', '.log');

    const number = /LP-\d{6}-\d{4}/.exec(await citizen.ask<string>('document.body.innerText'))?.[0] ?? '';
    await winner.tap(number, '.side-tabs');
    await loser.go(`#/cases/${number}`);
    await loser.sees('Jalan dan trotoar', '.case');
    await winner.tap('Tindakan lain', '.case');
    await winner.tap('Ganti kategori', '.case');
    await winner.choose('Kategori', 'lampu_jalan');
    await winner.tap('Simpan');
    for (const page of [winner, loser]) await page.sees('Lampu jalan', '.case-head');
    pictures.push(...(await winner.picture('chat')));
    expect(await winner.violations(), 'chat and case').to.deep.equal([]);

    await takeStep(winner, 'Nyatakan sudah diperiksa');
    await loser.sees('Sudah diperiksa', '.case-head');
    await takeStep(winner, 'Teruskan ke unit');
    await winner.choose('Petugas', (winner === first ? agus : dewi).id);
    await winner.tap('Teruskan ke unit');
    await loser.sees(name, '.case-head');
    await takeStep(winner, 'Mulai kerjakan');
    await loser.sees('Sedang dikerjakan', '.case-head');
    await takeStep(winner, 'Nyatakan selesai');
    await winner.write('Hasil yang dicapai', 'Lampu sudah diganti dan menyala.');
    await winner.choose('Jenis hasil', 'solved');
    await winner.write('Alasan tanpa bukti', 'Kamera petugas rusak hari ini.');
    await winner.tap('Nyatakan selesai');
    await loser.sees('Dinyatakan selesai', '.case-head');
    pictures.push(...(await loser.picture('case')));
    expect(await loser.violations(), 'case').to.deep.equal([]);

    await winner.tap('Kembalikan ke bot', '.conv-deeds');
    await winner.sees('Bot', '.conv-who');
    await citizen.sees('sudah diganti dan menyala');
    pictures.push(...(await winner.picture('released')), ...(await takePictures(citizen.page, 'citizen')));
    expect(await violationsOf(citizen.page), 'the web chat').to.deep.equal([]);
    await citizen.tap('Sudah beres');
    await citizen.sees('ditutup');
    await loser.sees('Ditutup', '.case-head');
    await winner.sees('Ditutup', '.case-head');
    for (const page of [first, second]) {
      expect(page.loads()).to.equal(1);
      expect(page.errors).to.deep.equal([]);
    }
    expect(reloads, 'of the web chat').to.equal(0);
    expect(citizen.errors).to.deep.equal([]);
    expect(pictures).to.have.length(10);
    for (const { path, width } of pictures) expect((await sharp(path).metadata()).width, path).to.equal(width);
  });
});

/** True on the screen of whoever may write to the citizen. */
const HOLDS = `Boolean(document.querySelector('.reply:not(.is-note)'))`;

/** Takes a step with a case, whether it has a button of its own or waits behind the others. */
async function takeStep(page: StaffPage, label: string): Promise<void> {
  const shown = `[...document.querySelectorAll('.case-actions > button')].map((each) => each.innerText.trim())`;
  await until('the steps to be shown', async () => (await page.ask<string[]>(shown)).length > 0);
  const direct = await page.ask<string[]>(shown);
  if (!direct.includes(label)) await page.tap('Tindakan lain', '.case-actions');
  await page.tap(label, '.case-actions');
}
