import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LANE } from '../../../src/channels/whatsapp-web/whatsapp-web.js';
import { loadConfig } from '../../../src/config.js';
import { systemClock } from '../../../src/core/clock.js';
import { conversationIdOf } from '../../../src/core/ids.js';
import { createLog } from '../../../src/core/log.js';
import { createPushLanes } from '../../../src/push-lanes.js';
import type { ChannelState } from '../../../src/staff/channel-states.js';
import { createChannelStates } from '../../../src/staff/channel-states.js';
import { createFindReceipts } from '../../../src/staff/message-receipts.js';
import { startTestApp, type TestApp } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { createScriptedPhone, type ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';

const SITI = '6281300000001@c.us';

describe('the service on WhatsApp Web', () => {
  let dataDir: string;
  let phone: ScriptedPhone;
  let test: TestApp;
  const told: string[] = [];
  const lines: string[] = [];

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-web-'));
    phone = createScriptedPhone(systemClock.now);
    const config = loadConfig({
      DATA_DIR: dataDir,
      HTTP_PORT: '0',
      WHATSAPP_WEB: '1',
      WHATSAPP_WEB_PER_MINUTE: '120',
      // any program will do for a browser that is never started
      CHROMIUM_PATH: process.execPath,
    });
    const log = createLog('debug', { write: (line: string) => void lines.push(line) });
    const root = new URL('../../..', import.meta.url).pathname;
    const browser = { startChild: phone.startChild };
    const tell = (text: string) => void told.push(text);
    const pushLanes = createPushLanes({ config, clock: systemClock, log, root, tell, browser });
    test = await startTestApp({ config, log, pushLanes });
    await until('the browser process is started', () => phone.lives() === 1);
  });
  after(async () => {
    await test.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const db = () => test.app.connection.getClient().db(test.app.connection.name);
  const states = () =>
    createChannelStates({ db: db(), keys: test.app.keys, clock: systemClock, log: createLog('silent'), lanes: [] });
  const state = async (): Promise<ChannelState | undefined> =>
    (await states().list()).find(({ lane }) => lane === LANE);
  const health = async () => {
    const answer = await fetch(`${test.url}/readyz`);
    return { code: answer.status, parts: ((await answer.json()) as { parts: Record<string, string> }).parts };
  };
  const conversationId = () => conversationIdOf(test.app.keys.addressKey, 'whatsapp_web', 'main', SITI);
  const heard = () => phone.callsOf('send').flatMap(({ chatId, text }) => (chatId === SITI ? [text] : []));

  it('warns at its start, shows the code to whoever looks, and asks staff to scan it', async () => {
    expect(told.join('\n')).to.include('unofficial');
    phone.tell({ type: 'qr', data: '2@SECRETREF,key' });
    await until('the state is told', async () => (await state())?.state === 'needs_qr');
    expect((await state())?.qr?.data).to.equal('2@SECRETREF,key');
    expect(told.join('\n')).to.include('Scan this');
    expect(await health()).to.deep.include({ code: 200 });
    expect((await health()).parts[LANE]).to.equal('needs_qr');
    const alerted = async () =>
      (await test.app.alerts.recent(10)).filter(({ what, subject }) => what === 'channel' && subject === LANE);
    await until('staff are alerted', async () => (await alerted()).length === 1);
    expect(lines.join('')).to.not.include('SECRETREF');
  });

  it('is ready once the phone is paired, and answers with numbered lines', async () => {
    phone.ready();
    await until('the state is told', async () => (await state())?.state === 'ready');
    expect((await health()).parts[LANE]).to.equal('ok');
    phone.write({ chat: SITI, id: 'IN1', text: 'lampu jalan mati di Jl. Mawar RT 03 sejak seminggu' }, 'live');
    await until('the summary is heard', () => heard().length === 1);
    expect(heard()[0]).to.include('1. Kirim');
    await until('it is seen', () => phone.callsOf('seen').length > 0);
  });

  it('keeps how far its answer got, under the id that staff look for', async () => {
    phone.tell({ type: 'ack', id: 'OUT1', ack: 3 });
    const find = createFindReceipts(db());
    await until('it is read', async () => {
      const turns = await test.app.conversations.turns.after(conversationId(), 0, 10);
      return (await find(turns))('OUT1')?.state === 'read';
    });
  });

  it('is silent where somebody answers on the phone', async () => {
    phone.write({ chat: SITI, id: 'PHONE1', text: 'Saya bantu ya, Bu', fromMe: true }, 'live');
    const mode = async () => (await test.app.conversations.turns.tip(conversationId()))?.after.mode;
    await until('it is a takeover', async () => (await mode()) === 'staff');
  });

  it('tries nothing while the session is away, and sends what is owed as soon as it is back', async () => {
    const chat = '6281300000002@c.us';
    const id = conversationIdOf(test.app.keys.addressKey, 'whatsapp_web', 'main', chat);
    const outs = async () => (await test.app.conversations.turns.after(id, 0, 10)).flatMap(({ out }) => out);
    phone.write({ chat, id: 'IN9', text: 'got mampet di Jl. Anggrek RT 02 sejak kemarin' }, 'live');
    await until('the answer is owed', async () => (await outs()).length === 1);
    phone.die('browser_gone');
    await until('it is due', async () => {
      const [out] = await outs();
      return out?.state === 'due' && out.dueAt < systemClock.now();
    });
    phone.ready();
    await until('it is heard', () => phone.callsOf('send').some(({ chatId }) => chatId === chat));
    expect(lines.join('')).to.not.include('send failed');
  });

  it('starts its session anew when an admin asks, and says when it was lost and why', async () => {
    phone.die('CONFLICT');
    await until('the loss is told', async () => (await state())?.lastError === 'CONFLICT');
    const lives = phone.lives();
    expect(await states().askRestart(LANE)).to.equal(true);
    await until('another is started', () => phone.lives() > lives);
    phone.ready();
    await until('ready again', async () => (await state())?.state === 'ready');
  });
});
