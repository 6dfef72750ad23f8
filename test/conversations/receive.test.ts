import { expect } from 'chai';
import type { App } from '../../src/app.js';
import type { Engine } from '../../src/flows/engine.js';
import { createCitizen, startTestApp, type TestApp } from '../fakes/test-app.js';

const REPORT = 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu';

async function turnsOf(app: App, conversationId: string) {
  return app.conversations.turns.after(conversationId, 0, 1000);
}

function numberIn(texts: readonly string[]): string {
  return /LP-\d{6}-\d{4}/.exec(texts.join('\n'))?.[0] ?? '';
}

/** An engine with a bug that one word brings out. */
function failOn(word: string): (engine: Engine) => Engine {
  return (engine) => ({
    ...engine,
    advance(state, input) {
      if (input.type === 'message' && input.text.includes(word)) throw new TypeError('a bug');
      return engine.advance(state, input);
    },
  });
}

describe('receive', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('files a report with place and time in two messages', async () => {
    const citizen = createCitizen(test.app);
    const summary = (await citizen.hear(REPORT)).join();
    expect(summary).to.contain('Mawar').and.contain('seminggu').and.contain('Kirim');
    const number = numberIn(await citizen.hear('kirim'));
    const filed = await test.app.cases.find(number);
    expect(filed).to.include({ category: 'lampu_jalan', kind: 'pengaduan', status: 'received' });
  });

  it('files one without place and time in four', async () => {
    const citizen = createCitizen(test.app);
    for (const text of ['sampah menumpuk bau sekali', 'depan Pasar Baru', 'kemarin']) await citizen.say(text);
    expect(numberIn(await citizen.hear('kirim'))).to.match(/^LP-/);
  });

  it('gives the same message, fifty times at once, one turn, one number and one answer', async () => {
    const citizen = createCitizen(test.app);
    await citizen.say(REPORT);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => citizen.say('kirim', { externalId: 'kirim-once' })),
    );
    const numbers = new Set(answers.map((each) => numberIn(each.entries.map((entry) => entry.text))));
    expect(numbers.size).to.equal(1);
    expect(new Set(answers.map((each) => each.seq))).to.deep.equal(new Set([2]));
    expect(answers.filter((each) => !each.repeated).length).to.equal(1);
    const [number] = numbers;
    const next = createCitizen(test.app);
    await next.say(REPORT);
    const following = numberIn(await next.hear('kirim'));
    expect(Number(following.slice(-4)) - Number(number?.slice(-4)), 'one number burnt').to.equal(1);
  });

  it('keeps one order when messages come at once, in two processes', async () => {
    const other = await test.join();
    const chat = createCitizen(test.app).chatId;
    const here = createCitizen(test.app, chat);
    const there = createCitizen(other, chat);
    const received = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        (index % 2 ? here : there).say(`pesan ke-${index} tentang jalan rusak`, { externalId: `m${index}-at-once` }),
      ),
    );
    const seqs = received.map((each) => each.seq).sort((a, b) => a - b);
    expect(seqs).to.deep.equal(Array.from({ length: 16 }, (_, index) => index + 1));
    const turns = await turnsOf(test.app, received[0]?.conversationId ?? '');
    expect(turns.map((turn) => turn.seq)).to.deep.equal(seqs);
  });

  it('shows a citizen who comes back all that was said, in order', async () => {
    const citizen = createCitizen(test.app);
    const { conversationId } = await citizen.say('halo');
    await citizen.say(REPORT);
    const entries = await test.app.conversations.transcript(conversationId, 0);
    expect(entries.map((each) => [each.seq, each.part, each.from])).to.deep.equal([
      [1, 0, 'citizen'],
      [1, 1, 'bot'],
      [2, 0, 'citizen'],
      [2, 1, 'bot'],
    ]);
  });

  it('keeps no word of a citizen in clear', async () => {
    const citizen = createCitizen(test.app);
    const { conversationId } = await citizen.say('Lampu jalan mati di Jl. Kenari RT 09 sejak kemarin, dari Kanarius', {
      displayName: 'Budi Kanarius',
    });
    const number = (await citizen.say('kirim')).entries.at(-1)?.receipt?.number ?? '';
    const [turns, cases] = await Promise.all([turnsOf(test.app, conversationId), test.app.cases.findAll([number])]);
    expect(turns.length).to.equal(2);
    expect(cases.length).to.equal(1);
    expect(JSON.stringify([turns, cases])).not.to.match(/Kanarius|Kenari/);
  });

  it('makes a turn even of a message on which the flow fails, and goes on', async () => {
    const failing = await test.join({ aroundEngine: failOn('gagalkan') });
    const citizen = createCitizen(failing);
    await citizen.say('lampu jalan mati');
    const [sorry] = await citizen.hear('tolong gagalkan');
    expect(sorry).to.match(/^Maaf/);
    expect((await citizen.hear('Jl. Mawar RT 03')).join()).to.match(/kapan/i);
  });
});
