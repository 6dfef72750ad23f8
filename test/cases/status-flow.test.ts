import { expect } from 'chai';
import { receiptCodeOf } from '../../src/core/ids.js';
import { createCitizen, startTestApp, type TestApp } from '../fakes/test-app.js';

const REPORT = 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu';

describe('asking how a case stands', () => {
  let test: TestApp;
  let owner: ReturnType<typeof createCitizen>;
  let number: string;
  let code: string;

  before(async () => {
    test = await startTestApp();
    owner = createCitizen(test.app);
    await owner.say(REPORT);
    const { entries } = await owner.say('kirim');
    ({ number = '', code = '' } = entries.at(-1)?.receipt ?? {});
  });
  after(() => test.close());

  it('hands over the receipt with the number, and keeps nothing of the code', async () => {
    expect(code).to.equal(receiptCodeOf(test.app.keys.receiptKey, number));
    const turns = await test.app.conversations.turns.after((await owner.say('halo')).conversationId, 0, 10);
    expect(JSON.stringify(turns)).not.to.contain(code);
  });

  it('needs only the word in the chat that filed it', async () => {
    const told = (await owner.hear('status')).join();
    expect(told).to.contain(number).and.contain('Lampu jalan').and.contain('Diterima');
    expect(told, 'a day').to.match(/(Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu), \d/);
  });

  it('needs number and code from elsewhere', async () => {
    const stranger = createCitizen(test.app);
    await stranger.say('status');
    expect((await stranger.hear(number)).join())
      .to.match(/kode/i)
      .and.not.contain('Lampu jalan');
    expect((await stranger.hear(code)).join()).to.contain('Lampu jalan');
  });

  it('answers a wrong code and a number that does not exist alike', async () => {
    const ask = async (asked: string, given: string) => {
      const stranger = createCitizen(test.app);
      await stranger.say('status');
      await stranger.say(asked);
      return stranger.hear(given);
    };
    const wrongCode = await ask(number, '1234567812345678');
    const noCase = await ask('LP-200101-0001', '1234567812345678');
    expect(wrongCode).to.deep.equal(noCase);
  });

  it('closes the code way after five wrong codes, but never the chat that filed it', async () => {
    const fresh = createCitizen(test.app);
    await fresh.say(REPORT);
    const receipt = (await fresh.say('kirim')).entries.at(-1)?.receipt;
    const tryCode = async (given: string) => {
      const stranger = createCitizen(test.app);
      await stranger.say('status');
      await stranger.say(receipt?.number ?? '');
      return (await stranger.hear(given)).join();
    };
    for (let count = 0; count < 5; count++) await tryCode('1234567812345678');
    expect(await tryCode(receipt?.code ?? '')).not.to.contain('Lampu jalan');
    expect((await fresh.hear('status')).join(), 'its own chat').to.contain('Lampu jalan');
  });
});
