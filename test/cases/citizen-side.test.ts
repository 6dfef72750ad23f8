import { expect } from 'chai';
import type { Case } from '../../src/cases/case.js';
import { openWords } from '../../src/cases/case-update.js';
import { createShiftedClock, startTestApp, type TestApp, type TestCitizen } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';
import { createWarga, type FiledCase, fileCase, KOORD, moveCase } from './case-life.js';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const TO_RESULT = ['verified', 'assigned', 'in_progress', 'resolved'] as const;

describe('what citizens do with their cases', function () {
  this.timeout(60_000);
  let test: TestApp;
  const clock = createShiftedClock();
  before(async () => {
    test = await startTestApp({ clock });
  });
  after(() => test.close());

  const find = async (number: string): Promise<Case> => {
    const found = await test.app.cases.find(number);
    if (!found) throw new Error(`no case ${number}`);
    return found;
  };
  const lastWords = (found: Case) => {
    const event = found.history.at(-1);
    return event ? openWords(test.app.keys, found._id, event) : {};
  };
  const tip = async (conversationId: string) => {
    const turn = await test.app.conversations.turns.tip(conversationId);
    if (!turn) throw new Error('no turn');
    return turn;
  };
  /** Waits until the open question is that of a flow's step. */
  const asks = (conversationId: string, step: string) =>
    until(`${step} is asked`, async () => {
      await test.app.relayNotices();
      const { flow, step: at } = (await tip(conversationId)).after.stack.at(-1) ?? {};
      return `${flow}.${at}` === step;
    });
  const told = async (conversationId: string): Promise<string[]> =>
    (await test.app.conversations.transcript(conversationId, 0)).map(({ text }) => text);
  /** Taps a button of the newest question. */
  const tap = async (citizen: TestCitizen, conversationId: string, option: string, seq?: number) => {
    const asked = (await test.app.conversations.transcript(conversationId, 0)).findLast(
      (each) => each.options && (seq === undefined || each.seq === seq),
    );
    if (!asked?.step) throw new Error('nothing is asked');
    const choice = { step: asked.step, seq: asked.seq, option };
    return (await citizen.say('', { choice })).entries.map(({ text }) => text).join();
  };
  const seqOfQuestion = async (conversationId: string) =>
    (await test.app.conversations.transcript(conversationId, 0)).findLast(({ options }) => options)?.seq ?? 0;

  async function fileTwo(): Promise<[FiledCase, FiledCase]> {
    const first = await fileCase(test.app);
    const second = await fileCase(test.app, 'Sampah menumpuk di depan Pasar Baru sejak Senin', first.citizen);
    return [first, second];
  }

  describe('a notice that asks', () => {
    it('waits until the chat is idle', async () => {
      const { citizen, number, conversationId } = await fileCase(test.app);
      await citizen.say('jalan berlubang');
      await moveCase(test.app, number, TO_RESULT);
      await until('it waits', async () => {
        await test.app.relayNotices();
        return (await find(number)).notices.length === 0;
      });
      expect((await tip(conversationId)).after.stack.at(-1)?.flow).to.equal('intake');
      await citizen.say('batal');
      clock.shift(60_000);
      await asks(conversationId, 'confirm.solved');
    });

    it('never interrupts a person of the helpdesk', async () => {
      const { number, conversationId } = await fileCase(test.app);
      const { staff } = test.app.conversations;
      await staff.claim(conversationId, 'dewi', 'claim-1');
      await moveCase(test.app, number, TO_RESULT);
      clock.shift(60_000);
      await test.app.relayNotices();
      expect((await tip(conversationId)).after.stack).to.deep.equal([]);
      await staff.release(conversationId, 'dewi', 'release-1');
      clock.shift(60_000);
      await asks(conversationId, 'confirm.solved');
    });

    it('is told without asking once it has waited for a day', async () => {
      const { number, conversationId } = await fileCase(test.app);
      await test.app.conversations.staff.claim(conversationId, 'dewi', 'claim-1');
      await moveCase(test.app, number, TO_RESULT);
      await test.app.relayNotices();
      clock.shift(DAY_MS + HOUR_MS);
      await until('it is told', async () => {
        await test.app.relayNotices();
        return (await told(conversationId)).some((text) => /Ini hasil untuk laporan/.test(text));
      });
      expect((await tip(conversationId)).after).to.deep.include({ mode: 'staff', stack: [] });
    });

    it('is dropped when what it asks for has come meanwhile', async () => {
      const { citizen, number, conversationId } = await fileCase(test.app);
      await citizen.say('jalan berlubang');
      await moveCase(test.app, number, ['needs_info']);
      await test.app.relayNotices();
      await citizen.say('jawab');
      await citizen.say('lampu nomor tiga dari gapura');
      expect((await find(number)).status).to.equal('received');
      await citizen.say('batal');
      clock.shift(60_000);
      await test.app.relayNotices();
      const texts = await told(conversationId);
      expect(texts.filter((text) => /boleh kami bertanya satu hal/.test(text))).to.deep.equal([]);
    });
  });

  describe('a result', () => {
    it('is confirmed by a tap, and closes the case as solved', async () => {
      const { citizen, number, conversationId } = await fileCase(test.app);
      await moveCase(test.app, number, TO_RESULT);
      await asks(conversationId, 'confirm.solved');
      await tap(citizen, conversationId, 'yes');
      expect(await find(number)).to.include({ status: 'closed', outcome: 'solved' });
    });

    it('may be enough though it is partly one', async () => {
      const { citizen, number, conversationId } = await fileCase(test.app);
      await moveCase(test.app, number, TO_RESULT);
      await asks(conversationId, 'confirm.solved');
      await citizen.say('sebagian');
      await citizen.say('cukup');
      expect(await find(number)).to.include({ status: 'closed', outcome: 'solved_partly' });
    });

    it('is confirmed by an old button too, for the very case that it asked about', async () => {
      const [first, second] = await fileTwo();
      const { citizen, conversationId } = first;
      await moveCase(test.app, first.number, TO_RESULT);
      await asks(conversationId, 'confirm.solved');
      const seq = await seqOfQuestion(conversationId);
      await citizen.say('batal');
      await moveCase(test.app, second.number, TO_RESULT);
      clock.shift(60_000);
      await asks(conversationId, 'confirm.solved');
      await tap(citizen, conversationId, 'yes', seq);
      expect((await find(first.number)).status).to.equal('closed');
      expect((await find(second.number)).status).to.equal('resolved');
    });

    it('disputed twice brings the offer of the Ombudsman, with the course of events', async () => {
      const { citizen, number, conversationId } = await fileCase(test.app);
      await moveCase(test.app, number, TO_RESULT);
      for (let round = 0; round < 2; round++) {
        await asks(conversationId, 'confirm.solved');
        await citizen.say('belum, malamnya masih gelap');
        await citizen.say('selesai');
        clock.shift(60_000);
        if (round > 0) break;
        await moveCase(test.app, number, ['in_progress'], { by: KOORD });
        await moveCase(test.app, number, ['resolved'], { by: KOORD });
      }
      await asks(conversationId, 'chronology.offer');
      const shown = (await citizen.hear('ya, siapkan')).join();
      expect(shown).to.contain(number).and.contain('malamnya masih gelap').and.contain('137');
      expect((await find(number)).reopenings).to.equal(2);
    });

    it('that somebody else has just taken back is not closed: the citizen is told what holds', async () => {
      const { citizen, number, conversationId } = await fileCase(test.app);
      await moveCase(test.app, number, TO_RESULT);
      await asks(conversationId, 'confirm.solved');
      await moveCase(test.app, number, ['reopened'], { by: KOORD, reason: 'Ternyata lampunya salah pasang' });
      await citizen.say('sudah');
      const last = (await told(conversationId)).filter((text) => /tidak bisa dilakukan lagi/.test(text));
      expect(last.length).to.equal(1);
      expect(last[0]).to.contain(number).and.contain('Dibuka kembali');
      expect((await find(number)).status).to.equal('reopened');
    });
  });

  it('a bad rating is put before a supervisor', async () => {
    const { citizen, number, conversationId } = await fileCase(test.app);
    await moveCase(test.app, number, TO_RESULT);
    await asks(conversationId, 'confirm.solved');
    await citizen.say('sudah');
    await asks(conversationId, 'rating.stars');
    await citizen.say('1');
    await citizen.say('petugasnya marah-marah');
    const found = await find(number);
    expect(found.rating?.stars).to.equal(1);
    expect(found.reviewAt).to.be.instanceOf(Date);
    expect(lastWords(found).note).to.equal('petugasnya marah-marah');
  });

  it('words written after news are added to the case they are about', async () => {
    const { citizen, number, conversationId } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified']);
    await until('it is told', async () => (await tip(conversationId)).source.kind === 'notice');
    expect((await citizen.hear('sekarang tiga lampu mati di gang itu')).join()).to.contain(number);
    await citizen.say('ya');
    const found = await find(number);
    expect(found.history.at(-1)).to.include({ what: 'added' });
    expect(lastWords(found).note).to.equal('sekarang tiga lampu mati di gang itu');
    expect(found.status).to.equal('verified');
  });

  it('photos are added as evidence', async () => {
    const { citizen, number } = await fileCase(test.app);
    await citizen.say('tambah');
    await citizen.say('', { attachments: [{ kind: 'image', fileId: 'aaaaaaaaaaaaaaaaaaaaaaaa' }] });
    await citizen.say('selesai');
    const found = await find(number);
    expect(found.evidence.map(({ fileId }) => fileId)).to.deep.equal(['aaaaaaaaaaaaaaaaaaaaaaaa']);
    expect(found.history.at(-1)?.fileIds).to.deep.equal(['aaaaaaaaaaaaaaaaaaaaaaaa']);
  });

  it('an answer that comes after the case was closed for want of it opens it again', async () => {
    const { citizen, number } = await fileCase(test.app);
    await moveCase(test.app, number, ['needs_info']);
    clock.shift(40 * DAY_MS);
    await test.app.sweepClocks();
    expect((await find(number)).status).to.equal('closed');
    await citizen.say('tambah keterangan');
    await citizen.say('ya');
    const found = await find(number);
    expect(found).to.include({ status: 'reopened', desk: 'coordinator' });
  });

  it('a withdrawal ends the case, and may be taken back', async () => {
    const { citizen, number } = await fileCase(test.app);
    await citizen.say('cabut laporan');
    await citizen.say('ya');
    expect((await find(number)).status).to.equal('withdrawn');
    await citizen.say('buka lagi');
    await citizen.say('ternyata lampunya mati lagi');
    await citizen.say('selesai');
    expect((await find(number)).status).to.equal('reopened');
  });

  it('a rejection may be objected to, and goes to a supervisor', async () => {
    const { citizen, number } = await fileCase(test.app);
    await moveCase(test.app, number, ['rejected']);
    expect((await citizen.hear('status')).join())
      .to.contain('perumahan swasta')
      .and.contain('banding');
    await citizen.say('banding');
    await citizen.say('jalannya sudah diserahkan ke pemkot tahun lalu');
    await citizen.say('selesai');
    expect(await find(number)).to.include({ status: 'reopened', desk: 'supervisor' });
  });

  it('news stop and start by words, and the status is told all the same', async () => {
    const { citizen, number, conversationId } = await fileCase(test.app);
    expect((await citizen.hear('stop kabar')).join()).to.match(/tidak kami kirim lagi/);
    await moveCase(test.app, number, ['verified']);
    await until('nothing is pending', async () => (await find(number)).notices.length === 0);
    expect((await tip(conversationId)).source.kind).to.equal('citizen');
    expect((await citizen.hear('status')).join()).to.contain('Sudah diperiksa');
    await citizen.say('mulai kabar');
    await moveCase(test.app, number, ['assigned']);
    await until('it is told', async () => (await tip(conversationId)).source.kind === 'notice');
  });

  it('a second chat of the same person is linked by number and code, and hears of the case', async () => {
    const { number, code } = await fileCase(test.app);
    const other = createWarga(test.app);
    const { conversationId } = await other.say('hubungkan laporan');
    await other.say(number);
    expect((await other.hear(code)).join()).to.contain('sudah terhubung');
    await moveCase(test.app, number, ['verified']);
    await until('it is told', async () => (await tip(conversationId)).source.kind === 'notice');
    expect((await other.hear('status')).join()).to.contain('Sudah diperiksa');
  });

  it('nothing is done with a case of another chat', async () => {
    const { number } = await fileCase(test.app);
    const stranger = createWarga(test.app);
    const { conversationId } = await stranger.say('hubungkan laporan');
    await stranger.say(number);
    expect((await stranger.hear('1234567812345678')).join()).to.match(/tidak ditemukan/);
    expect(await test.app.reporters.find(number, conversationId)).to.equal(undefined);
    for (const word of ['cabut', 'tambah', 'belum beres', 'sudah beres', 'jawab', 'beri nilai']) {
      expect((await stranger.hear(word)).join(), word).to.match(/[Tt]idak ada/);
    }
    expect((await find(number)).rev).to.equal(1);
  });

  it('of several cases the one meant is named', async () => {
    const [first, second] = await fileTwo();
    const list = (await first.citizen.hear('cabut')).join();
    expect(list).to.contain(first.number).and.contain(second.number);
    await first.citizen.say(second.number);
    await first.citizen.say('ya');
    expect((await find(first.number)).status).to.equal('received');
    expect((await find(second.number)).status).to.equal('withdrawn');
  });

  it('the status asks what waits for its complainant', async () => {
    const { citizen, number, conversationId } = await fileCase(test.app);
    await moveCase(test.app, number, ['needs_info'], { question: 'Apakah tiangnya bernomor?' });
    await asks(conversationId, 'info.answer');
    await citizen.say('batal');
    expect((await citizen.hear('status')).join()).to.contain('Apakah tiangnya bernomor?');
    await citizen.say('nomor 12');
    expect((await find(number)).status).to.equal('received');
    expect(lastWords(await find(number)).note).to.equal('nomor 12');
  });
});
