import { expect } from 'chai';
import type { App } from '../../src/app.js';
import type { Engine } from '../../src/flows/engine.js';
import { createCitizen, startTestApp, type TestApp } from '../fakes/test-app.js';

const WISH = 'cabut laporan orang lain';

/** An engine that at these words wants what the rules refuse. */
function wishInVain(engine: Engine): Engine {
  return {
    ...engine,
    advance(state, input) {
      const advance = engine.advance(state, input);
      if (input.type !== 'message' || input.text !== WISH) return advance;
      return { ...advance, effects: [{ type: 'do', name: 'withdraw_case', args: { number: 'LP-200101-0001' } }] };
    },
  };
}

describe('a refusal', () => {
  let test: TestApp;
  let meanwhile: (() => Promise<unknown>) | undefined;
  before(async () => {
    test = await startTestApp({
      aroundEngine: wishInVain,
      async points(point, { _id }) {
        if (point !== 'decided' || !_id.includes('#refused:')) return;
        const happen = meanwhile;
        meanwhile = undefined;
        await happen?.();
      },
    });
  });
  after(() => test.close());

  it('is told once, though another process is faster just then', async () => {
    const other: App = await test.join({ points: () => undefined });
    const citizen = createCitizen(test.app);
    const { conversationId } = await citizen.say('halo');
    meanwhile = () => other.conversations.staff.claim(conversationId, 'dewi', 'claim-1');
    await citizen.say(WISH);
    expect(meanwhile, 'the other was there').to.equal(undefined);
    const told = (await test.app.conversations.transcript(conversationId, 0)).filter(
      ({ from, text }) => from === 'bot' && text.startsWith('Maaf, permintaan terakhir'),
    );
    expect(told).to.have.length(1);
  });
});
