import { expect } from 'chai';
import { openWords } from '../../src/cases/case-update.js';
import type { AppError } from '../../src/core/errors.js';
import { createWarga, fileCase } from '../cases/case-life.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

const WISH = {
  by: 'koord',
  approvedBy: 'atasan',
  reason: 'Pelapor perlu dihubungi polisi karena ada ancaman',
  key: 'reveal-1',
};

describe('revealing who is behind an anonim case', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  async function fileAnonim() {
    const citizen = createWarga(test.app);
    for (const text of ['Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu', 'anonim', 'anonim']) {
      await citizen.say(text, { displayName: 'Budi Kanarius' });
    }
    const { entries } = await citizen.say('kirim', { displayName: 'Budi Kanarius' });
    return { citizen, number: entries.at(-1)?.receipt?.number ?? '' };
  }

  it('takes a reason and a second person, and is on record and before a supervisor', async () => {
    const { citizen, number } = await fileAnonim();
    const revealed = await test.app.reveal({ ...WISH, number });
    expect(revealed).to.deep.equal([
      { address: { channel: 'webchat', account: 'main', chatId: citizen.chatId }, displayName: 'Budi Kanarius' },
    ]);
    const found = await test.app.cases.find(number);
    expect(found?.reviewAt).to.be.instanceOf(Date);
    const event = found?.history.at(-1);
    expect(event?.what).to.equal('revealed');
    expect(event && openWords(test.app.keys, number, event).reason).to.equal(WISH.reason);
    expect(await test.app.audit.last()).to.deep.include({
      by: 'koord',
      what: 'case.revealed',
      subject: number,
      details: { approvedBy: 'atasan' },
    });
  });

  it('is refused to one person alone, and without a reason', async () => {
    const { number } = await fileAnonim();
    for (const [field, wish] of [
      ['approvedBy', { ...WISH, approvedBy: 'koord' }],
      ['approvedBy', { ...WISH, approvedBy: '' }],
      ['reason', { ...WISH, reason: 'perlu' }],
    ] as const) {
      const error = await test.app.reveal({ ...wish, number }).catch((each: AppError) => each);
      expect(error).to.deep.include({ code: 'request.invalid', details: { field } });
    }
    expect((await test.app.cases.find(number))?.rev).to.equal(1);
  });

  it('is the only way: the case itself holds no name', async () => {
    const citizen = await fileCase(test.app);
    const { number } = await fileAnonim();
    const found = await test.app.cases.find(number);
    const words = await test.app.reads.find_case({ number }, { conversationId: 'x', now: new Date(), locale: 'id' });
    expect(words).to.deep.equal({ found: false });
    expect(JSON.stringify(found)).not.to.contain('Budi');
    expect(citizen.number).not.to.equal(number);
  });
});
