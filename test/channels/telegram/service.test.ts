import { expect } from 'chai';
import { wholeJpeg } from '../../fakes/sample-files.js';
import { until } from '../../fakes/until.js';
import { type ServiceRig, startServiceRig } from './service-rig.js';

const REPORT = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';
const NUMBER = /LP-\d{6}-\d{4}/;

for (const mode of ['polling', 'webhook'] as const) {
  describe(`the service on Telegram by ${mode}`, () => {
    let rig: ServiceRig;

    before(async () => {
      rig = await startServiceRig(mode);
    });
    after(() => rig.close());

    const confirmed = (id: number | undefined) => id !== undefined && rig.fake.queue.acknowledged.includes(id);

    it('files a report of one message with one tap, and five taps file it once', async () => {
      const siti = rig.fake.citizen(101);
      siti.say(REPORT);
      await until('the summary is heard', () => siti.heard().length === 1);
      expect(siti.heard()[0]).to.include('Jl. Mawar RT 03').and.to.include('1. Kirim');
      const taps = Array.from({ length: 5 }, () => siti.tap('Kirim'));
      await until('the number is heard', () => siti.heard().some((text) => NUMBER.test(text)));
      await until(
        'every tap is confirmed and answered',
        () => taps.every(confirmed) && rig.fake.bot.answeredTaps.length === 5,
      );
      const cases = await rig.test.app.connection.collection('cases').countDocuments();
      expect(cases).to.equal(1);
    });

    it('takes an album as evidence of one report, stores each file, and answers once', async () => {
      const budi = rig.fake.citizen(102);
      budi.say('sampah menumpuk di depan Pasar Baru Blok C sejak kemarin');
      await until('the summary is heard', () => budi.heard().length === 1);
      const photos = Array.from({ length: 4 }, (_, index) => {
        return budi.photo(wholeJpeg(index), undefined, '777');
      });
      await until('all are confirmed', () => photos.every(confirmed));
      await until(
        'all are stored',
        async () => (await rig.test.app.connection.collection('fs.files').countDocuments()) === 4,
      );
      await until('an answer is heard', () => budi.heard().length > 1);
      await until('nothing more is owed', async () => (await owed()) === 0);
      expect(budi.heard()).to.have.length(2);
    });

    const owed = () => rig.test.app.connection.collection('turns').countDocuments({ sendAt: { $exists: true } });

    it('says that an old button no longer holds, and changes nothing', async () => {
      const ani = rig.fake.citizen(103);
      ani.say('air PDAM mati di Gang Melati RT 02 sejak dua hari lalu');
      await until('the summary is heard', () => ani.heard().length === 1);
      const before = await rig.test.app.connection.collection('cases').countDocuments();
      const forged = ['0:intake.summary:send', '../../x', 'zz:intake.summary:send'].map((data) => ani.tapData(data));
      await until('all are confirmed', () => forged.every(confirmed));
      await until('nothing more is owed', async () => (await owed()) === 0);
      expect(await rig.test.app.connection.collection('cases').countDocuments()).to.equal(before);
      ani.tap('Kirim');
      await until('the number is heard', () => ani.heard().some((text) => NUMBER.test(text)));
    });

    it('confirms all it was given, waits as it is told, and writes neither token nor words to the log', async () => {
      const eko = rig.fake.citizen(104);
      rig.fake.script('sendMessage', { fail: 429, retryAfterSeconds: 1 }, { fail: 500 });
      eko.say('halo');
      await until('a greeting is heard', () => eko.heard().length === 1);
      await until('nothing waits at the platform', () => rig.fake.queue.pendingCount === 0);
      expect(rig.fake.early).to.deep.equal([]);
      expect(rig.logged()).not.to.include('canary').and.not.to.include('Mawar').and.not.to.include('Siti');
    });

    // the last: sending rests for a minute after it
    it('is ready while the channel has a problem, and says which', async () => {
      const ready = async () => {
        const response = await fetch(`http://127.0.0.1:${rig.test.app.port}/readyz`);
        return { code: response.status, ...((await response.json()) as { parts: Record<string, string> }) };
      };
      expect((await ready()).parts).to.include({ store: 'ok', 'telegram:7001': 'ok' });
      rig.fake.script('sendMessage', { fail: 401, description: 'Unauthorized' });
      rig.fake.citizen(105).say('halo');
      await until('it is told', async () => (await ready()).parts['telegram:7001'] === 'halted');
      expect(await ready()).to.include({ code: 200 });
    });
  });
}
