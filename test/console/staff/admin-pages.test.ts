import { expect } from 'chai';
import type { FileView } from '../../../src/staff/api/admin-files.js';
import type { Settings } from '../../../src/staff/api/settings.js';
import { type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { GOOD_PASSWORD } from '../../fakes/staff-client.js';
import { createCitizen } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { describeInBrowser } from '../browser.js';
import { openStaffPage, type StaffPage } from './staff-page.js';

/** A page of settings, and words that stand on it once it has come. */
const PAGES: Readonly<Record<string, string>> = {
  shift: 'Beban petugas',
  'admin/channels': 'obrolan web',
  'admin/dead-letters': 'Tidak ada pesan yang gagal',
  'admin/flows': 'berhenti di situ',
  'admin/staff': 'Bu Ratna',
  'admin/units': 'Meja Bantuan',
  'admin/categories': 'Coba sebuah kalimat',
  'admin/canned': 'Jawaban baru',
  'admin/sla': 'SP4N-LAPOR!',
  'admin/calendar': 'Proklamasi Kemerdekaan',
  'admin/templates': 'Isian:',
  'admin/tone': 'Aturan baru',
  'admin/files': 'sla.yaml',
  'admin/reviews': 'Permintaan atas data pribadi',
  'admin/retention': 'Masa simpan',
  'admin/audit': 'staff.first_admin',
  me: 'Verifikasi dua langkah',
};

describeInBrowser('pages of settings', (browser) => {
  let test: StaffApp;
  let admin: StaffPage;
  before(async () => {
    test = await startStaffApp();
    admin = await openStaffPage(browser(), test.url, { login: 'ratna' });
  });
  after(async () => {
    await test?.close();
  });

  const open = async (path: string) => {
    await admin.go(`#/${path}`);
    await admin.sees(PAGES[path.split('?')[0] ?? ''] ?? path, 'main');
  };

  /** The place of the card with these words on it, as a selector. */
  async function cardOf(words: string): Promise<string> {
    const find = `[...document.querySelectorAll('.card')].findIndex((each) => each.innerText.includes(${JSON.stringify(words)}))`;
    await until(`a card with "${words}"`, async () => (await admin.ask<number>(find)) >= 0);
    return `.card:nth-of-type(${(await admin.ask<number>(find)) + 1})`;
  }

  /** Writes into the first field of this name in a card. */
  async function fill(card: string, label: string, text: string): Promise<void> {
    await admin.ask(`{
      const found = [...document.querySelectorAll('${card} label')].find((each) => each.innerText.trim() === ${JSON.stringify(label)});
      const field = document.getElementById(found.htmlFor);
      field.value = ${JSON.stringify(text)};
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }`);
  }

  const press = (card: string, name: string) => admin.tap(name, card);

  it('begin, for the first admin, with what to do before anybody writes', async () => {
    await admin.tap('Undang petugas', '.first-steps');
    await admin.sees('Bu Ratna', 'main');
  });

  for (const path of Object.keys(PAGES)) {
    it(`show ${path}, which anybody can use, on a wide and on a narrow screen`, async () => {
      await admin.page.setViewport({ width: 1440, height: 900 });
      await open(path);
      expect(await admin.violations()).to.deep.equal([]);
      await admin.picture(path.replace('/', '-'));
      await admin.page.setViewport({ width: 390, height: 844 });
      expect(await admin.violations()).to.deep.equal([]);
      const overflow = await admin.ask<number>('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, 'sideways').to.be.at.most(0);
      expect(await admin.tooSmall(), 'too small for a thumb').to.deep.equal([]);
      await admin.page.setViewport({ width: 1440, height: 900 });
    });
  }

  it('tell what a text would become, and by which words', async () => {
    await open('admin/categories');
    await admin.write('Coba sebuah kalimat', 'lampu jalan mati di depan SDN 2 sejak minggu lalu');
    await admin.tap('Lihat hasilnya');
    await admin.sees('Lampu jalan', '.test-box');
    await admin.sees('lampu', '.test-box');
  });

  it('refuse a file of rules that cannot be used, naming the line, and keep what is there', async () => {
    await admin.go('#/admin/files?path=tone.yaml');
    await admin.sees('tone.yaml', 'main');
    await admin.page.waitForSelector('textarea.code');
    await admin.page.focus('textarea.code');
    await admin.page.keyboard.type('rules: 5\n');
    await admin.tap('Simpan');
    await admin.sees('Map keys must be unique at line', '.problems');
    await admin.go('#/admin/files');
    await admin.sees('Bawaan layanan', 'main');
  });

  it('take a rule of the tone guide by fields, name the field that is wrong, and go by it at once', async () => {
    await open('admin/tone');
    const card = await cardOf('Jaminan');
    await fill(card, 'Saran dalam bahasa Inggris', 'short');
    await press(card, 'Simpan');
    await admin.sees('Saran dalam bahasa Inggris: must be a sentence of advice', '.problems');
    await fill(card, 'Saran dalam bahasa Inggris', 'Say what will be done, and when they hear from us.');
    await press(card, 'Simpan');
    await admin.sees('Versi 1', '.file-bar');
    await admin.tap('Aturan baru', 'main');
    await admin.write('Nama aturan (huruf kecil)', 'singkatan');
    const fresh = await cardOf('Nama aturan (huruf kecil)');
    await fill(fresh, 'Kata atau frasa, satu per baris', 'yth\nu/');
    await fill(fresh, 'Saran dalam bahasa Indonesia', 'Tulis katanya lengkap, jangan disingkat.');
    await fill(fresh, 'Saran dalam bahasa Inggris', 'Write the word in full, not its first letters.');
    await press(fresh, 'Simpan');
    await admin.sees('Versi 2', '.file-bar');
    const { tone } = await test.admin.get<Settings>('/settings');
    expect(tone.find(({ id }) => id === 'singkatan')).to.deep.include({ kind: 'jargon', words: ['yth', 'u/'] });
    const text = (await test.admin.get<FileView>('/admin/file?path=tone.yaml')).text;
    expect(text, 'comments stay').to.contain('# The guide beside the reply box');
    const own = await cardOf('singkatan');
    await press(own, 'Hapus');
    await press(own, 'Yakin? Hapus');
    await admin.sees('Versi 3', '.file-bar');
    await admin.misses('singkatan', 'main');
  });

  it('take the text of a template, and say what Meta would refuse in it before it does', async () => {
    await open('admin/templates');
    const card = `${await cardOf('kabar_laporan')} form:first-of-type`;
    await fill(card, 'Isi templat', '{{1}} kabar baru, {{2}}');
    await press(card, 'Simpan');
    await admin.sees('Isi templat: must not begin or end with a parameter', '.problems');
    await fill(card, 'Isi templat', 'Ada kabar: laporan {{1}} sekarang {{2}}. Balas untuk membacanya.');
    await press(card, 'Simpan');
    await admin.sees('Versi 1', '.file-bar');
    await admin.sees('Berlaku setelah layanan dijalankan ulang', 'main');
    const { text } = await test.admin.get<FileView>('/admin/file?path=templates.yaml');
    expect(text).to.contain('Ada kabar: laporan {{1}} sekarang {{2}}.').and.contain('# What may be said on WhatsApp');
  });

  it('take a holiday, and work deadlines out anew', async () => {
    await open('admin/calendar');
    await admin.page.$eval('input[type=date]', (field) => {
      (field as unknown as { value: string }).value = '2026-12-31';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await admin.write('Nama', 'Hari kota');
    await admin.tap('Tambah');
    await admin.sees('Hari kota', '.day-list');
    await admin.sees('dihitung ulang', 'body');
  });

  it('ask before a holiday goes: deadlines move, and complainants hear of it', async () => {
    await admin.tap('Hapus Hari kota', '.day-list');
    await admin.sees('Yakin?', '.day-list');
    await admin.sees('Hari kota', '.day-list');
    await admin.tap('Yakin? Hapus Hari kota', '.day-list');
    await admin.misses('Hari kota', '.day-list');
  });

  it("keep the open part in sight where all of them don't fit", async () => {
    await admin.page.setViewport({ width: 390, height: 844 });
    await open('admin/audit');
    const right = await admin.ask<number>(
      `document.querySelector('.admin-nav [aria-current]').getBoundingClientRect().right`,
    );
    expect(right).to.be.at.most(390);
    await admin.page.setViewport({ width: 1440, height: 900 });
  });

  it('make an account with a link that is good once, and let its owner in', async () => {
    await open('admin/staff');
    await admin.tap('Undang petugas', 'main');
    await admin.write('Nama pengguna', 'dewi');
    await admin.write('Nama lengkap', 'Dewi <img src=x onerror=alert(1)>');
    await admin.tap('Dinas Kesehatan');
    await admin.tap('Undang petugas');
    await admin.sees('Tautan sekali pakai');
    const link = await admin.ask<string>(`document.querySelector('dialog input').value`);
    const owner = await openStaffPage(browser(), test.url, { hash: new URL(link).hash });
    await owner.sees('Terima undangan');
    await admin.press('Escape');
    await admin.sees('Dewi <img src=x onerror=alert(1)>', 'main');
    expect(await admin.ask<number>(`document.querySelectorAll('main img').length`)).to.equal(0);
    await owner.close();
  });

  it('make a link for a new password, and let nobody in by the old one', async () => {
    const agent = await test.hire('agent');
    await admin.go('#/admin/channels');
    await open('admin/staff');
    await admin.sees(agent.login, 'main');
    await admin.ask(
      `[...document.querySelectorAll('main tr')].find((row) => row.innerText.includes('${agent.login}')).querySelector('button').click()`,
    );
    await admin.tap('Buat tautan kata sandi baru');
    await admin.sees('Tautan sekali pakai');
    await admin.press('Escape');
    expect((await agent.client.send('GET', '/me')).status).to.equal(401);
  });

  it('give the key of the second step as a code to scan', async () => {
    await open('me');
    await admin.page.type('section[aria-labelledby=me-totp] input', GOOD_PASSWORD);
    await admin.press('Enter');
    await admin.page.waitForSelector('svg.qr path');
    const isSame = `document.querySelector('a[href^="otpauth:"]').href.includes(document.querySelector('input.code').value)`;
    expect(await admin.ask<boolean>(isSame)).to.equal(true);
    expect(await admin.violations()).to.deep.equal([]);
  });

  it('show the shift as it is: who waits, and since when', async () => {
    const citizen = createCitizen(test.app);
    const { conversationId } = await citizen.say('lampu jalan mati di Jl. Mawar RT 03 sejak seminggu');
    const { staff } = test.app.conversations;
    await staff.transfer(conversationId, 'ratna', 'pass-1', { unit: 'dinas_pu', unitName: 'Dinas PU' });
    await test.app.conversations.rows.drain();
    await open('shift');
    await admin.sees('1', '.figure.is-bad');
    await admin.sees('paling lama', '.figures');
  });

  it('are not offered to whoever may not use them', async () => {
    const agent = await test.hire('agent');
    const page = await openStaffPage(browser(), test.url, { login: agent.login });
    await page.misses('Pengaturan', '.rail');
    await page.go('#/admin/staff');
    await page.misses('Bu Ratna');
    expect(page.errors).to.deep.equal([]);
    await page.close();
  });

  it('break no rule of the page itself', () => {
    expect(admin.errors).to.deep.equal([]);
  });
});
