import { expect } from 'chai';
import { LANE } from '../../../src/channels/whatsapp-web/whatsapp-web.js';
import { systemClock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import { type ChannelState, createChannelStates } from '../../../src/staff/channel-states.js';
import { createFindReceipts } from '../../../src/staff/message-receipts.js';
import { until } from '../../fakes/until.js';
import { startWebRig, type WebRig } from './whole-rig.js';

const SITI = '6281300000001@c.us';

describe('the service on WhatsApp Web', function () {
  this.timeout(60_000);
  let rig: WebRig;

  before(async () => {
    rig = await startWebRig();
  });
  after(() => rig.close());

  const db = () => rig.test.app.connection.getClient().db(rig.test.app.connection.name);
  const states = () =>
    createChannelStates({ db: db(), keys: rig.test.app.keys, clock: systemClock, log: createLog('silent'), lanes: [] });
  const state = async (): Promise<ChannelState | undefined> =>
    (await states().list()).find(({ lane }) => lane === LANE);
  const health = async () => {
    const answer = await fetch(`${rig.test.url}/readyz`);
    return { code: answer.status, parts: ((await answer.json()) as { parts: Record<string, string> }).parts };
  };

  it('warns at its start, shows the code to whoever looks, and asks staff to scan it', async () => {
    expect(rig.told.join('\n')).to.include('unofficial');
    rig.phone.tell({ type: 'qr', data: '2@SECRETREF,key' });
    await until('the state is told', async () => (await state())?.state === 'needs_qr');
    expect((await state())?.qr?.data).to.equal('2@SECRETREF,key');
    expect(rig.told.join('\n')).to.include('Scan this');
    expect(await health()).to.deep.include({ code: 200 });
    expect((await health()).parts[LANE]).to.equal('needs_qr');
    const alerted = async () =>
      (await rig.test.app.alerts.recent(10)).filter(({ what, subject }) => what === 'channel' && subject === LANE);
    await until('staff are alerted', async () => (await alerted()).length === 1);
    expect(rig.logged()).to.not.include('SECRETREF');
  });

  it('is ready once the phone is paired, and answers with numbered lines', async () => {
    rig.phone.ready();
    await until('the state is told', async () => (await state())?.state === 'ready');
    expect((await health()).parts[LANE]).to.equal('ok');
    const metrics = await (await fetch(`${rig.test.url}/metrics`)).text();
    expect(metrics)
      .to.include('kanal_channel_state{channel="whatsapp_web",account="main",state="ready"} 1')
      .and.include(
        'kanal_channel_signals_total{channel="whatsapp_web",account="main",signal="needs_qr_raised",detail=""} 1',
      );
    rig.phone.write({ chat: SITI, id: 'IN1', text: 'lampu jalan mati di Jl. Mawar RT 03 sejak seminggu' }, 'live');
    await until('the summary is heard', () => rig.heardBy(SITI).length === 1);
    expect(rig.heardBy(SITI)[0]).to.include('1. Kirim');
    await until('it is seen', () => rig.phone.callsOf('seen').length > 0);
  });

  it('keeps how far its answer got, under the id that staff look for', async () => {
    rig.phone.tell({ type: 'ack', id: 'OUT1', ack: 3 });
    const find = createFindReceipts(db());
    await until('it is read', async () => {
      const turns = await rig.turnsOf(SITI);
      return (await find(turns))('OUT1')?.state === 'read';
    });
  });

  it('is silent where somebody answers on the phone', async () => {
    rig.phone.write({ chat: SITI, id: 'PHONE1', text: 'Saya bantu ya, Bu', fromMe: true }, 'live');
    const mode = async () => (await rig.test.app.conversations.turns.tip(rig.conversationOf(SITI)))?.after.mode;
    await until('it is a takeover', async () => (await mode()) === 'staff');
  });

  it('tries nothing while the session is away, and sends what is owed as soon as it is back', async () => {
    const chat = '6281300000002@c.us';
    const outs = async () => (await rig.turnsOf(chat)).flatMap(({ out }) => out);
    rig.phone.write({ chat, id: 'IN9', text: 'got mampet di Jl. Anggrek RT 02 sejak kemarin' }, 'live');
    await until('the answer is owed', async () => (await outs()).length === 1);
    rig.phone.die('browser_gone');
    await until('it is due', async () => {
      const [out] = await outs();
      return out?.state === 'due' && out.dueAt < systemClock.now();
    });
    rig.phone.ready();
    await until('it is heard', () => rig.heardBy(chat).length > 0);
    expect(rig.logged()).to.not.include('send failed');
  });

  it('starts its session anew when an admin asks, and says when it was lost and why', async () => {
    rig.phone.die('CONFLICT');
    await until('the loss is told', async () => (await state())?.lastError === 'CONFLICT');
    const lives = rig.phone.lives();
    expect(await states().askRestart(LANE)).to.equal(true);
    await until('another is started', () => rig.phone.lives() > lives);
    rig.phone.ready();
    await until('ready again', async () => (await state())?.state === 'ready');
  });
});
