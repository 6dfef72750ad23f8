import { expect } from 'chai';
import { createOpensByCode, type OpensByCode } from '../../src/cases/code-tries.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { createWarga, type FiledCase, fileCase } from './case-life.js';

const WRONG = '1234567812345678';
const MINUTE_MS = 60_000;

describe('strangers', function () {
  this.timeout(60_000);
  let test: TestApp;
  let filed: FiledCase;
  let opens: OpensByCode;
  const clock = createShiftedClock();

  before(async () => {
    test = await startTestApp({ clock });
  });
  after(() => test.close());
  beforeEach(async () => {
    filed = await fileCase(test.app);
    const db = test.app.connection.getClient().db(test.app.connection.name);
    opens = createOpensByCode({ db, keys: test.app.keys, clock });
  });

  it('open nothing by a thousand wrong codes, nor by the right one after them', async () => {
    const { number, code } = filed;
    const tries = Array.from({ length: 1000 }, (_, index) => opens(number, WRONG, `stranger-${index}`));
    expect((await Promise.all(tries)).some(Boolean)).to.equal(false);
    expect(await opens(number, code, 'stranger-x')).to.equal(false);
  });

  it('get no more than five tries of a thousand made at once', async () => {
    const { number, code } = filed;
    // the right one among them is looked at only if it is among the first five
    const codes = Array.from({ length: 1000 }, (_, index) => (index < 5 ? WRONG : code));
    const opened = await Promise.all(codes.map((each) => opens(number, each, 'one stranger')));
    expect(opened.filter(Boolean).length).to.be.at.most(5);
  });

  it('close the way for a while only, and never for the chat that filed it', async () => {
    const { number, code, citizen } = filed;
    for (let count = 0; count < 6; count++) await opens(number, WRONG, 'stranger');
    expect((await citizen.hear('status')).join()).to.contain(number);
    clock.shift(15 * MINUTE_MS + 1000);
    expect(await opens(number, code, 'stranger')).to.equal(true);
  });

  it('don’t use up the tries of the one who knows the code', async () => {
    const { number, code } = filed;
    for (let count = 0; count < 20; count++) expect(await opens(number, code, 'owner')).to.equal(true);
  });

  it('learn nothing by walking through case numbers: one that exists is answered as one that does not', async () => {
    const stranger = createWarga(test.app);
    await stranger.say('halo');
    const [, day = ''] = /LP-(\d{6})/.exec(filed.number) ?? [];
    const answers = new Set<string>();
    // numbers that were given and numbers that weren't, in one walk
    for (let sequence = 1; sequence <= 100; sequence++) {
      const number = `LP-${day}-${String(sequence).padStart(4, '0')}`;
      answers.add((await stranger.hear(number)).join().replaceAll(number, 'LP'));
      answers.add((await stranger.hear('batal')).join());
    }
    expect([...answers].length).to.equal(2);
  });

  it('find no case by its number alone in ten thousand look-ups', async () => {
    const { reads } = test.app;
    const context = { conversationId: 'nobody', now: clock.now(), locale: 'id' } as const;
    const day = filed.number.slice(3, 9);
    const looked = Array.from({ length: 10_000 }, (_, index) =>
      reads.find_case({ number: `LP-${day}-${String(index).padStart(4, '0')}` }, context),
    );
    expect((await Promise.all(looked)).filter(({ found }) => found)).to.deep.equal([]);
  });
});
