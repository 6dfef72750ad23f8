import { expect } from 'chai';
import sharp from 'sharp';
import { cutJpeg, eicar, lockedPdf } from '../../fakes/sample-files.js';
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

  /** Sends a file into an open report; resolves when nothing more is owed of it. */
  async function sentInto(siti: ReturnType<typeof citizen>, ...bodies: Buffer[]): Promise<void> {
    siti.say(REPORT);
    await until('the summary is heard', () => siti.heard().length === 1);
    for (const body of bodies) {
      const file_id = rig.fake.bot.keepFile(body);
      siti.send({ document: { file_id, mime_type: 'image/jpeg', file_name: 'foto.jpg' } });
    }
    await until('all are confirmed', () => rig.fake.queue.pendingCount === 0);
    await until('no file is owed', async () => (await owedFiles()) === 0);
  }

  async function filed(siti: ReturnType<typeof citizen>) {
    await until('the last answer is heard', () => siti.heard().length > 1);
    siti.tap('Kirim');
    await until('the case is filed', () => siti.heard().some((text) => /LP-\d{6}/.test(text)));
    const number = /LP-\d{6}-\d{4}/.exec(siti.heard().join('\n'))?.[0] ?? '';
    const states = async () => {
      const { evidence } = (await rig.test.app.cases.find(number)) ?? expect.fail('no case');
      return evidence.map((each) => each.refused ?? each.condition ?? (each.fileId ? 'fine' : 'owed'));
    };
    await until('it knows of its files', async () => !(await states()).includes('owed'));
    return states();
  }

  it('are spoken of when their kind can not be kept, with what to do, and staff see which was refused', async () => {
    const siti = citizen();
    await sentInto(siti, Buffer.from('<svg onload="alert(1)"/>'), Buffer.from('PK\u0003\u0004 letters'), jpeg);
    await until('it is told', () => siti.heard().some((text) => text.includes('simpan dulu sebagai PDF')));
    expect(await filed(siti)).to.deep.equal(['unsupported_type', 'unsupported_type', 'fine']);
  });

  it('that are empty or broken are kept as such, and who sent them is asked once to send them again', async () => {
    const siti = citizen();
    const before = await stored();
    await sentInto(siti, Buffer.alloc(0), cutJpeg(1), Buffer.from('%PDF-1.7 broken'));
    expect(await stored()).to.equal(before + 3);
    const asked = () => siti.heard().filter((text) => text.includes('kosong atau rusak'));
    await until('it is told', () => asked().length > 0);
    expect(asked()).to.have.length(1);
    expect(asked()[0]).to.include('kirim ulang');
    expect(await filed(siti)).to.deep.equal(['damaged', 'damaged', 'damaged']);
  });

  it('that need a password are kept as such, and who sent them is asked for one without', async () => {
    const siti = citizen();
    await sentInto(siti, lockedPdf());
    await until('it is told', () => siti.heard().some((text) => text.includes('tanpa kata sandi')));
    expect(await filed(siti)).to.deep.equal(['locked']);
  });

  it('that may do harm are kept apart, without a word of it to who sent them', async () => {
    const siti = citizen();
    await sentInto(siti, eicar());
    await until('an answer is heard', () => siti.heard().length === 2);
    expect(siti.heard()[1])
      .to.include('lampiran')
      .and.not.match(/rusak|karantina|bahaya|Maaf/);
    expect(await filed(siti)).to.deep.equal(['quarantined']);
  });

  it('that the platform has lost are asked for again', async () => {
    const siti = citizen();
    siti.say(REPORT);
    await until('the summary is heard', () => siti.heard().length === 1);
    siti.send({ document: { file_id: 'lost', mime_type: 'image/jpeg' } });
    await until('it is told', () => siti.heard().some((text) => text.includes('kirim lagi, ya')));
    expect(await filed(siti)).to.deep.equal(['gone']);
  });

  it('are pending while the platform fails or their link runs out, and the case is filed without them meanwhile', async () => {
    const before = await stored();
    const siti = citizen();
    siti.say(REPORT);
    await until('the summary is heard', () => siti.heard().length === 1);
    const tries = () => rig.fake.callsOf('file').length;
    const triesBefore = tries();
    rig.fake.script('file', { page: 'Bad Gateway', status: 502 }, { fail: 404 }, { cutAfterBytes: 100 });
    siti.photo(jpeg);
    await until('the download failed', () => tries() === triesBefore + 1);
    await until('the answer is heard', () => siti.heard().length === 2);
    siti.tap('Kirim');
    await until('the case is filed', () => siti.heard().some((text) => /LP-\d{6}/.test(text)));
    const number = /LP-\d{6}-\d{4}/.exec(siti.heard().join('\n'))?.[0] ?? '';
    const evidence = async () => (await rig.test.app.cases.find(number))?.evidence[0];
    for (let tried = 1; tried <= 3; tried++) {
      expect(await stored()).to.equal(before);
      expect(await evidence()).to.have.property('platformRef');
      expect(await evidence()).not.to.have.any.keys('fileId', 'refused');
      rig.clock.shift(5 * 60_000);
      await rig.test.app.conversations.sweepFiles();
      await until('it is tried again', () => tries() === triesBefore + tried + 1);
    }
    await until('it is stored', async () => (await stored()) === before + 1);
    await until('the case has it', async () => (await evidence())?.fileId !== undefined);
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
