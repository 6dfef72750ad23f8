import { expect } from 'chai';
import sharp from 'sharp';
import { FETCH_DELAYS_MS } from '../../../src/channels/whatsapp-web/attachments.js';
import type { RawMessage } from '../../../src/channels/whatsapp-web/raw-message.js';
import { LANE } from '../../../src/channels/whatsapp-web/whatsapp-web.js';
import { createLog } from '../../../src/core/log.js';
import { createChannelStates } from '../../../src/staff/channel-states.js';
import { until } from '../../fakes/until.js';
import { Refusal } from '../../fakes/whatsapp-page/scripted-child.js';
import { startWebRig, type WebRig } from './whole-rig.js';

const REPORT = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';
const NUMBER = /LP-\d{6}-\d{4}/;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MB = 1024 * 1024;

describe('faults and odd input between the service and WhatsApp Web', function () {
  this.timeout(90_000);
  let rig: WebRig;
  let chats = 0;
  let ids = 0;
  /** What the page has of each file; what isn't here can't be downloaded. */
  const files = new Map<string, Buffer>();

  before(async () => {
    rig = await startWebRig();
    rig.phone.answer('download', (call) => {
      const bytes = call.do === 'download' ? files.get(call.ref) : undefined;
      if (!bytes) throw new Refusal('file');
      return { bytes, mimeType: 'image/jpeg' };
    });
    rig.phone.ready();
  });
  after(() => rig.close());

  const chatOf = () => {
    chats += 1;
    return `62813500${1000 + chats}@c.us`;
  };
  const write = (chat: string, more: Partial<RawMessage>, live?: 'live') => {
    ids += 1;
    rig.phone.write({ chat, id: `IN${ids}`, ...more }, live);
  };
  /** @returns what is heard for it */
  const hears = async (chat: string, more: Partial<RawMessage> | string): Promise<string> => {
    const before = rig.heardBy(chat).length;
    write(chat, typeof more === 'string' ? { text: more } : more, 'live');
    await until('an answer is heard', () => rig.heardBy(chat).length > before);
    return rig.heardBy(chat).slice(before).join('\n');
  };
  const photoOf = (background: string) =>
    sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .jpeg()
      .toBuffer();
  const photo = (ref: string, more: Partial<RawMessage> = {}): Partial<RawMessage> => ({
    ref,
    type: 'image',
    mimeType: 'image/jpeg',
    hasFile: true,
    text: '',
    ...more,
  });
  const startAnew = async () => {
    const lives = rig.phone.lives();
    const db = rig.test.app.connection.getClient().db(rig.test.app.connection.name);
    const { keys } = rig.test.app;
    await createChannelStates({ db, keys, clock: rig.clock, log: createLog('silent'), lanes: [] }).askRestart(LANE);
    await until('another session is started', () => rig.phone.lives() > lives);
    rig.phone.ready();
  };

  it('an answer written before its question, and late to arrive, answers nothing', async () => {
    const chat = chatOf();
    expect(await hears(chat, REPORT)).to.include('1. Kirim');
    const sentAtSeconds = Math.floor((rig.clock.now().getTime() - HOUR_MS) / 1000);
    const answer = await hears(chat, { text: 'kirim', sentAtSeconds });
    expect(answer).to.include('sebelum pertanyaan ini muncul').and.not.to.match(NUMBER);
  });

  it('numbers and buttons that nobody offered change nothing, and the open question comes back', async () => {
    const chat = chatOf();
    await hears(chat, REPORT);
    expect(await hears(chat, '17'))
      .to.include('1. Kirim')
      .and.not.match(NUMBER);
    const forged = { type: 'buttons_response', text: 'Hapus semua laporan' };
    expect(await hears(chat, forged)).to.not.match(NUMBER);
    expect(await hears(chat, 'kirim')).to.match(NUMBER);
  });

  it('kinds that can not be used get a polite word, and the report goes on', async () => {
    const chat = chatOf();
    await hears(chat, REPORT);
    for (const type of ['sticker', 'poll_creation', 'order'])
      expect(await hears(chat, { type, text: '' }), type).to.not.match(NUMBER);
    expect(await hears(chat, 'kirim')).to.match(NUMBER);
  });

  it('files that are empty, broken, too large, gone or not what they say hold no report up', async () => {
    const chat = chatOf();
    const whole = await photoOf('#a33');
    files.set('EMPTY', Buffer.alloc(0));
    files.set('CUT', whole.subarray(0, 200));
    files.set('PAGE', Buffer.from('<html><script>alert(1)</script></html>'));
    files.set('HUGE', whole);
    await hears(chat, REPORT);
    for (const ref of ['EMPTY', 'CUT', 'PAGE', 'GONE']) write(chat, photo(ref), 'live');
    write(chat, photo('HUGE', { sizeBytes: 101 * MB }), 'live');
    await until('the limit is told', () => rig.heardBy(chat).join().includes('20 MB'));
    expect(rig.phone.callsOf('download').map(({ ref }) => ref)).to.not.include('HUGE');
    await until('it is filed', async () => NUMBER.test(await hears(chat, 'kirim')));
  });

  it('read, delivered and sent, told in this order, come to read', async () => {
    const chat = chatOf();
    await hears(chat, 'halo');
    const outs = async () => (await rig.turnsOf(chat)).flatMap(({ out }) => out);
    await until('it is noted as sent', async () => (await outs())[0]?.state === 'sent');
    const [out] = await outs();
    const id = out?.state === 'sent' ? out.platformId : '';
    for (const ack of [3, 2, 1]) rig.phone.tell({ type: 'ack', id, ack });
    rig.phone.tell({ type: 'ack', id: 'LAST', ack: 1 });
    const receipts = rig.test.app.connection.collection<{ _id: string; rank: number }>('receipts');
    await until('all are kept', async () => (await receipts.findOne({ _id: 'whatsapp_web:LAST' })) !== null);
    expect(await receipts.findOne({ _id: `whatsapp_web:${id}` })).to.include({ rank: 3 });
  });

  it('an answer typed while we were away for ten minutes counts once, when we are back', async () => {
    const chat = chatOf();
    await hears(chat, REPORT);
    const lives = rig.phone.lives();
    rig.phone.die('browser_gone');
    write(chat, { text: '1' });
    rig.clock.shift(10 * MINUTE_MS);
    await until('another session is started', () => rig.phone.lives() > lives);
    rig.phone.ready();
    await until('a number is heard', () => NUMBER.test(rig.heardBy(chat).join('\n')));
    const conversationId = rig.conversationOf(chat);
    expect(await rig.test.app.connection.collection('reporters').countDocuments({ conversationId })).to.equal(1);
  });

  it('a photo that fails to come three times: the case is filed without it, and has it when it comes', async () => {
    const chat = chatOf();
    await hears(chat, REPORT);
    await hears(chat, photo('LATE'));
    const attempt = async () => (await rig.turnsOf(chat)).find(({ fetchAt }) => fetchAt)?.fetchAttempt;
    await until('the first try failed', async () => (await attempt()) === 1);
    const number = NUMBER.exec(await hears(chat, 'kirim'))?.[0] ?? '';
    const evidence = async () => (await rig.test.app.cases.find(number))?.evidence ?? [];
    expect((await evidence()).map(({ fileId }) => fileId)).to.deep.equal([undefined]);
    const tryAgain = async (tries: number) => {
      rig.clock.shift(FETCH_DELAYS_MS[tries - 1] ?? 0);
      await rig.test.app.conversations.sweepFiles();
    };
    await tryAgain(1);
    await tryAgain(2);
    expect(await attempt()).to.equal(3);
    files.set('LATE', await photoOf('#3a3'));
    await tryAgain(3);
    expect(await attempt()).to.equal(undefined);
    const [came] = await evidence();
    expect(came?.fileId).to.be.a('string');
    expect(came).to.not.have.property('refused');
  });

  it('a photo at WhatsApp leaves its sender’s number in clear nowhere', async () => {
    const chat = chatOf();
    const ref = `false_${chat}_3EB0`;
    await hears(chat, REPORT);
    await hears(chat, photo(ref));
    await until('a number is heard', async () => NUMBER.test(await hears(chat, 'kirim')));
    expect(rig.phone.callsOf('download').map((call) => call.ref)).to.include(ref);
    const [digits = ''] = chat.split('@');
    const { connection } = rig.test.app;
    const db = connection.getClient().db(connection.name);
    for (const { name } of await db.listCollections().toArray())
      expect(JSON.stringify(await db.collection(name).find({}).toArray()), name).to.not.include(digits);
    expect(rig.logged()).to.not.include(digits);
  });

  it('a message told again after a day and an hour, and after eight days, is the same message', async () => {
    const chat = chatOf();
    await hears(chat, { id: 'AGAIN', text: 'halo' });
    const [raw] = rig.phone.chats.get(chat)?.messages ?? [];
    for (const laterMs of [25 * HOUR_MS, 8 * DAY_MS - 25 * HOUR_MS]) {
      rig.clock.shift(laterMs);
      // with it goes what the session remembers
      await startAnew();
      rig.phone.tell({ type: 'message', event: 'new', raw });
      await hears(chat, 'menu');
    }
    const own = (await rig.turnsOf(chat)).filter(({ source }) => source.kind === 'citizen');
    expect(own.map(({ source }) => source.key).filter((key) => key === 'AGAIN')).to.have.length(1);
    expect(own).to.have.length(3);
  });
});
