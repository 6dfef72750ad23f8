import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import type { CaseView } from '../../../src/staff/api/case.js';
import { moveCase } from '../../cases/case-life.js';
import { type Hired, type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createCitizen } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { describeInBrowser } from '../browser.js';
import { openStaffPage, type StaffPage } from './staff-page.js';

describeInBrowser('work on cases in the console', (browser) => {
  let office: StaffApp;
  let rina: Hired;
  let agus: Hired;
  let staff: StaffPage;

  before(async () => {
    office = await startStaffApp();
    rina = await office.hire('coordinator', ['dinas_pu'], 'rina');
    agus = await office.hire('coordinator', ['dinas_pu'], 'agus');
  });
  after(() => office?.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await staff?.picture('failed');
    await staff?.close();
  });

  /** A citizen who has filed a case about a road. */
  async function file(words: string): Promise<{ readonly id: string; readonly number: string }> {
    const citizen = createCitizen(office.app);
    const { conversationId } = await citizen.say(words);
    const heard = await citizen.hear('Kirim');
    const number = /LP-\d{6}-\d{4}/.exec(heard.join(' '))?.[0];
    if (!number) throw new Error(`no case was filed: ${heard.join(' | ')}`);
    await until('the case', async () => (await rina.client.send('GET', `/cases/${number}`)).ok);
    return { id: conversationId, number };
  }

  async function photoNamed(name: string): Promise<string> {
    const path = join(office.dataDir, name);
    const background = { r: 90, g: 120, b: 110 };
    const picture = sharp({ create: { width: 40, height: 30, channels: 3, background } });
    await writeFile(path, await picture.png().toBuffer());
    return path;
  }

  const open = (hash: string, login = rina.login) => openStaffPage(browser(), office.url, { login, hash });

  it('files another case from a chat, and corrects what it says', async () => {
    const { id } = await file('Jalan berlubang dalam di Jl. Melati RT 01 sejak kemarin');
    staff = await open(`#/inbox/${id}`);
    await staff.tap('Ambil', '.conv-deeds');
    await staff.tap('Buat laporan dari percakapan', '.side');
    await staff.write('Isi laporan', 'Trotoar di depan sekolah pecah dan berbahaya bagi anak.');
    await staff.choose('Kategori', 'jalan');
    await choosePhoto(staff, 'dialog input[type=file]', await photoNamed('trotoar.png'));
    await staff.sees('trotoar.png', 'dialog .tray');
    await staff.misses('Mengunggah', 'dialog .tray');
    await staff.tap('Buat laporan');
    await staff.sees('Trotoar di depan sekolah', '.case');
    await staff.sees('Lampiran pelapor', '.case');
    await until('the photo in the case', () =>
      staff.ask<boolean>(`[...document.querySelectorAll('.case .files img')].some((each) => each.naturalWidth > 0)`),
    );
    await staff.tap('Perbaiki', '.case');
    await staff.write('Tempat', 'SDN 3');
    await staff.write('Alasan perbaikan', 'Tempatnya belum tertulis');
    await staff.tap('Simpan');
    await staff.sees('SDN 3', '.case .facts');
    expect(staff.errors).to.deep.equal([]);
  });

  it('goes on with a case that waits for an answer, at the office that had it', async () => {
    const { number } = await file('Jalan ambles di Jl. Cempaka RT 04 sejak kemarin');
    await moveCase(office.app, number, ['verified', 'transferred', 'needs_info']);
    const lead = await office.hire('coordinator', ['dinas_perhubungan']);
    staff = await open(`#/cases/${number}`, lead.login);
    await staff.tap('Lanjutkan tanpa menunggu jawaban', '.case-actions');
    await until('it is there again', async () => (await office.app.cases.find(number))?.status === 'transferred');
    expect(staff.errors).to.deep.equal([]);
  });

  it('merges two cases about one matter, and takes them apart again', async () => {
    const first = await file('Jalan ambles di Jl. Kenanga RT 02 sejak kemarin');
    const second = await file('Jalan ambles di Jl. Kenanga RT 02 sejak kemarin pagi');
    staff = await open(`#/cases/${second.number}`);
    await staff.tap('Tindakan lain', '.case-actions');
    const isInSight = `(() => {
      const sheet = document.querySelector('.case-actions .menu-sheet').getBoundingClientRect();
      const pane = document.querySelector('.case-pane').getBoundingClientRect();
      return sheet.left >= pane.left && sheet.right <= pane.right;
    })()`;
    expect(await staff.ask<boolean>(isInSight), 'the menu is in sight').to.equal(true);
    await staff.tap('Gabungkan', '.case-actions');
    await staff.sees('Laporan yang mirip', 'dialog');
    await staff.write('Nomor laporan tujuan', first.number.toLowerCase());
    await staff.tap('Gabungkan', 'dialog');
    await staff.sees('Digabung ke', '.case-head');
    await staff.tap('Tindakan lain', '.case-actions');
    await staff.tap('Pisahkan lagi', '.case-actions');
    await staff.write('Alasan', 'Ternyata lubang yang lain');
    await staff.tap('Pisahkan lagi', 'dialog');
    await staff.misses('Digabung ke', '.case-head');
  });

  it('does one thing to many cases, and tells case by case what could not be done', async () => {
    const first = await file('Jalan retak di Jl. Anggrek RT 03 sejak kemarin');
    const second = await file('Jalan retak di Jl. Dahlia RT 04 sejak kemarin');
    staff = await open('#/cases?view=unit');
    await staff.tap(`Pilih ${first.number}`, '.case-rows');
    const all = await staff.ask<number>(`document.querySelectorAll('.case-row').length`);
    await staff.tap(`Pilih semua (${all})`, '.bulk');
    await staff.sees(`${all} dipilih`, '.bulk');
    await staff.tap('Batalkan pilihan', '.bulk');
    for (const { number } of [first, second]) await staff.tap(`Pilih ${number}`, '.case-rows');
    await staff.sees('2 dipilih', '.bulk');
    await staff.choose('Tindakan massal', 'verify:');
    await staff.tap('Jalankan', '.bulk');
    for (const { number } of [first, second]) await staff.sees('Sudah diperiksa', `[data-number="${number}"]`);
    await staff.misses('dipilih', '.cases-list');
    await staff.tap(`Pilih ${first.number}`, '.case-rows');
    await staff.choose('Tindakan massal', 'verify:');
    await staff.tap('Jalankan', '.bulk');
    await staff.sees(first.number, '.bulk-refused');
  });

  it('narrows the list, finds by number, and keeps a filter under a name', async () => {
    const { number } = await file('Jalan bergelombang di Jl. Tulip RT 05 sejak kemarin');
    staff = await open('#/cases?view=all');
    await staff.choose('Status', 'closed');
    await staff.sees('Tidak ada laporan di sini.');
    await staff.choose('Status', '');
    await staff.write('Cari nomor atau kata', number);
    await staff.press('Enter');
    await until('one case', () => staff.ask<boolean>(`document.querySelectorAll('.case-row').length === 1`));
    await staff.tap('Saringan tersimpan', '.filters');
    await staff.write('Nama saringan', 'Jalan Tulip');
    await staff.tap('Simpan', '.menu-sheet');
    await staff.go('#/cases?view=mine');
    await staff.sees('Tidak ada laporan di sini.');
    await staff.tap('Jalan Tulip', '.menu-sheet');
    await staff.sees(number, '.case-rows');
  });

  it('passes a chat on to a colleague, who sees it at once with the word why', async () => {
    const { id } = await file('Jalan berlubang di Jl. Flamboyan RT 06 sejak kemarin');
    const other = await open('#/inbox?view=mine', agus.login);
    staff = await open(`#/inbox/${id}`);
    await staff.tap('Ambil', '.conv-deeds');
    await staff.tap('Alihkan', '.conv-deeds');
    await staff.choose('Kepada', `staff:${agus.id}`);
    await staff.write('Pesan untuk penerima (opsional)', 'Ini wilayahmu');
    await staff.tap('Alihkan', 'dialog');
    await staff.sees('Orang agus', '.conv-who');
    await other.sees('Anda', '.rows');
    await other.go(`#/inbox/${id}`);
    await other.sees('Ini wilayahmu', '.log');
    await other.sees('Balas', '.reply');
    await other.close();
  });

  it('takes a case and its chat off the screen of who may not read them any more', async () => {
    const budi = await office.hire('agent', ['dinas_pu'], 'budi');
    const { id, number } = await file('Jalan berlubang di Jl. Kamboja RT 09 sejak kemarin');
    staff = await open(`#/cases/${number}`, budi.login);
    const chat = await open(`#/inbox/${id}`, budi.login);
    await staff.sees('Kamboja', '.case');
    await chat.sees('Kamboja', '.log');
    const { card } = await rina.client.get<{ card: { rev: number } }>(`/cases/${number}`);
    const wish = { seenRev: card.rev, category: 'perlindungan_perempuan_anak' };
    await rina.client.send('POST', `/cases/${number}/recategorise`, wish, { 'Idempotency-Key': 'restrict-it' });
    await staff.sees('Laporan ini tidak ada atau bukan bagian Anda.');
    await chat.sees('Percakapan ini tidak ada atau bukan bagian Anda lagi.');
    for (const page of [staff, chat]) await page.misses('Kamboja');
    await chat.close();
  });

  it('answers by a shortcut, in words that came with the service, with the names filled in', async () => {
    const { id, number } = await file('Jalan berlubang di Jl. Cempaka RT 10 sejak kemarin');
    staff = await open(`#/inbox/${id}`);
    await staff.tap('Ambil', '.conv-deeds');
    await staff.sees('Balas', '.reply');
    await staff.page.focus('.reply textarea');
    await staff.page.keyboard.type('/terus');
    await staff.sees('Sudah diteruskan ke unit', '.reply');
    await staff.press('Enter');
    await staff.page.keyboard.type(' Mohon ditunggu.');
    await staff.tap('Kirim', '.reply');
    const words = `Laporan ${number} sudah kami teruskan ke Dinas Pekerjaan Umum dan Penataan Ruang.`;
    await staff.sees(words, '.log .from-staff');
    await until('the citizen to hear it, with what was typed after it', async () =>
      (await office.app.conversations.transcript(id, 0)).some(({ text }) =>
        /lewat percakapan ini\. Mohon ditunggu\.$/.test(text),
      ),
    );
  });

  it('does once what is pressed twice: a reply, and a step of a case', async () => {
    const { id, number } = await file('Jalan berlubang di Jl. Sakura RT 12 sejak kemarin');
    staff = await open(`#/inbox/${id}`);
    await staff.tap('Ambil', '.conv-deeds');
    await staff.sees('Balas', '.reply');
    await staff.page.focus('.reply textarea');
    await staff.page.keyboard.type('Hanya sekali');
    await staff.page.click('.reply button[type=submit]', { count: 2 });
    await staff.tap(number, '.side-tabs');
    await staff.tap('Tindakan lain', '.case-actions');
    await staff.tap('Kabari perkembangan', '.case-actions');
    await staff.write('Perkembangan untuk pelapor', 'Sedang kami ukur.');
    const sent: string[] = [];
    staff.page.on('request', (request) => {
      if (request.url().endsWith('/progress')) sent.push(request.url());
    });
    await staff.ask(`{
      const button = document.querySelector('dialog button[type=submit]');
      button.click();
      button.click();
    }`);
    await staff.sees('Sedang kami ukur.', '.timeline');
    await until('nothing left to send', () => staff.ask<boolean>(`document.querySelector('.pending') === null`));
    const heard = await office.app.conversations.transcript(id, 0);
    expect(heard.filter(({ text }) => text === 'Hanya sekali')).to.have.length(1);
    expect(sent, 'asked once').to.have.length(1);
    const { history } = await rina.client.get<CaseView>(`/cases/${number}`);
    expect(history.filter(({ words }) => Object.values(words).includes('Sedang kami ukur.'))).to.have.length(1);
  });

  it('closes a dialog by Escape, and stays where it was', async () => {
    const { number } = await file('Jalan berlubang di Jl. Wijaya RT 11 sejak kemarin');
    staff = await open(`#/cases/${number}`);
    await staff.tap('Tindakan lain', '.case-actions');
    await staff.tap('Ganti kategori', '.case-actions');
    await staff.sees('Kategori', 'dialog');
    expect(await staff.ask<string>('document.activeElement.tagName'), 'its first field').to.equal('SELECT');
    await staff.press('Escape');
    await until('the dialog to close', () => staff.ask<boolean>(`document.querySelector('dialog') === null`));
    await staff.sees('Wijaya', '.case');
    expect(await staff.ask<string>('document.activeElement.innerText'), 'focus').to.include('Tindakan lain');
  });

  it('shows who it is only for a reason', async () => {
    const { id } = await file('Jalan berlubang di Jl. Teratai RT 07 sejak kemarin');
    staff = await open(`#/inbox/${id}`);
    await staff.tap('Tampilkan identitas', '.context');
    await staff.write('Alasan (dicatat dalam audit)', 'Perlu menelepon untuk kunjungan lokasi');
    await staff.tap('Tampilkan identitas', '.context');
    await staff.sees('warga', '.revealed');
  });

  it('sends a file with a reply, and takes a photo as proof', async () => {
    const { id, number } = await file('Jalan berlubang di Jl. Seruni RT 08 sejak kemarin');
    const photo = await photoNamed('bukti.png');
    staff = await open(`#/inbox/${id}`);
    await staff.tap('Ambil', '.conv-deeds');
    await staff.sees('Balas', '.reply');
    await choosePhoto(staff, '.reply input[type=file]', photo);
    await staff.misses('Mengunggah', '.tray');
    await staff.page.focus('.reply textarea');
    await staff.page.keyboard.type('Ini fotonya');
    await staff.tap('Kirim', '.reply');
    await until('the photo on the screen', () =>
      staff.ask<boolean>(
        `[...document.querySelectorAll('.from-staff img.photo')].some((each) => each.naturalWidth > 0)`,
      ),
    );
    for (const body of [
      { to: 'verified' },
      { to: 'assigned', unit: 'dinas_pu', staffId: rina.id },
      { to: 'in_progress' },
    ]) {
      const { card } = await rina.client.get<{ card: { rev: number } }>(`/cases/${number}`);
      const key = { 'Idempotency-Key': `step-to-${body.to}` };
      await rina.client.send('POST', `/cases/${number}/move`, { ...body, seenRev: card.rev }, key);
    }
    await staff.tap(number, '.side-tabs');
    await staff.tap('Nyatakan selesai', '.case-actions');
    await staff.write('Hasil yang dicapai', 'Lubang sudah ditambal.');
    await staff.choose('Jenis hasil', 'solved');
    await choosePhoto(staff, 'dialog input[type=file]', photo);
    await staff.sees('bukti.png', 'dialog .tray');
    await staff.misses('Mengunggah', 'dialog .tray');
    await staff.tap('Nyatakan selesai', 'dialog');
    await staff.sees('Bukti penyelesaian', '.case');
  });
});

/** The handle of a file field; its own type would bring in the types of a browser. */
interface UploadField {
  uploadFile(...paths: string[]): Promise<void>;
}

async function choosePhoto(staff: StaffPage, selector: string, path: string): Promise<void> {
  const field = await staff.page.waitForSelector(selector);
  await (field as UploadField | null)?.uploadFile(path);
}
