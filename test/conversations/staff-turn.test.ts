import { expect } from 'chai';
import { AppError } from '../../src/core/errors.js';
import { createCitizen, startTestApp, type TestApp } from '../fakes/test-app.js';

describe('staff turns', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const staffIn = () => test.app.conversations.staff;

  it('keep the bot silent while a person holds the conversation', async () => {
    const citizen = createCitizen(test.app);
    const { conversationId } = await citizen.say('lampu jalan mati');
    await staffIn().claim(conversationId, 'sari', 'claim-1');
    expect(await citizen.hear('Jl. Mawar RT 03')).to.deep.equal([]);
    await staffIn().say(conversationId, 'sari', 'say-1', 'Selamat pagi, saya Sari.');
    const entries = await test.app.conversations.transcript(conversationId, 0);
    expect(entries.at(-1)).to.include({ from: 'staff', text: 'Selamat pagi, saya Sari.' });
  });

  it('tell danger numbers even then', async () => {
    const citizen = createCitizen(test.app);
    const { conversationId } = await citizen.say('lampu jalan mati');
    await staffIn().claim(conversationId, 'sari', 'claim-1');
    expect((await citizen.hear('tolong ada kebakaran rumah, ada orang terjebak')).join()).to.contain('112');
  });

  it('give the conversation back at the very step, with the answers kept', async () => {
    const citizen = createCitizen(test.app);
    const { conversationId } = await citizen.say('lampu jalan mati');
    await staffIn().claim(conversationId, 'sari', 'claim-1');
    const { content } = await staffIn().release(conversationId, 'sari', 'release-1');
    expect(content.out[0]?.text).to.match(/mana/i);
    await citizen.say('Jl. Mawar RT 03');
    expect((await citizen.hear('kemarin')).join())
      .to.contain('lampu jalan mati')
      .and.contain('Mawar');
  });

  it('let one of two who claim at once win, and tell the other who', async () => {
    const other = await test.join();
    for (let round = 0; round < 10; round++) {
      const citizen = createCitizen(test.app);
      const { conversationId } = await citizen.say('lampu jalan mati');
      const claims = await Promise.allSettled([
        staffIn().claim(conversationId, 'sari', 'claim-sari'),
        other.conversations.staff.claim(conversationId, 'dewi', 'claim-dewi'),
      ]);
      const won = claims.flatMap((each) => (each.status === 'fulfilled' ? [each.value.turn.after.staffId] : []));
      const lost = claims.flatMap((each) => (each.status === 'rejected' ? [each.reason as AppError] : []));
      expect(won.length).to.equal(1);
      expect(lost[0]).to.deep.include({ code: 'conversation.taken', details: { staffId: won[0] } });
    }
  });

  it('are judged by what another process has done meanwhile', async () => {
    const other = await test.join();
    const citizen = createCitizen(test.app);
    const { conversationId } = await citizen.say('lampu jalan mati');
    const there = other.conversations.staff;
    await there.claim(conversationId, 'dewi', 'claim-1');
    // this process has seen nothing of it
    await staffIn().say(conversationId, 'dewi', 'say-1', 'Selamat pagi.');
    await there.transfer(conversationId, 'dewi', 'pass-1', { staffId: 'sari' });
    expect(await staffIn().requeue(conversationId, 'sari', 'gone-1')).to.equal(true);
  });

  it('race a citizen for the next turn: both are kept, and the bot speaks only before the claim', async () => {
    const other = await test.join();
    for (let round = 0; round < 10; round++) {
      const citizen = createCitizen(test.app);
      const { conversationId } = await citizen.say('lampu jalan mati');
      const [heard, claimed] = await Promise.all([
        citizen.say('Jl. Mawar RT 03'),
        other.conversations.staff.claim(conversationId, 'dewi', 'claim-dewi'),
      ]);
      expect(new Set([heard.seq, claimed.turn.seq])).to.deep.equal(new Set([2, 3]));
      const spoke = heard.entries.some((each) => each.from === 'bot');
      expect(spoke, 'the bot answered').to.equal(heard.seq < claimed.turn.seq);
    }
  });

  it('say nothing for somebody who does not hold the conversation', async () => {
    const citizen = createCitizen(test.app);
    const { conversationId } = await citizen.say('lampu jalan mati');
    const error = await staffIn()
      .say(conversationId, 'dewi', 'say-1', 'halo')
      .catch((each: unknown) => each);
    expect(error).to.be.instanceOf(AppError).with.property('code', 'conversation.taken');
  });

  it('come to one turn when the same click arrives twice', async () => {
    const citizen = createCitizen(test.app);
    const { conversationId } = await citizen.say('lampu jalan mati');
    await staffIn().claim(conversationId, 'sari', 'claim-1');
    const twice = await Promise.all([1, 2].map(() => staffIn().say(conversationId, 'sari', 'say-1', 'Baik.')));
    expect(new Set(twice.map((each) => each.turn.seq)).size).to.equal(1);
  });
});
