import { expect } from 'chai';
import fc from 'fast-check';
import { conversation } from './commands.js';
import { verify } from './verify.js';
import { type Played, play, settle, startWorld, type World } from './world.js';

/** More of them, or others: `MODEL_RUNS=5000 MODEL_SEED=$RANDOM npx mocha test/model/model.test.ts`. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 100);
const SEED = Number(process.env['MODEL_SEED'] ?? 20261124);
const AT_ONCE = 20;

describe('conversations through whatever may happen, on two processes', function () {
  this.timeout(600_000);
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  it('lose nothing, double nothing, keep their order, and stand where staff see them', async () => {
    const waiting = fc.sample(conversation, { seed: SEED, numRuns: RUNS });
    const played: Played[] = [];
    const worker = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) played.push(await play(world, next));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await settle(world, played);
    for (const each of played) {
      const wrong = await verify(world, each);
      expect(wrong, `seed ${SEED}: ${JSON.stringify(each.commands)}`).to.deep.equal([]);
    }
    for (const app of world.apps) expect(await app.audit.verify()).to.include({ ok: true });
  });
});
