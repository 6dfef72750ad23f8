import { expect } from 'chai';
import sharp from 'sharp';
import { until } from '../../fakes/until.js';
import { type ServiceRig, startServiceRig } from './service-rig.js';

const MB = 1024 * 1024;
const REPORT = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';

describe('files that citizens send on Telegram', () => {
  let rig: ServiceRig;
  let chats = 300;
  let jpeg: Buffer;

  before(async () => {
    rig = await startServiceRig('polling');
    jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
  });
  after(() => rig.close());

  const citizen = () => rig.fake.citizen(++chats);
  const stored = () => rig.test.app.connection.collection('fs.files').countDocuments();
  const owedFiles = () => rig.test.app.connection.collection('turns').countDocuments({ fetchAt: { $exists: true } });

  it('are spoken of when they are too large, with the limit and a way round it', async () => {
    const siti = citizen();
    siti.send({ document: { file_id: 'large', file_size: 21 * MB, mime_type: 'video/mp4' } });
    await until('it is told', () => siti.heard().length === 1);
    expect(siti.heard()[0]).to.include('20 MB').and.to.include('sebagai video biasa');
    expect(rig.fake.callsOf('getFile')).to.deep.equal([]);
  });

  it('are spoken of later when only the platform knew how large they are, and hold nothing up', async () => {
    const siti = citizen();
    siti.say(REPORT);
    await until('the summary is heard', () => siti.heard().length === 1);
    const file_id = rig.fake.bot.keepFile(Buffer.from('x'), { sizeBytes: 21 * MB });
    siti.send({ document: { file_id } });
    await until('it is told', () => siti.heard().some((text) => text.includes('20 MB')));
    await until('no file is owed', async () => (await owedFiles()) === 0);
    siti.tap('Kirim');
    await until('the case is filed all the same', () => siti.heard().some((text) => /LP-\d{6}/.test(text)));
  });

  it('are spoken of when their kind can not be kept', async () => {
    const siti = citizen();
    siti.say(REPORT);
    await until('the summary is heard', () => siti.heard().length === 1);
    const file_id = rig.fake.bot.keepFile(Buffer.from('<svg onload="alert(1)"/>'), { extension: 'svg' });
    siti.send({ document: { file_id, mime_type: 'image/png', file_name: 'foto.png' } });
    await until('it is told', () => siti.heard().some((text) => text.includes('jenis berkas')));
  });

  it('come late when the platform fails, and the case is filed meanwhile', async () => {
    const siti = citizen();
    siti.say(REPORT);
    await until('the summary is heard', () => siti.heard().length === 1);
    rig.fake.script('file', { page: 'Bad Gateway', status: 502 });
    siti.photo(jpeg);
    await until('the download failed', () => rig.logged().includes('attachment could not be fetched'));
    await until('the answer is heard', () => siti.heard().length === 2);
    siti.tap('Kirim');
    await until('the case is filed', () => siti.heard().some((text) => /LP-\d{6}/.test(text)));
    expect(await stored()).to.equal(0);
    rig.clock.shift(60_000);
    await rig.test.app.conversations.sweepFiles();
    await until('it is stored', async () => (await stored()) === 1);
    const number = /LP-\d{6}-\d{4}/.exec(siti.heard().join('\n'))?.[0] ?? '';
    await until('the case has it', async () => {
      const found = await rig.test.app.cases.find(number);
      return found?.evidence.length === 1 && found.evidence[0]?.fileId !== undefined;
    });
  });

  it('are stored once, however often the same is sent', async () => {
    const before = await stored();
    const siti = citizen();
    siti.say(REPORT);
    await until('the summary is heard', () => siti.heard().length === 1);
    for (let count = 0; count < 5; count++) siti.photo(jpeg);
    await until('all are taken in', () => rig.fake.queue.pendingCount === 0);
    await until('no file is owed', async () => (await owedFiles()) === 0);
    expect(await stored()).to.equal(before + 1);
  });
});
