import { expect } from 'chai';
import { loadConfig } from '../../../src/config.js';
import { createLog } from '../../../src/core/log.js';
import { createPushLanes } from '../../../src/push-lanes.js';
import { type FakeSmtp, startFakeSmtp } from '../../fakes/smtp-server.js';
import { type Hired, type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createStaffClient, GOOD_PASSWORD } from '../../fakes/staff-client.js';
import { type FakeTelegram, startFakeTelegram } from '../../fakes/telegram-server.js';
import { createShiftedClock } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { describeInBrowser } from '../browser.js';
import { openChatPage } from '../chat-page.js';
import { openStaffPage, type StaffPage } from './staff-page.js';
import { evil, evilRoot, type Filed, fileMatter, fileNames, hireEvil, shown } from './xss-set.js';

/** A Tuesday morning in Jakarta: people are at work. */
const AT_WORK = new Date('2026-12-01T03:00:00Z');

/** Whatever in the page could only have come from somebody's text. */
const FOREIGN = `[...document.querySelectorAll(
  '.evil, [onerror], [onload], iframe, object, embed, base, body script, a[href^="javascript:" i], a[href^="data:" i]'
)].map((each) => each.outerHTML.slice(0, 200))`;

/** All that can be read on the screen, in fields too. */
const EVERYTHING = `document.body.innerText + [...document.querySelectorAll('input, textarea')].map(({ value }) => value).join(' ')`;

/** What each view of staff shows of what was stored, by the marks in it. */
const STAFF_VIEWS: readonly (readonly [string, string, readonly string[]])[] = [
  ['the inbox', '#/inbox?view=all', ['last']],
  ['a chat', '#/inbox/CHAT', ['words', 'place', 'asked', 'reply', 'chat-note', 'venue']],
  ['the list of cases', '#/cases?view=all', ['category']],
  [
    'a case',
    '#/cases/CASE',
    ['words', 'new-place', 'correction', 'progress', 'question', 'case-note', 'unit', 'staff'],
  ],
  ['the shift', '#/shift', ['staff']],
];

const ADMIN_VIEWS: readonly (readonly [string, string, readonly string[]])[] = [
  ['staff', '#/admin/staff', ['staff']],
  ['units', '#/admin/units', ['unit', 'agency']],
  ['categories', '#/admin/categories', ['category']],
  ['ready answers', '#/admin/canned', ['canned', 'canned-title']],
  ['the calendar', '#/admin/calendar', ['holiday']],
  ['templates', '#/admin/templates', ['template']],
  ['the tone guide', '#/admin/tone', ['advice']],
  ['a file of rules', '#/admin/files?path=units.yaml', ['version']],
  ['deadlines', '#/admin/sla', []],
  ['the audit log', '#/admin/audit', ['reveal', 'staff']],
  ['what waits for a look', '#/admin/reviews', []],
  ['channels', '#/admin/channels', []],
  ['dead letters', '#/admin/dead-letters', []],
  ['flows', '#/admin/flows', []],
  ['retention', '#/admin/retention', []],
  ['oneself', '#/me', ['browser']],
];

describeInBrowser('markup in what people write', (browser) => {
  const folder = evilRoot();
  const clock = createShiftedClock();
  let fake: FakeTelegram;
  let smtp: FakeSmtp;
  let office: StaffApp;
  let rina: Hired;
  let filed: Filed;
  let staff: StaffPage;
  let admin: StaffPage;

  before(async () => {
    [fake, smtp] = await Promise.all([startFakeTelegram({ retryScale: 0.01 }), startFakeSmtp()]);
    clock.shift(AT_WORK.getTime() - clock.now().getTime());
    const config = loadConfig({
      DATA_DIR: folder.dataDir,
      HTTP_PORT: '0',
      TELEGRAM_BOT_TOKEN: fake.token,
      TELEGRAM_API_ROOT: fake.apiRoot,
      SMTP_URL: smtp.url,
      SMTP_FROM: 'kanal@kota.example',
      TENANT_NAME: evil('site'),
    });
    const log = createLog('silent');
    const pushLanes = createPushLanes({ config, clock, log, root: folder.root, tell: () => undefined });
    office = await startStaffApp({ config, log, clock, pushLanes, root: folder.root });
    rina = await hireEvil(office);
    await fileNames(office);
    filed = await fileMatter(fake, rina);
    const sign = { login: 'ratna', password: GOOD_PASSWORD };
    await createStaffClient(office.url).send('POST', '/login', sign, { 'User-Agent': evil('browser') });
    staff = await openStaffPage(browser(), office.url, { login: rina.login });
    admin = await openStaffPage(browser(), office.url, { login: 'ratna' });
  });
  after(async () => {
    await office?.close();
    await Promise.all([fake?.stop(), smtp?.stop()]);
    folder.remove();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await staff?.picture('xss-failed');
  });

  /** Opens a view, waits for all of the marks, and finds nothing in it that was made of them. */
  async function look(page: StaffPage, hash: string, marks: readonly string[]): Promise<void> {
    await page.go(hash.replace('CHAT', filed.chatId).replace('CASE', filed.number));
    for (const mark of marks) {
      const isShown = `(${EVERYTHING}).includes(${JSON.stringify(shown(mark))})`;
      await until(`${mark} in ${hash}`, () => page.ask<boolean>(isShown));
    }
    await page.page.waitForNetworkIdle({ idleTime: 50, concurrency: 2 });
    await nothingForeign(page);
  }

  async function nothingForeign(page: StaffPage): Promise<void> {
    expect(await page.ask<string[]>(FOREIGN)).to.deep.equal([]);
    expect(page.errors).to.deep.equal([]);
  }

  for (const [name, hash, marks] of STAFF_VIEWS) it(`stays text in ${name}`, () => look(staff, hash, marks));
  for (const [name, hash, marks] of ADMIN_VIEWS)
    it(`stays text for an admin in ${name}`, () => look(admin, hash, marks));

  it('stays text in lists that open, in a reply being written and in its advice', async () => {
    await staff.go(`#/inbox/${filed.chatId}`);
    await staff.sees('Balas', '.reply');
    await staff.page.focus('.reply textarea');
    await staff.page.keyboard.type('/jahat');
    await staff.sees(shown('canned-title'), '.reply');
    await staff.press('Enter');
    await until('the answer to be filled in', async () =>
      (await staff.ask<string>(`document.querySelector('.reply textarea').value`)).includes(shown('canned')),
    );
    await staff.page.keyboard.type(' disposisi');
    await staff.sees(shown('advice'), '.guide');
    const picker = await staff.page.waitForSelector('.reply input[type=file]');
    await (picker as UploadField | null)?.uploadFile(folder.evilFile);
    await staff.sees(shown('file'), '.tray');
    await staff.misses('Mengunggah', '.tray');
    await nothingForeign(staff);
    await staff.tap('Kirim', '.reply');
    await staff.misses(shown('file'), '.reply');
  });

  it('stays text in dialogs and menus', async () => {
    await staff.go(`#/inbox/${filed.chatId}`);
    await staff.tap('Alihkan', '.conv-deeds');
    await staff.sees(shown('unit'), 'dialog');
    await nothingForeign(staff);
    await staff.press('Escape');
    await staff.tap('Konteks', '.side-tabs');
    await staff.tap('Tampilkan identitas', '.context');
    await staff.write('Alasan (dicatat dalam audit)', 'Perlu menelepon untuk kunjungan');
    await staff.tap('Tampilkan identitas', '.context');
    await staff.sees(shown('name'), '.revealed');
    await nothingForeign(staff);
    await staff.go(`#/cases/${filed.number}`);
    for (const [entry, mark] of [
      ['Ganti kategori', 'category'],
      ['Gabungkan', 'twin'],
    ] as const) {
      await staff.tap('Tindakan lain', '.case-actions');
      await staff.tap(entry, '.case-actions');
      await staff.sees(shown(mark), 'dialog');
      await nothingForeign(staff);
      await staff.press('Escape');
    }
    await staff.go('#/cases?view=all');
    await staff.tap('Saringan tersimpan', '.filters');
    await staff.sees(shown('view'), '.menu-sheet');
    await nothingForeign(staff);
  });

  it('stays text on the page of the citizen, whoever wrote it', async () => {
    const chat = await openChatPage(browser(), office.url);
    expect(await chat.ask<string>(`document.querySelector('h1').innerText`)).to.contain(shown('site'));
    await chat.say('lapor bayar tidak');
    await chat.sees(shown('faq'));
    await chat.say(`Jalan berlubang ${evil('citizen')} di Jl. Kenanga RT 01 sejak kemarin javascript:hit('link')`);
    await chat.sees(shown('citizen'));
    await chat.tap('Kirim');
    await chat.sees(shown('category'));
    await chat.say('petugas');
    await chat.sees('saya panggilkan petugas');
    await chat.say(evil('answer-asked'));
    await staff.go('#/inbox?view=queue');
    await staff.sees(shown('answer-asked'), '.rows');
    await staff.press('j', 'Enter');
    await staff.tap('Ambil', '.conv-deeds');
    await staff.sees('Balas', '.reply');
    await staff.page.focus('.reply textarea');
    await staff.page.keyboard.type(`Baik. ${evil('answer')}`);
    await staff.tap('Kirim', '.reply');
    await chat.sees(shown('answer'));
    expect(await chat.ask<string[]>(FOREIGN)).to.deep.equal([]);
    expect(chat.errors).to.deep.equal([]);
    await chat.close();
  });

  it('is not in alerts, which carry no markup anybody wrote', async () => {
    const budi = await office.hire('agent', ['dinas_pu'], 'budi');
    await office.admin.send('PATCH', `/staff/${budi.id}`, { name: `Budi ${evil('budi')}` });
    await budi.client.send('PUT', '/me/alerts', {
      ...{ kinds: ['assigned', 'mentioned'], telegram: false, email: true, emailAddress: 'budi@kota.example' },
    });
    clock.shift(3 * 60_000);
    const { app } = office;
    for (const what of ['assigned', 'mentioned'] as const)
      await app.alerts.raise({ _id: what, what, subject: evil(what), staffId: budi.id, at: clock.now() });
    await until('both mails', async () => {
      await app.deliverAlerts();
      return smtp.mails.length === 2;
    });
    expect(smtp.mails.map(({ raw }) => raw).join('')).not.to.match(/<img|hit\(|text\/html/);
    const sent = fake.callsOf('sendMessage').map(({ payload }) => payload);
    expect(sent.some(({ text }) => String(text).includes(shown('reply')))).to.equal(true);
    expect(sent.filter((payload) => 'parse_mode' in payload)).to.deep.equal([]);
  });

  it('meets pages that would run nothing of it anyway', async () => {
    for (const path of ['/console', '/chat']) {
      const policy = (await fetch(office.url + path)).headers.get('content-security-policy') ?? '';
      expect(policy).to.contain("default-src 'none'").and.contain("require-trusted-types-for 'script'");
      expect(policy).not.to.match(/unsafe-(inline|eval|hashes)/);
    }
  });
});

/** The handle of a file field; its own type would bring in the types of a browser. */
interface UploadField {
  uploadFile(...paths: string[]): Promise<void>;
}
