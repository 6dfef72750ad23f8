import { expect } from 'chai';
import { marksOf, marksToAsk } from '../../src/cases/matter-marks.js';
import { TEST_KEYS } from '../fakes/keys.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { createWarga, fileCase, moveCase } from './case-life.js';

const REPORT = 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu';
const SAME_IN_OTHER_WORDS = 'Lampu jalan di Jl. Mawar RT 03 mati total sejak kemarin, gelap sekali';
const ELSEWHERE = 'Lampu jalan mati di Jl. Anggrek Timur RT 11 sejak kemarin';

describe('marks of a matter', () => {
  const shared = (a: string, b: string): number => {
    const marks = new Set(marksOf(TEST_KEYS, { description: a }));
    return marksToAsk(TEST_KEYS, { description: b }).filter((mark) => marks.has(mark)).length;
  };

  it('meet for much the same words and not for others', () => {
    expect(shared(REPORT, REPORT)).to.equal(16);
    expect(shared('lampu jalan mati depan pasar turi lama', 'mati lampu jalan di depan pasar turi')).to.be.above(0);
    expect(shared('lampu jalan mati depan pasar turi', 'dokter puskesmas datangnya siang terus')).to.equal(0);
  });

  it('meet for spots near each other, also across the edge of a cell', () => {
    const at = (latitude: number, longitude: number) => ({
      description: '',
      place: { type: 'place' as const, text: '', latitude, longitude },
    });
    const here = new Set(marksOf(TEST_KEYS, at(-7.2575, 112.7521)));
    const meets = (latitude: number, longitude: number) =>
      marksToAsk(TEST_KEYS, at(latitude, longitude)).some((mark) => here.has(mark));
    expect([meets(-7.2575, 112.7521), meets(-7.2584, 112.7532), meets(-7.2675, 112.7521)]).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it('stay few and bounded, and hold no word', () => {
    const marks = marksOf(TEST_KEYS, {
      description: `${'kata lain '.repeat(2_000)}`,
      place: { type: 'place', text: REPORT },
    });
    expect(marks.length).to.be.at.most(23);
    expect(marks.join(' ')).to.not.match(/mawar|lampu/i);
  });
});

describe('what was reported before', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ offersSimilar: true });
  });
  after(() => test.close());

  it('is offered to be supported by others: they hear of it, and what they wrote stands in it', async () => {
    const { number } = await fileCase(test.app, REPORT);
    const other = createWarga(test.app);
    await other.say(SAME_IN_OTHER_WORDS);
    expect((await other.hear('kirim')).join())
      .to.include(number)
      .and.include('warga lain');
    const { conversationId } = await other.say('dukung');
    expect((await test.app.reporters.find(number, conversationId))?.audience).to.equal('supporter');
    const found = await test.app.cases.find(number);
    expect(found?.history.map(({ what }) => what)).to.include('added');

    const elsewhere = await fileCase(test.app, ELSEWHERE);
    expect(elsewhere.number).to.not.equal(number);
  });

  it('is added to by the same person', async () => {
    const { number, citizen } = await fileCase(test.app, 'Sampah menumpuk di depan Pasar Kembang sejak Senin');
    await citizen.say('Sampah masih menumpuk di depan Pasar Kembang sejak Senin, makin bau');
    expect((await citizen.hear('kirim')).join()).to.include(`mirip: ${number}`);
    expect((await citizen.hear('ya')).join()).to.include('sudah kami tambahkan');
  });

  it('is filed anew where the one before has ended', async () => {
    const text = 'Got mampet di Jl. Kenanga RT 07 sejak kemarin, airnya meluap';
    const { number } = await fileCase(test.app, text);
    await moveCase(test.app, number, ['verified', 'rejected']);
    expect((await fileCase(test.app, text)).number).to.not.equal(number);
  });

  it('is never told of when only a circle may know of it', async () => {
    const text = 'Oknum kelurahan minta uang 200 ribu untuk tanda tangan surat tanah di Jl. Dahlia kemarin';
    const { number } = await fileCase(test.app, text);
    expect((await test.app.cases.find(number))?.marks).to.equal(undefined);
    expect((await fileCase(test.app, text)).number).to.not.equal(number);
  });
});
