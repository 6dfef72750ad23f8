import { expect } from 'chai';
import sharp from 'sharp';
import type { Turn } from '../../../src/conversations/turn.js';
import { at } from '../../fakes/graph-server-rules.js';
import { deliver } from '../../fakes/graph-server-webhook.js';
import { until } from '../../fakes/until.js';
import { removalsOf } from './mutations.js';
import { envelopeOf, SAMPLES } from './payloads.js';
import { APP_SECRET, type CloudCitizen, startWholeRig, type WholeRig } from './whole-rig.js';
import { wordsOf } from './whole-story.js';

const REPORT = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';
const NUMBER = /LP-\d{6}-\d{4}/;
const HOUR_MS = 3_600_000;
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
    await until('something is answered', () => siti.heard().length > 1);
    await settled(siti);
    await siti.say('kirim');
    await until('a number is heard', () => siti.heard().some((sent) => NUMBER.test(wordsOf(sent))));
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

  // the last: it moves the clock
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
    expect(at(own[0], 'source', 'key')).to.equal('wamid.AGAIN');
  });
});
