import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadConfig } from '../../src/config.js';
import { createLog } from '../../src/core/log.js';
import { createPushLanes } from '../../src/push-lanes.js';
import type { AlertKind } from '../../src/staff/alert-kinds.js';
import type { AlertSend } from '../../src/staff/alert-sends.js';
import { createAlertSettings } from '../../src/staff/alert-settings.js';
import type { MyAlerts, TelegramCode } from '../../src/staff/api/my-alerts.js';
import { createTelegramLinks } from '../../src/staff/links-telegram.js';
import { findRunningStore } from '../../src/store/embedded/start.js';
import { fileCase } from '../cases/case-life.js';
import { TEST_KEYS } from '../fakes/keys.js';
import { type FakeSmtp, startFakeSmtp } from '../fakes/smtp-server.js';
import { type Hired, type StaffApp, startStaffApp } from '../fakes/staff-app.js';
import { type FakeTelegram, startFakeTelegram } from '../fakes/telegram-server.js';
import { createCitizen, createShiftedClock } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

const ROOT = new URL('../..', import.meta.url).pathname;

describe('alerts to staff who are not looking', () => {
  let test: StaffApp;
  let fake: FakeTelegram;
  let smtp: FakeSmtp;
  let dataDir: string;
  const clock = createShiftedClock();
  let count = 0;

  before(async () => {
    // a Tuesday morning in Jakarta
    clock.shift(Date.parse('2026-12-01T02:00:00Z') - clock.now().getTime());
    [fake, smtp] = await Promise.all([startFakeTelegram({ retryScale: 0.01 }), startFakeSmtp()]);
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-alerts-'));
    const config = loadConfig({
      DATA_DIR: dataDir,
      HTTP_PORT: '0',
      TELEGRAM_BOT_TOKEN: fake.token,
      TELEGRAM_API_ROOT: fake.apiRoot,
      SMTP_URL: smtp.url,
      SMTP_FROM: 'kanal@kota.example',
    });
    const log = createLog('silent');
    const pushLanes = createPushLanes({ config, clock, log, root: ROOT, tell: () => undefined });
    test = await startStaffApp({ config, log, clock, pushLanes });
  });
  after(async () => {
    await test.close();
    await Promise.all([fake.stop(), smtp.stop()]);
    await rm(dataDir, { recursive: true, force: true });
  });

  const sends = () => test.app.connection.getClient().db(test.app.connection.name).collection<AlertSend>('alert_sends');
  const choose = async (who: Hired, more: object) => {
    const body = { kinds: ['assigned', 'queue_waiting'], telegram: false, email: false, ...more };
    const response = await who.client.send('PUT', '/me/alerts', body);
    expect(response.status, await response.clone().text()).to.equal(200);
    return (await response.json()) as MyAlerts;
  };
  const byMail = (who: Hired, more: object = {}) =>
    choose(who, { email: true, emailAddress: `${who.login}@kota.example`, ...more });
  const raise = async (what: AlertKind, more: object = {}) => {
    count += 1;
    const alert = { _id: `test-${count}`, what, subject: `LP-261124-000${count}`, at: clock.now(), ...more };
    await test.app.alerts.raise(alert);
    await test.app.deliverAlerts();
    return alert;
  };
  const settled = async (alertId: string) => {
    await until(`${alertId} is settled`, async () => {
      await test.app.deliverAlerts();
      return (
        (await sends().countDocuments({ _id: { $gte: alertId, $lt: `${alertId}0` }, sendAt: { $exists: true } })) === 0
      );
    });
    return sends()
      .find({ _id: { $gte: `${alertId}/`, $lt: `${alertId}0` } })
      .toArray();
  };
  const mailsTo = (who: Hired) => smtp.mails.filter(({ to }) => to === `${who.login}@kota.example`);

  it('come by e-mail without content, to whom they concern, once in however many processes', async () => {
    const sari = await test.hire('agent', ['dinas_pu'], 'sari');
    const budi = await test.hire('agent', ['dinas_pu'], 'budi');
    await byMail(sari);
    await byMail(budi);
    const storeUri = await findRunningStore(join(dataDir, 'store'));
    const second = await test.join({ clock, ...(storeUri ? { storeUri } : {}) });
    const { _id, subject } = await raise('assigned', { staffId: sari.id });
    await Promise.all([second.deliverAlerts(), test.app.deliverAlerts()]);
    await settled(_id);
    expect(mailsTo(sari).length).to.equal(1);
    expect(mailsTo(budi).length).to.equal(0);
    expect(mailsTo(sari)[0]?.raw).to.include(subject);
    expect(mailsTo(sari)[0]?.raw).to.include(`Message-ID: <${_id}.${sari.id}.email@kota.example>`);
  });

  it('come to a Telegram account that was linked by a code sent to the bot, which is no chat of a citizen', async () => {
    const dewi = await test.hire('agent', ['dinas_pu'], 'dewi');
    const { code, send } = await dewi.client.post<TelegramCode>('/me/telegram-code');
    const phone = fake.citizen(41_001, 'Dewi');
    phone.say(send);
    await until('the bot has answered', () => phone.heard().length === 1);
    expect(phone.heard()[0]).to.include('pemberitahuan petugas');
    const turns = test.app.connection.getClient().db(test.app.connection.name).collection('turns');
    expect(await turns.countDocuments({ lane: /^telegram/ })).to.equal(0);
    expect(await choose(dewi, { telegram: true })).to.include({ telegramLinked: true, canTelegram: true });
    const { _id } = await raise('assigned', { staffId: dewi.id });
    await settled(_id);
    expect(phone.heard()[1]).to.match(/^Laporan LP-261124-\d{4} diserahkan kepada Anda\./);
    // a code is good once
    const other = fake.citizen(41_002, 'Orang');
    other.say(`/start ${code}`);
    await until('the bot has answered', () => other.heard().length === 1);
    expect(other.heard()[0]).to.include('tidak berlaku');
    expect(await dewi.client.get<MyAlerts>('/me/alerts')).to.include({ telegramLinked: true });
    expect((await dewi.client.send('DELETE', '/me/telegram')).status).to.equal(204);
    expect(await dewi.client.get<MyAlerts>('/me/alerts')).to.include({ telegramLinked: false, telegram: false });
  });

  it('are tried again when the mail server puts them off, and not sent twice', async () => {
    const tono = await test.hire('agent', ['dinas_pu'], 'tono');
    await byMail(tono);
    smtp.putOff(1);
    const { _id } = await raise('assigned', { staffId: tono.id });
    await until('the first try failed', async () => (await sends().findOne({ staffId: tono.id }))?.attempt === 1);
    expect(mailsTo(tono).length).to.equal(0);
    clock.shift(61_000);
    const [send] = await settled(_id);
    expect(send).to.include({ attempt: 2 });
    expect(send?.sentAt).to.be.instanceOf(Date);
    expect(mailsTo(tono).length).to.equal(1);
  });

  it('are left out for who has the console open, or had a minute ago', async () => {
    const lina = await test.hire('agent', ['dinas_pu'], 'lina');
    await byMail(lina);
    const abort = new AbortController();
    const cookie = [...lina.client.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    await fetch(`${test.url}/api/staff/live`, { headers: { Cookie: cookie }, signal: abort.signal });
    const open = await raise('assigned', { staffId: lina.id });
    expect((await settled(open._id))[0]).to.include({ skipped: 'looking' });
    abort.abort();
    const shortly = await raise('assigned', { staffId: lina.id });
    expect((await settled(shortly._id))[0]).to.include({ skipped: 'looking' });
    clock.shift(3 * 60_000);
    const later = await raise('assigned', { staffId: lina.id });
    await settled(later._id);
    expect(mailsTo(lina).length).to.equal(1);
  });

  it('wait for the end of quiet hours, but for danger to life', async () => {
    const ani = await test.hire('agent', ['dinas_pu'], 'ani');
    const quietHours = { from: '08:00', to: '12:00' };
    await byMail(ani, { kinds: ['assigned', 'danger'], quietHours });
    const { _id } = await raise('assigned', { staffId: ani.id });
    const [owed] = await sends().find({ staffId: ani.id }).toArray();
    expect(owed?.sendAt?.toISOString()).to.equal('2026-12-01T05:00:00.000Z');
    const danger = await raise('danger', { subject: 'chat', staffId: ani.id });
    await settled(danger._id);
    expect(mailsTo(ani).length).to.equal(1);
    expect(await sends().countDocuments({ _id: { $regex: `^${_id}/` }, sentAt: { $exists: true } })).to.equal(0);
  });

  it('of a queue go to the unit it waits in, and not for each chat anew', async () => {
    const here = await test.hire('coordinator', ['dinas_perhubungan'], 'hasan');
    const elsewhere = await test.hire('coordinator', ['dinas_kesehatan'], 'nuri');
    await byMail(here, { kinds: ['queue_waiting'] });
    await byMail(elsewhere, { kinds: ['queue_waiting'] });
    const first = await raise('queue_waiting', { subject: 'a', unit: 'dinas_perhubungan' });
    await settled(first._id);
    const second = await raise('queue_waiting', { subject: 'b', unit: 'dinas_perhubungan' });
    expect((await settled(second._id))[0]).to.include({ skipped: 'told_lately' });
    expect(mailsTo(here).length).to.equal(1);
    expect(mailsTo(elsewhere).length).to.equal(0);
  });

  it('are raised when a case is given to somebody, and when a citizen is in danger', async () => {
    const rudi = await test.hire('agent', ['dinas_pu'], 'rudi');
    await byMail(rudi, { kinds: ['assigned', 'danger'] });
    const { number } = await fileCase(test.app, 'Jalan berlubang di Jl. Melati RT 02 sejak kemarin');
    const by = { role: 'coordinator', id: 'koord' } as const;
    await test.app.caseService.change({ number, to: 'verified', by, key: 'v-1' });
    await test.app.caseService.change({ number, to: 'assigned', by, key: 'a-1', staffId: rudi.id });
    await createCitizen(test.app, 'bahaya', clock).say('tolong rumah tetangga saya terbakar');
    await until('both mails are there', async () => {
      await test.app.deliverAlerts();
      return mailsTo(rudi).length === 2;
    });
    const texts = mailsTo(rudi).map(({ raw }) => raw);
    expect(texts.some((raw) => raw.includes(number))).to.equal(true);
    expect(texts.join('\n')).not.to.match(/terbakar|Melati/);
  });

  it('are led elsewhere by nobody but the person, signed in', async () => {
    const tari = await test.hire('agent', ['dinas_pu'], 'tari');
    const { token } = await tari.client.post<{ token: string }>('/tokens', { name: 'skrip', scopes: ['case:*'] });
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const ways: readonly (readonly [string, string, object?])[] = [
      ['GET', '/me/alerts'],
      ['PUT', '/me/alerts', { kinds: [], telegram: false, email: true, emailAddress: 'x@y.example' }],
      ['POST', '/me/telegram-code', {}],
      ['DELETE', '/me/telegram', {}],
    ];
    for (const [method, path, body] of ways) {
      const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
      expect((await fetch(`${test.url}/api/staff${path}`, init)).status, `${method} ${path}`).to.equal(403);
    }
  });

  it('are not sent to an account that was shut, nor when they are too old', async () => {
    const gone = await test.hire('agent', ['dinas_pu'], 'gina');
    await byMail(gone);
    await test.app.staff.accounts.change(gone.id, { isActive: false }, 'test');
    const { _id } = await raise('assigned', { staffId: gone.id });
    expect(await settled(_id)).to.deep.equal([]);
    const late = await test.hire('agent', ['dinas_pu'], 'lulu');
    await byMail(late);
    const old = await raise('assigned', { staffId: late.id, at: new Date(clock.now().getTime() - 20 * 3_600_000) });
    expect(await settled(old._id)).to.deep.equal([]);
    expect(mailsTo(late).length + mailsTo(gone).length).to.equal(0);
  });

  // the last two: they move the time on by more than a session lasts
  it('go to nobody who guesses codes: after five wrong ones a right one looks wrong, and is not used up', async () => {
    const rina = await test.hire('agent', ['dinas_pu'], 'rina');
    const { code } = await rina.client.post<TelegramCode>('/me/telegram-code');
    const guesser = fake.citizen(41_003, 'Orang');
    const guess = async (text: string) => {
      guesser.say(text);
      await until('it is taken in', () => fake.queue.pendingCount === 0);
    };
    for (let tries = 0; tries < 7; tries++)
      await guess(`/start staf-${'abcdefgh2345'.slice(tries)}${'z'.repeat(tries)}`);
    await guess(`/start ${code}`);
    await until('the bot has answered', () => guesser.heard().length === 6);
    expect(
      guesser
        .heard()
        .slice(0, 5)
        .every((text) => text.includes('tidak berlaku')),
    ).to.equal(true);
    expect(guesser.heard()[5]).to.include('Terlalu banyak kode yang salah');
    expect(await rina.client.get<MyAlerts>('/me/alerts')).to.include({ telegramLinked: false });
    const phone = fake.citizen(41_004, 'Rina');
    phone.say(`/start ${code}`);
    await until('the bot has answered', () => phone.heard().length === 1);
    expect(await rina.client.get<MyAlerts>('/me/alerts')).to.include({ telegramLinked: true });
    clock.shift(15 * 60_000);
    await guess('/start staf-abcdefgh2345');
    await until('the bot has answered', () => guesser.heard().length === 7);
    expect(guesser.heard()[6]).to.include('tidak berlaku');
  });

  it('go to nobody who guesses codes from many accounts, all at once', async () => {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const settings = createAlertSettings({ db, keys: TEST_KEYS });
    const links = createTelegramLinks({ db, keys: TEST_KEYS, clock, settings });
    const from = (chatId: number) => ({ channel: 'telegram', account: '9009', chatId: String(chatId) }) as const;
    const tries = Array.from({ length: 250 }, (_, chat) => links.take('a'.repeat(12), from(chat)));
    const types = (await Promise.all(tries)).map(({ type }) => type);
    expect(types.filter((type) => type === 'refused')).to.have.length(200);
    expect(types.filter((type) => type === 'ignored')).to.have.length(50);
    const { code } = await links.makeCode('sari');
    expect((await links.take(code.slice(5), from(999))).type).to.equal('ignored');
    clock.shift(15 * 60_000 - 1000);
    const { code: later } = await links.makeCode('sari');
    clock.shift(1000);
    expect(await links.take(later.slice(5), from(999))).to.deep.equal({ type: 'linked', staffId: 'sari' });
  });
});
