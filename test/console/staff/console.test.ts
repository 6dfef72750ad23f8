import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type CutProxy, startCutProxy } from '../../fakes/cut-proxy.js';
import { lengthenChat } from '../../fakes/long-chat.js';
import { type Hired, type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createCitizen, type TestCitizen } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { describeInBrowser } from '../browser.js';
import { openStaffPage, type StaffPage, signIn } from './staff-page.js';

const MAX_BYTES = 150_000;
const EVIL = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';

describeInBrowser('the staff console', (browser) => {
  let office: StaffApp;
  let rina: Hired;
  let network: CutProxy;
  let citizen: TestCitizen;
  let staff: StaffPage;

  before(async () => {
    office = await startStaffApp();
    rina = await office.hire('coordinator', ['dinas_pu'], 'rina');
    network = await startCutProxy(office.app.port);
  });
  after(async () => {
    await network?.close();
    await office?.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await staff?.picture('failed');
    await staff?.close();
  });

  const own = (text: string) =>
    staff.ask<number>(
      `[...document.querySelectorAll('.from-staff .bubble')].filter((each) => !each.closest('.pending') && each.innerText === ${JSON.stringify(text)}).length`,
    );

  /** Opens the console on a chat of one citizen that Rina has taken. */
  async function openTaken(): Promise<string> {
    citizen = createCitizen(office.app);
    const { conversationId } = await citizen.say('petugas');
    staff = await openStaffPage(browser(), network.url, { login: rina.login, hash: `#/inbox/${conversationId}` });
    await staff.sees('Ambil', '.conv-deeds');
    await staff.press('c');
    await staff.sees('Balas', '.reply');
    return conversationId;
  }

  async function send(text: string): Promise<void> {
    await staff.page.focus('.reply textarea');
    await staff.page.keyboard.type(text);
    await staff.page.keyboard.down('Control');
    await staff.press('Enter');
    await staff.page.keyboard.up('Control');
  }

  it('leads from an ended session to the sign-in and back to the same place, the draft kept', async () => {
    await openTaken();
    await staff.press('r');
    await staff.page.keyboard.type('Belum selesai ditulis');
    const cookies = await staff.page.browserContext().cookies();
    await staff.page.browserContext().deleteCookie(...cookies);
    await staff.go('#/cases');
    await staff.sees('Masuk sebagai petugas');
    await staff.page.goBack();
    await signIn(staff, rina.login);
    await staff.sees('petugas', '.log');
    expect(await staff.ask<string>(`document.querySelector('.reply textarea').value`)).to.equal(
      'Belum selesai ditulis',
    );
  });

  it('says who is wrong when name or password are', async () => {
    staff = await openStaffPage(browser(), office.url);
    await staff.write('Nama pengguna', rina.login);
    await staff.write('Kata sandi', 'bukan yang benar');
    await staff.press('Enter');
    await staff.sees('Nama pengguna atau kata sandi tidak cocok.');
  });

  it('neither loses nor doubles a reply when the network is cut in the middle', async () => {
    const id = await openTaken();
    let lost = 0;
    staff.page.on('requestfailed', (request) => {
      if (request.url().endsWith('/say')) lost += 1;
    });
    // the browser itself sends again what a kept connection lost, as often as it has such connections
    network.loseAnswersTo(/^POST \/api\/staff\/conversations\/\w+\/say/, Number.POSITIVE_INFINITY);
    await send('Sekali saja, Bu');
    await until('an answer that never came', () => lost > 0);
    network.loseAnswersTo(/^$/, 0);
    await until('nothing left to send', () => staff.ask<boolean>(`document.querySelector('.pending') === null`));
    await until('the reply on the screen', async () => (await own('Sekali saja, Bu')) === 1);
    network.cut();
    await send('Ditulis tanpa jaringan');
    await staff.sees('Menunggu jaringan', '.log');
    network.mend();
    await until('the second reply to arrive', async () => {
      const heard = await office.app.conversations.transcript(id, 0);
      return heard.filter(({ text }) => text === 'Ditulis tanpa jaringan').length === 1;
    });
    await until('both on the screen', async () => (await own('Ditulis tanpa jaringan')) === 1);
    await until('nothing left to send', () => staff.ask<boolean>(`document.querySelector('.pending') === null`));
    expect(await own('Sekali saja, Bu')).to.equal(1);
    expect(await own('Ditulis tanpa jaringan')).to.equal(1);
  });

  it('comes back after a lost connection with everything that was missed', async () => {
    await openTaken();
    const loads = staff.loads();
    const resumed: (string | undefined)[] = [];
    staff.page.on('request', (request) => {
      if (request.url().endsWith('/live')) resumed.push(request.headers()['last-event-id']);
    });
    network.cut();
    await citizen.say('Ditulis selagi terputus');
    await staff.sees('Sambungan terputus');
    network.mend();
    await staff.sees('Ditulis selagi terputus', '.log');
    await staff.sees('Ditulis selagi terputus', '.rows');
    await staff.misses('Sambungan terputus');
    expect(resumed.at(-1), 'the stream goes on behind what was told last').to.match(/\d/);
    expect(staff.loads()).to.equal(loads);
  });

  it('reads by itself what it could not while the network was away, whatever page one went to', async () => {
    await openTaken();
    for (const [hash, words] of [
      ['#/inbox?view=all', 'Anda'],
      ['#/me', 'Verifikasi dua langkah'],
    ] as const) {
      network.cut();
      await staff.sees('Sambungan terputus');
      await staff.go(hash);
      await staff.sees('Layanan belum bisa dihubungi', 'main');
      network.mend();
      await staff.sees(words, 'main');
      await staff.misses('Sambungan terputus');
      await staff.go('#/cases');
    }
  });

  it('keeps a reply over a reload of the page', async () => {
    await openTaken();
    await staff.page.setRequestInterception(true);
    const hold = (request: { url(): string; abort(): Promise<void>; continue(): Promise<void> }) =>
      void (request.url().endsWith('/say') ? request.abort() : request.continue());
    staff.page.on('request', hold);
    await send('Sebelum dimuat ulang');
    await staff.sees('Sebelum dimuat ulang', '.pending');
    staff.page.off('request', hold);
    await staff.page.setRequestInterception(false);
    await staff.page.reload();
    await until('the reply to be sent', async () => (await own('Sebelum dimuat ulang')) === 1);
    await staff.misses('Sedang dikirim', '.log');
    expect(await own('Sebelum dimuat ulang')).to.equal(1);
  });

  it('shows what people write as text, never as a page', async () => {
    await openTaken();
    await citizen.say(EVIL);
    await staff.sees('<img src=x', '.log');
    await staff.go('#/inbox?view=all');
    await staff.sees('<img src=x', '.rows');
    expect(await staff.ask<number | null>('window.hit || null')).to.equal(null);
    expect(await staff.ask<number>(`document.querySelectorAll('img[src=x]').length`)).to.equal(0);
    expect(staff.errors).to.deep.equal([]);
  });

  it('reads older turns when one scrolls up, and keeps one’s place', async () => {
    citizen = createCitizen(office.app);
    const { conversationId } = await citizen.say('petugas');
    for (let count = 0; count < 70; count++) await citizen.say(`pesan nomor ${count}`);
    staff = await openStaffPage(browser(), office.url, { login: rina.login, hash: `#/inbox/${conversationId}` });
    await staff.sees('pesan nomor 69', '.log');
    expect(await staff.ask<boolean>(`document.querySelector('.log').innerText.includes('pesan nomor 0')`)).to.equal(
      false,
    );
    const place = `[...document.querySelectorAll('.bubble')].find((each) => each.innerText === 'pesan nomor 22').getBoundingClientRect().top`;
    await staff.ask(`document.querySelector('.log-scroll').scrollTop = 40`);
    const before = await staff.ask<number>(place);
    await staff.sees('pesan nomor 0', '.log');
    expect(await staff.ask<number>(place)).to.be.closeTo(before, 2);
  });

  it('holds a part of a chat of 20,000 turns at a time, however far one reads in it', async () => {
    citizen = createCitizen(office.app);
    const { conversationId } = await citizen.say('petugas');
    await lengthenChat(office.app, conversationId, 20_000);
    staff = await openStaffPage(browser(), office.url, { login: rina.login, hash: `#/inbox/${conversationId}` });
    await staff.sees('pesan 20000', '.log');
    const scrollTo = (top: string) =>
      staff.ask(`{ const log = document.querySelector('.log-scroll'); log.scrollTop = ${top}; }`);
    const has = (seq: number) =>
      staff.ask<boolean>(`document.querySelector('.log').innerText.split('\\n').includes('pesan ${seq}')`);
    const lines = () => staff.ask<number>(`document.querySelectorAll('.log .line').length`);
    for (let first = 19_901; first > 19_400; first -= 50) {
      await scrollTo('0');
      await until(`turn ${first}`, () => has(first));
      expect(await lines()).to.be.at.most(300);
    }
    expect(await has(20_000)).to.equal(false);
    await citizen.say('Masih di sana?');
    for (let last = 19_750; last <= 19_950; last += 50) {
      await scrollTo('log.scrollHeight');
      await until(`turn ${last}`, () => has(last));
      expect(await lines()).to.be.at.most(300);
    }
    await scrollTo('log.scrollHeight / 2');
    await staff.tap('Pesan baru', '.log-box');
    await staff.sees('Masih di sana?', '.log');
    const below = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.log-scroll'))`;
    await until('the end of the log', async () => (await staff.ask<number>(below)) < 2);
    await citizen.say('Terima kasih');
    await staff.sees('Terima kasih', '.log');
    expect(staff.errors).to.deep.equal([]);
  });

  it('flags a tone that hurts beside the reply, and sends it all the same', async () => {
    await openTaken();
    await staff.press('r');
    await staff.page.keyboard.type('Itu salah anda');
    await staff.sees('Menyalahkan', '.guide');
    await staff.tap('Kirim', '.reply');
    await until('the reply', async () => (await own('Itu salah anda')) === 1);
    await staff.misses('Menyalahkan', '.reply');
  });

  it('lets whoever took a chat by its button write at once', async () => {
    const { conversationId } = await createCitizen(office.app).say('petugas');
    staff = await openStaffPage(browser(), office.url, { login: rina.login, hash: `#/inbox/${conversationId}` });
    await staff.tap('Ambil', '.conv-deeds');
    await staff.sees('Balas', '.reply');
    await staff.page.keyboard.type('Siap, Bu');
    expect(await staff.ask<string>(`document.querySelector('.reply textarea').value`)).to.equal('Siap, Bu');
  });

  it('keeps notes from the citizen, and shows them to colleagues at once', async () => {
    const id = await openTaken();
    const other = await openStaffPage(browser(), office.url, { login: rina.login, hash: `#/inbox/${id}` });
    await staff.press('n');
    await staff.page.keyboard.type('Sudah ditelepon');
    await staff.tap('Simpan catatan', '.reply');
    await other.sees('Sudah ditelepon', '.log .note');
    const heard = await office.app.conversations.transcript(id, 0);
    expect(heard.map(({ text }) => text)).not.to.include('Sudah ditelepon');
    await other.close();
  });

  it('can be used with the keyboard alone, and its letters can be switched off', async () => {
    const id = await openTaken();
    await staff.go('#/inbox?view=mine');
    await staff.press('2');
    await until('the queue', () => staff.ask<boolean>(`location.hash.includes('view=queue')`));
    await staff.press('1');
    await staff.sees('Anda', '.rows');
    await staff.press('j', 'Enter');
    await until('a chat to open', () => staff.ask<boolean>(`/inbox\\/\\w/.test(location.hash)`));
    await staff.go(`#/inbox/${id}`);
    await staff.sees('Balas', '.reply');
    await staff.press('?');
    await staff.sees('Pintasan papan ketik', 'dialog');
    await staff.page.click('dialog input[type=checkbox]');
    await staff.press('Escape', 'r');
    expect(await staff.ask<string>('document.activeElement.tagName')).not.to.equal('TEXTAREA');
  });

  it('fits a phone: no scrolling sideways, no target too small for a thumb', async () => {
    await openTaken();
    await staff.page.setViewport({ width: 390, height: 844 });
    for (const hash of ['#/inbox?view=all', await staff.ask<string>('location.hash'), '#/cases']) {
      await staff.go(hash);
      await staff.sees(hash === '#/cases' ? 'Unit' : 'petugas');
      expect(await staff.ask<number>('document.documentElement.scrollWidth')).to.be.at.most(390);
      expect(await staff.tooSmall(), hash).to.deep.equal([]);
      expect(await staff.violations(), hash).to.deep.equal([]);
    }
  });

  it('is dark when one wants it, and speaks English', async () => {
    await openTaken();
    const brightness = `getComputedStyle(document.body).backgroundColor.match(/\\d+/g).reduce((sum, part) => sum + Number(part), 0)`;
    const light = await staff.ask<number>(brightness);
    await staff.page.click('.profile');
    await staff.choose('Tampilan', 'dark');
    expect(await staff.ask<number>(brightness)).to.be.below(light / 4);
    expect(await staff.violations(), 'dark').to.deep.equal([]);
    await staff.choose('Bahasa', 'en');
    await staff.sees('Inbox', '.rail');
    await staff.sees('Give back to bot', '.conv-deeds');
  });

  it(`weighs less than ${MAX_BYTES / 1000} kB with every page, and asks no other server`, async () => {
    const asked: string[] = [];
    const bodies = new Map<string, Promise<Buffer>>();
    staff = await openStaffPage(browser(), office.url);
    staff.page.on('response', (response) => {
      asked.push(response.url());
      if (/\/console\/assets\//.test(response.url()))
        bodies.set(
          response.url(),
          response.buffer().then((body) => Buffer.from(body)),
        );
    });
    await staff.page.reload({ waitUntil: 'networkidle0' });
    await signIn(staff, rina.login);
    for (const hash of ['#/cases', '#/shift', '#/inbox']) {
      await staff.go(hash);
      await staff.page.waitForNetworkIdle({ idleTime: 300, concurrency: 1 });
    }
    const sizes = (await Promise.all(bodies.values())).map((body) => gzipSync(body).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.within(20_000, MAX_BYTES);
    expect(asked.filter((url) => !url.startsWith(office.url))).to.deep.equal([]);
  });
});
