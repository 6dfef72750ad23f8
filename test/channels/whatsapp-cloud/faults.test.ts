import { expect } from 'chai';
import sharp from 'sharp';
import { FETCH_DELAYS_MS } from '../../../src/channels/whatsapp-cloud/attachments.js';
import { opaqueIdOf } from '../../../src/channels/whatsapp-cloud/opaque-id.js';
import { TURN_SCHEMA, type Turn } from '../../../src/conversations/turn.js';
import { PHONE_NUMBER_ID } from '../../fakes/graph-server.js';
import { at } from '../../fakes/graph-server-rules.js';
import { deliver, envelope } from '../../fakes/graph-server-webhook.js';
import { until } from '../../fakes/until.js';
import { removalsOf } from './mutations.js';
import { envelopeOf, SAMPLES } from './payloads.js';
import { APP_SECRET, type CloudCitizen, startWholeRig, type WholeRig } from './whole-rig.js';
import { wordsOf } from './whole-story.js';

const REPORT = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';
const NUMBER = /LP-\d{6}-\d{4}/;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('faults and odd input between the service and WhatsApp Cloud', function () {
  this.timeout(90_000);
  let rig: WholeRig;
  let phones = 0;

  before(async () => {
    rig = await startWholeRig();
  });
  after(() => rig.close());

  const citizen = () => {
    phones += 1;
    return rig.citizen(`628135550${String(phones).padStart(3, '0')}`);
  };
  const turnsOf = ({ phone }: CloudCitizen): Promise<Turn[]> =>
    rig.test.app.conversations.turns.after(rig.conversationOf(phone), 0, 200);
  const settled = (who: CloudCitizen) =>
    until('nothing is owed', async () => (await turnsOf(who)).every((turn) => !turn.sendAt && !turn.applyAt));
  const hears = async (who: CloudCitizen, act: () => Promise<number>): Promise<string> => {
    const before = who.heard().length;
    expect(await act()).to.equal(200);
    await until('an answer is heard', () => who.heard().length > before);
    return who.heard().slice(before).map(wordsOf).join('\n');
  };

  it('a cut after a message left: it is sent once more, flagged, and never a third time', async () => {
    const siti = citizen();
    rig.graph.script({ answer: 'cut' });
    await siti.say('halo');
    await until('it is taken twice', () => siti.heard().length === 2);
    await settled(siti);
    expect(siti.heard()).to.have.length(2);
    const outs = (await turnsOf(siti)).flatMap(({ out }) => out);
    expect(outs.filter((out) => out.state === 'sent' && out.resent === true)).to.have.length(1);
  });

  it('an answer written before its question, and late to arrive, answers nothing', async () => {
    const siti = citizen();
    expect(await hears(siti, () => siti.say(REPORT))).to.include('1. Kirim');
    const timestamp = String(Math.floor((Date.now() - HOUR_MS) / 1000));
    const text = { body: 'kirim' };
    const answer = await hears(siti, () => siti.deliver({ type: 'text', text, timestamp }));
    expect(answer).to.include('sebelum pertanyaan ini muncul').and.not.to.match(NUMBER);
  });

  it('buttons that are old, forged or of nothing change nothing, and the open question comes back', async () => {
    const siti = citizen();
    await hears(siti, () => siti.say(REPORT));
    for (const id of ['0:intake.summary:send', '1:intake.summary:destroy', '../../x', '1:other.step:send']) {
      const list_reply = { id, title: 'Kirim' };
      const answer = await hears(siti, () =>
        siti.deliver({ type: 'interactive', interactive: { type: 'list_reply', list_reply } }),
      );
      expect(answer, id).to.include('Kirim').and.not.to.match(NUMBER);
    }
    expect(await hears(siti, () => siti.tap('Kirim'))).to.match(NUMBER);
  });

  it('kinds that can not be used get a polite word, and the report goes on', async () => {
    const siti = citizen();
    await hears(siti, () => siti.say(REPORT));
    for (const part of [
      { type: 'sticker', sticker: { id: 'S1' } },
      { type: 'unsupported' },
      { type: 'order', order: {} },
    ])
      expect(await hears(siti, () => siti.deliver(part)), part.type).to.not.match(NUMBER);
    expect(await hears(siti, () => siti.tap('Kirim'))).to.match(NUMBER);
  });

  it('files that are empty, broken, gone or not what they say hold no report up', async () => {
    const siti = citizen();
    const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#a33' } })
      .jpeg()
      .toBuffer();
    rig.graph.addMedia('EMPTY', { bytes: Buffer.alloc(0), mimeType: 'image/jpeg' });
    rig.graph.addMedia('CUT', { bytes: photo.subarray(0, 200), mimeType: 'image/jpeg' });
    rig.graph.addMedia('PAGE', {
      bytes: Buffer.from('<html><script>alert(1)</script></html>'),
      mimeType: 'image/jpeg',
    });
    rig.graph.addMedia('HUGE', { bytes: photo, mimeType: 'image/jpeg', declaredBytes: 101 * 1024 * 1024 });
    await hears(siti, () => siti.say(REPORT));
    for (const id of ['EMPTY', 'CUT', 'PAGE', 'HUGE', 'GONE'])
      await siti.deliver({ type: 'image', image: { id, mime_type: 'image/jpeg' } });
    await until('the limit is told', () => siti.heard().some((sent) => wordsOf(sent).includes('20 MB')));
    await settled(siti);
    await siti.say('kirim');
    await until('a number is heard', () => siti.heard().some((sent) => NUMBER.test(wordsOf(sent))));
  });

  it('every sample with any single field removed is taken, and harms nobody', async () => {
    let posted = 0;
    for (const sample of SAMPLES) {
      for (const body of removalsOf(envelopeOf(sample))) {
        posted += 1;
        expect(await deliver(rig.webhookUrl, body, APP_SECRET), JSON.stringify(body).slice(0, 500)).to.equal(200);
      }
    }
    expect(posted).to.be.above(500);
    const budi = citizen();
    await budi.say('halo');
    await until('he is taken in', async () => (await turnsOf(budi)).length === 1);
    expect(rig.logged()).to.not.include('canary').and.not.include('Sri Lestari');
  });

  it('what is for another number is passed over, and staff are told', async () => {
    const siti = citizen();
    const message = { from: siti.phone, id: 'wamid.OTHER', timestamp: '1795489200', type: 'text', text: { body: 'x' } };
    const body = envelope({ phoneNumberId: '999000', contacts: [], messages: [message] });
    expect(await deliver(rig.webhookUrl, body, APP_SECRET)).to.equal(200);
    const alerts = async () => (await rig.test.app.alerts.recent(10)).map(({ _id }) => _id);
    await until('staff are alerted', async () => (await alerts()).some((id) => id.includes('other_number')));
    expect(await turnsOf(siti)).to.deep.equal([]);
  });

  it('a chat that a newer version has gone on with waits for that one, and holds up nobody else', async () => {
    const siti = citizen();
    await hears(siti, () => siti.say('halo'));
    const [tip] = (await turnsOf(siti)).slice(-1);
    if (!tip) throw new Error('there is no turn');
    const newer = { ...tip, _id: `${tip.conversationId}#v2`, seq: tip.seq + 1, schema: TURN_SCHEMA + 1, out: [] };
    await rig.test.app.connection.collection<Turn>('turns').insertOne(newer);
    const text = { body: 'menu' };
    const message = {
      from: siti.phone,
      id: 'wamid.V1',
      timestamp: String(tip.at.getTime()).slice(0, 10),
      type: 'text',
    };
    const body = envelope({ phoneNumberId: PHONE_NUMBER_ID, contacts: [], messages: [{ ...message, text }] });
    expect(await deliver(rig.webhookUrl, body, APP_SECRET)).to.equal(503);
    expect((await turnsOf(siti)).at(-1)?._id).to.equal(newer._id);
    const budi = citizen();
    await hears(budi, () => budi.say('halo'));
  });

  // these and what follows move the clock
  it('taps made while we were away count once they come, ten minutes late, and only for the open question', async () => {
    const siti = citizen();
    await hears(siti, () => siti.say(REPORT));
    const timestamp = String(Math.floor(rig.clock.now().getTime() / 1000));
    const list_reply = siti.rows().find(({ title }) => title === 'Kirim');
    rig.clock.shift(10 * MINUTE_MS);
    const tap = { type: 'interactive', interactive: { type: 'list_reply', list_reply }, timestamp };
    expect(await hears(siti, () => siti.deliver(tap))).to.match(NUMBER);
    await hears(siti, () => siti.deliver(tap));
    const conversationId = rig.conversationOf(siti.phone);
    expect(await rig.test.app.connection.collection('reporters').countDocuments({ conversationId })).to.equal(1);
  });

  it('a photo that fails to come three times: the case is filed without it, and has it when it comes', async () => {
    const siti = citizen();
    const photo = await sharp({ create: { width: 41, height: 30, channels: 3, background: '#3a3' } })
      .jpeg()
      .toBuffer();
    const media = { bytes: photo, mimeType: 'image/jpeg' };
    rig.graph.addMedia('LATE', { ...media, breaksOff: true });
    await hears(siti, () => siti.say(REPORT));
    await hears(siti, () => siti.deliver({ type: 'image', image: { id: 'LATE', mime_type: 'image/jpeg' } }));
    const attempt = async () => (await turnsOf(siti)).find(({ fetchAt }) => fetchAt)?.fetchAttempt;
    await until('the first try failed', async () => (await attempt()) === 1);
    const number = NUMBER.exec(await hears(siti, () => siti.tap('Kirim')))?.[0] ?? '';
    const evidence = async () => (await rig.test.app.cases.find(number))?.evidence ?? [];
    expect((await evidence()).map(({ fileId }) => fileId)).to.deep.equal([undefined]);

    rig.clock.shift(FETCH_DELAYS_MS[0] ?? 0);
    await rig.test.app.conversations.sweepFiles();
    // its address has expired, but not its id
    rig.graph.addMedia('LATE', { ...media, url: `http://${rig.graph.host}/files/expired` });
    rig.clock.shift(FETCH_DELAYS_MS[1] ?? 0);
    await rig.test.app.conversations.sweepFiles();
    expect(await attempt()).to.equal(3);
    rig.graph.addMedia('LATE', media);
    rig.clock.shift(FETCH_DELAYS_MS[2] ?? 0);
    await rig.test.app.conversations.sweepFiles();
    expect(await attempt()).to.equal(undefined);
    const [came] = await evidence();
    expect(came?.fileId).to.be.a('string');
    expect(came).to.not.have.property('refused');
  });

  it('a token that is refused: nothing leaves, all is taken in, and a person is told', async () => {
    const siti = citizen();
    rig.graph.script({ answer: 'error', code: 131042 });
    expect(await siti.say('halo')).to.equal(200);
    const parts = async () => {
      const answer = (await (await fetch(`${rig.test.url}/readyz`)).json()) as { parts: Record<string, string> };
      return Object.values(answer.parts);
    };
    await until('health says so', async () => (await parts()).some((part) => part.includes('halted')));
    const alerted = async () => (await rig.test.app.alerts.recent(10)).some(({ what }) => what === 'channel');
    await until('staff are alerted', alerted);
    expect(await siti.say('apa ada orang')).to.equal(200);
    expect(await turnsOf(siti)).to.have.length(2);
  });

  it('a message that comes again after a day and an hour, and after eight days, is the same message', async () => {
    const siti = citizen();
    const part = {
      id: 'wamid.AGAIN',
      type: 'text',
      text: { body: 'halo' },
      timestamp: String(Math.floor(Date.now() / 1000)),
    };
    expect(await siti.deliver(part)).to.equal(200);
    await until('it is a turn', async () => (await turnsOf(siti)).length === 1);
    for (const laterMs of [25 * HOUR_MS, 8 * DAY_MS - 25 * HOUR_MS]) {
      rig.clock.shift(laterMs);
      expect(await siti.deliver(part)).to.equal(200);
    }
    const own = (await turnsOf(siti)).filter(({ source }) => source.kind === 'citizen');
    expect(own).to.have.length(1);
    expect(at(own[0], 'source', 'key')).to.equal(opaqueIdOf('wamid.AGAIN'));
  });
});
