import { expect } from 'chai';
import { receiptCodeOf } from '../../../src/core/ids.js';
import { createCitizen } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { startWebRig, type WebRig } from './whole-rig.js';

const LINK = /https:\/\/wa\.me\/628110000000\?text=(TAUTKAN-[a-z2-7]{26})/;
const NUMBER = /LP-\d{6}-\d{4}/;
const SITI = '6281300002001@c.us';
const RINA = '6281300002003@c.us';
const BUDI = '123456789012345@lid';

describe('a report of the web chat, linked to WhatsApp Web', function () {
  this.timeout(60_000);
  let rig: WebRig;
  let ids = 0;

  before(async () => {
    rig = await startWebRig();
  });
  after(() => rig.close());

  const say = (chat: string, text: string) => {
    ids += 1;
    rig.phone.write({ chat, id: `IN${ids}`, text }, 'live');
  };
  const heard = (chat: string) => rig.heardBy(chat).join('\n');
  /** Files on the web chat. @returns what the receipt says */
  const fileOnWeb = async () => {
    const warga = createCitizen(rig.test.app);
    await warga.hear('lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu');
    return (await warga.hear('kirim')).join('\n');
  };
  const joined = (number: string) =>
    rig.test.app.connection.collection('reporters').countDocuments({ caseNumber: number });

  it('is offered only once a phone is paired, whose number it names', async () => {
    expect(await fileOnWeb())
      .to.match(NUMBER)
      .and.not.include('wa.me');
    rig.phone.ready();
    await until('the session is up to date', async () => LINK.test(await fileOnWeb()));
  });

  it('is followed there too, once, and a draft there stays a draft of its own', async () => {
    const told = await fileOnWeb();
    const number = NUMBER.exec(told)?.[0] ?? '';
    const words = LINK.exec(told)?.[1] ?? '';
    say(SITI, 'sampah menumpuk di depan Pasar Baru Blok C sejak kemarin');
    await until('her own draft is summed up', () => rig.heardBy(SITI).length === 1);
    say(SITI, words);
    await until('it is linked', () => heard(SITI).includes(number));
    expect(await joined(number)).to.equal(2);
    say(SITI, 'status');
    await until('she is told where it stands', () => heard(SITI).split(number).length > 2);
    say(SITI, 'kirim');
    const numbers = () => new Set(heard(SITI).match(new RegExp(NUMBER, 'g')));
    await until('her own is filed', () => numbers().size === 2);
    const [own = ''] = [...numbers()].filter((each) => each !== number);
    expect(await joined(own), 'her own is nobody else’s').to.equal(1);

    say(BUDI, words);
    await until('he is answered', () => rig.heardBy(BUDI).length === 1);
    expect(heard(BUDI)).to.not.include(number);
    expect(await joined(number)).to.equal(2);
  });

  it('is opened by its number and receipt code too, and its news comes there if that is wanted', async () => {
    const number = NUMBER.exec(await fileOnWeb())?.[0] ?? '';
    const code = receiptCodeOf(rig.test.app.keys.receiptKey, number);
    say(RINA, `${number} ${code}`);
    await until('she is told where it stands', () => heard(RINA).includes('Diterima'));
    say(RINA, 'ya');
    await until('it is joined', async () => (await joined(number)) === 2);
    expect(rig.logged()).to.not.include(code);
  });

  it('tells of no token in the log', async () => {
    expect(rig.logged()).to.not.match(/TAUTKAN-[a-z2-7]{26}/);
  });
});
