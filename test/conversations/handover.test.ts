import { expect } from 'chai';
import { officeHours } from '../../src/conversations/handover.js';
import { systemClock } from '../../src/core/clock.js';
import { calendar } from '../cases/shipped-rules.js';
import { createCitizen, createShiftedClock, type ShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

/** Tuesday, 1 December 2026, 10.00 WIB: office hours, with an hour and a half to go until the break. */
const OPEN = new Date('2026-12-01T03:00:00Z');
/** Saturday, 5 December 2026, 10.00 WIB. */
const CLOSED = new Date('2026-12-05T03:00:00Z');
const MINUTE = 60_000;

describe('officeHours', () => {
  const hours = calendar('pemda_wib');

  it('are open in working time, and say when people are back otherwise', () => {
    expect(officeHours(OPEN, hours).isOpen).to.equal(true);
    expect(officeHours(CLOSED, hours)).to.deep.equal({ isOpen: false, backAt: new Date('2026-12-07T00:30:00Z') });
  });

  it('begin and end to the minute', () => {
    expect(officeHours(new Date('2026-12-01T00:30:00Z'), hours).isOpen).to.equal(true);
    expect(officeHours(new Date('2026-12-01T00:29:59Z'), hours).isOpen).to.equal(false);
    expect(officeHours(new Date('2026-12-01T09:00:00Z'), hours).isOpen).to.equal(false);
  });
});

describe('handover', () => {
  let test: TestApp;
  let clock: ShiftedClock;
  const startAt = async (at: Date) => {
    clock = createShiftedClock();
    clock.shift(at.getTime() - systemClock.now().getTime());
    test = await startTestApp({ clock });
  };
  afterEach(() => test.close());

  const newCitizen = () => createCitizen(test.app, undefined, clock);
  const talks = () => test.app.conversations;
  const lastTexts = async (id: string) => (await talks().transcript(id, 0)).map(({ text }) => text);
  const rowOf = async (id: string) => {
    await talks().rows.drain();
    return talks().rows.find(id);
  };
  /** Moves the clock on and lets the timers do what is due. */
  const pass = async (minutes: number) => {
    await talks().rows.drain();
    clock.shift(minutes * MINUTE);
    await talks().sweepTimers();
  };

  it('tells how many wait before one, and nothing of a time that nobody can know', async () => {
    await startAt(OPEN);
    for (const before of [0, 1, 2]) {
      const citizen = newCitizen();
      const [text = ''] = await citizen.hear('petugas');
      expect(text).to.match(before === 0 ? /yang berikutnya/ : new RegExp(`Ada ${before} orang di depan`));
      expect(text).to.not.contain('Biasanya');
      await talks().rows.drain();
    }
  });

  it('tells the usual wait once enough were taken', async () => {
    await startAt(OPEN);
    for (let count = 0; count < 3; count++) {
      const { conversationId } = await newCitizen().say('petugas');
      clock.shift(7 * MINUTE);
      await talks().staff.claim(conversationId, 'sari', `claim-${count}`);
      await talks().rows.drain();
    }
    expect((await newCitizen().hear('petugas')).join()).to.contain('sekitar 10 menit');
  });

  it('says outside office hours when people are back, and takes a message for them', async () => {
    await startAt(CLOSED);
    const citizen = newCitizen();
    expect((await citizen.hear('petugas')).join()).to.match(/kembali Senin.*7 Desember.*07[.:]30/);
    const { conversationId } = await citizen.say('1');
    expect(await citizen.hear('KTP saya sudah dua bulan belum jadi')).to.deep.equal([]);
    const row = await rowOf(conversationId);
    expect(row?.waitUntil).to.deep.equal(new Date('2026-12-07T00:45:00Z'));
  });

  it('asks whoever waits in vain what to do, and each answer is done', async () => {
    await startAt(OPEN);
    const answers = {
      'tetap menunggu': 'queued',
      '2': 'queued',
      'lanjut tanpa petugas': 'bot',
      lanjut: 'bot',
    } as const;
    for (const [answer, mode] of Object.entries(answers)) {
      const citizen = newCitizen();
      const { conversationId } = await citizen.say('petugas');
      await pass(16);
      expect((await lastTexts(conversationId)).at(-1)).to.contain('belum juga tersambung');
      expect(await citizen.hear('saya mau urus KTP')).to.deep.equal([]);
      const [reply] = await citizen.hear(answer);
      expect(reply, answer).to.be.a('string');
      // there is no draft to go on with: the answer is to the question
      expect(reply, answer).to.not.contain('Tidak ada isian');
      expect((await talks().turns.tip(conversationId))?.after.mode, answer).to.equal(mode);
      if (mode === 'queued') await talks().staff.claim(conversationId, 'sari', `claim:${answer}`);
    }
  });

  it('apologises twice at most, and goes on calling for staff', async () => {
    await startAt(OPEN);
    const { conversationId } = await newCitizen().say('petugas');
    for (let round = 1; round <= 4; round++) await pass(16);
    const texts = (await lastTexts(conversationId)).filter((text) => text.includes('belum juga tersambung'));
    expect(texts.length).to.equal(2);
    const overdue = async () => (await test.app.alerts.recent(10)).filter(({ what }) => what === 'handover_overdue');
    await until('four alerts', async () => (await overdue()).length === 4);
    expect(new Set((await overdue()).map(({ subject }) => subject))).to.deep.equal(new Set([conversationId]));
  });

  it('tells that a person is there, and drops the question that waited', async () => {
    await startAt(OPEN);
    const citizen = newCitizen();
    await citizen.say('sampah menumpuk dan bau sekali');
    const { conversationId } = await citizen.say('petugas');
    await pass(16);
    await talks().staff.claim(conversationId, 'sari', 'claim-1');
    expect((await lastTexts(conversationId)).at(-1)).to.contain('sudah tersambung');
    await talks().staff.release(conversationId, 'sari', 'release-1');
    expect((await lastTexts(conversationId)).at(-1)).to.match(/mana/i);
  });

  it('goes back into the queue when whoever holds it lets the citizen wait', async () => {
    await startAt(OPEN);
    const citizen = newCitizen();
    const { conversationId } = await citizen.say('petugas');
    await talks().staff.claim(conversationId, 'sari', 'claim-1');
    await talks().staff.say(conversationId, 'sari', 'say-1', 'Selamat pagi, ada yang bisa dibantu?');
    await pass(20);
    await citizen.say('KTP saya belum jadi');
    await pass(10);
    expect((await talks().turns.tip(conversationId))?.after.mode).to.equal('staff');
    await pass(6);
    expect((await talks().turns.tip(conversationId))?.after)
      .to.include({ mode: 'queued' })
      .and.not.have.property('staffId');
    expect((await lastTexts(conversationId)).at(-1)).to.contain('tidak perlu diulang');
    await talks().staff.claim(conversationId, 'dewi', 'claim-2');
  });

  it('passes on to a colleague, who alone may speak then', async () => {
    await startAt(OPEN);
    const { conversationId } = await newCitizen().say('petugas');
    const { staff } = talks();
    await staff.claim(conversationId, 'sari', 'claim-1');
    await staff.transfer(conversationId, 'sari', 'pass-1', { staffId: 'dewi' });
    await staff.say(conversationId, 'dewi', 'say-1', 'Saya Dewi.');
    const refused = await staff.say(conversationId, 'sari', 'say-2', 'halo').catch((error: unknown) => error);
    expect(refused).to.deep.include({ code: 'conversation.taken', details: { staffId: 'dewi' } });
  });

  it('passes on to the queue of a unit, and tells the citizen which', async () => {
    await startAt(OPEN);
    const { conversationId } = await newCitizen().say('petugas');
    const { staff } = talks();
    await staff.claim(conversationId, 'sari', 'claim-1');
    await staff.transfer(conversationId, 'sari', 'pass-1', { unit: 'dukcapil', unitName: 'Dinas Dukcapil' });
    expect((await lastTexts(conversationId)).at(-1)).to.contain('Dinas Dukcapil');
    expect(await rowOf(conversationId)).to.include({ queueUnit: 'dukcapil', handoverReason: 'transferred' });
  });

  it('is requeued once, by whoever really holds it', async () => {
    await startAt(OPEN);
    const { conversationId } = await newCitizen().say('petugas');
    const { staff } = talks();
    await staff.claim(conversationId, 'sari', 'claim-1');
    expect(await staff.requeue(conversationId, 'dewi', 'gone-1')).to.equal(false);
    expect(
      await Promise.all(['gone-2', 'gone-3'].map((key) => staff.requeue(conversationId, 'sari', key))),
    ).to.have.members([true, false]);
  });
});
