import { expect } from 'chai';
import { receiptCodeOf } from '../../../src/core/ids.js';
import { createCitizen } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { type CloudService, startCloudService } from './service.js';
import { type CloudCitizen, startWholeRig, type WholeRig } from './whole-rig.js';
import { wordsOf } from './whole-story.js';

const LINK = /https:\/\/wa\.me\/622150000000\?text=(TAUTKAN-[a-z2-7]{26})/;

describe('a report of the web chat, linked to WhatsApp', function () {
  this.timeout(60_000);
  let rig: WholeRig;
  let phones = 0;

  before(async () => {
    rig = await startWholeRig();
  });
  after(() => rig.close());

  const onWhatsapp = () => {
    phones += 1;
    return rig.citizen(`6281377700${phones}`);
  };
  /** Files on the web chat. @returns the number and what the link has one send */
  const fileOnWeb = async () => {
    let told = '';
    await until('the link can be made', async () => {
      const warga = createCitizen(rig.test.app);
      await warga.hear('lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu');
      told = (await warga.hear('kirim')).join('\n');
      return LINK.test(told);
    });
    return { number: /LP-\d{6}-\d{4}/.exec(told)?.[0] ?? '', words: LINK.exec(told)?.[1] ?? '' };
  };
  const heardOf = (citizen: CloudCitizen) => citizen.heard().map(wordsOf).join('\n');
  const joined = (number: string) =>
    rig.test.app.connection.collection('reporters').countDocuments({ caseNumber: number });

  it('is followed there too, once, and a draft there stays a draft of its own', async () => {
    const { number, words } = await fileOnWeb();
    const siti = onWhatsapp();
    await siti.say('sampah menumpuk di depan Pasar Baru Blok C sejak kemarin');
    await until('her own draft is summed up', () => siti.heard().length === 1);
    await siti.say(words);
    await until('it is linked', () => heardOf(siti).includes(number));
    expect(await joined(number)).to.equal(2);
    await siti.tap('Kirim');
    const numbers = () => new Set(heardOf(siti).match(/LP-\d{6}-\d{4}/g));
    await until('her own is filed', () => numbers().size === 2);
    const cases = await rig.test.app.connection.collection('cases').find({}).toArray();
    const own = cases.filter(({ _id }) => numbers().has(String(_id)) && String(_id) !== number);
    expect(own).to.have.length(1);
    expect(await joined(String(own[0]?._id)), 'her own is nobody else’s').to.equal(1);

    const budi = onWhatsapp();
    await budi.say(words);
    await until('he is answered', () => budi.heard().length === 1);
    expect(heardOf(budi)).to.not.include(number);
    expect(await joined(number)).to.equal(2);
  });

  it('is opened by its number and receipt code too, and its news comes there if that is wanted', async () => {
    const { number } = await fileOnWeb();
    const code = receiptCodeOf(rig.test.app.keys.receiptKey, number);
    const rina = onWhatsapp();
    await rina.say(`${number} ${code}`);
    await until('she is told where it stands', () => heardOf(rina).includes('Diterima'));
    await rina.say('ya');
    await until('it is joined', async () => (await joined(number)) === 2);
    expect(rig.logged()).to.not.include(code);
  });

  it('is joined by a thumb up as well, which means nothing where yes or no is not asked', async () => {
    const { number } = await fileOnWeb();
    const code = receiptCodeOf(rig.test.app.keys.receiptKey, number);
    const dewi = onWhatsapp();
    const thumb = () => dewi.deliver({ type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '👍' } });
    await dewi.say('lampu jalan mati sejak seminggu lalu');
    await until('she is asked where', () => dewi.heard().length === 1);
    await thumb();
    await dewi.say(`${number} ${code}`);
    await until('she is told where it stands', () => heardOf(dewi).includes('Diterima'));
    expect(dewi.heard(), 'no word about the thumb').to.have.length(2);
    await thumb();
    await until('it is joined', async () => (await joined(number)) === 2);
  });
});

describe('a link into WhatsApp', () => {
  let service: CloudService;
  before(async () => {
    service = await startCloudService();
  });
  after(() => service.close());

  it('names our number once Meta has told it, and the token as it stands', async () => {
    expect(service.lane.linkTo?.('abc')).to.equal(undefined);
    await until('the number is known', () => service.lane.linkTo?.('abc') !== undefined);
    expect(service.lane.linkTo?.('{{link:abc}}')).to.deep.equal({
      name: 'WhatsApp',
      url: 'https://wa.me/622150000000?text=TAUTKAN-{{link:abc}}',
    });
    await service.lane.close?.();
  });
});
