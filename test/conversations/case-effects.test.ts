import { expect } from 'chai';
import { loadCaseRules } from '../../src/cases/case-rules.js';
import { createCaseEffects } from '../../src/conversations/case-effects.js';
import type { Turn } from '../../src/conversations/turn.js';
import { createWarga, fileCase, moveCase } from '../cases/case-life.js';
import { FLOWS_DIR } from '../cases/shipped-rules.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

describe('case effects', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const handlers = () =>
    createCaseEffects({
      cases: test.app.cases,
      reporters: test.app.reporters,
      service: test.app.caseService,
      keys: test.app.keys,
      rules: loadCaseRules(FLOWS_DIR, 'WIB', [2026]),
      opensByCode: async () => true,
      surveys: { add: async () => undefined },
      monthOf: () => '2026-11',
      giveArrived: async () => undefined,
    });
  const contextIn = (turn: Turn, key: string) => ({
    turn,
    content: {
      address: { channel: 'webchat', account: 'main', chatId: 'x' },
      answers: [],
      out: [],
      effects: [],
    } as const,
    key,
    now: new Date(turn.at),
  });
  const tipOf = async (conversationId: string) => {
    const turn = await test.app.conversations.turns.tip(conversationId);
    if (!turn) throw new Error('no turn');
    return turn;
  };

  it('do nothing for a chat that is none of the case’s, whatever its answers hold', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned', 'in_progress', 'resolved']);
    const stranger = await tipOf((await createWarga(test.app).say('halo')).conversationId);
    const args = { number, said: 'yes', reason: 'Masih gelap sekali', comment: 'halo', answer: 'ya', words: 'x' };
    for (const name of [
      ...(['confirm_solved', 'reopen_case', 'answer_question', 'add_to_case'] as const),
      ...(['withdraw_case', 'rate_case'] as const),
    ]) {
      const outcome = await handlers()[name](args, contextIn(stranger, `stranger/${name}`));
      expect(outcome, name).to.deep.equal({ state: 'refused', reason: 'case.not_found' });
    }
    expect((await test.app.cases.find(number))?.rev).to.equal(5);
  });

  it('let a supporter add, and nothing more', async () => {
    const { number } = await fileCase(test.app);
    const { conversationId } = await createWarga(test.app).say('halo');
    const turn = await tipOf(conversationId);
    await test.app.reporters.add({ caseNumber: number, conversationId, audience: 'supporter', at: turn.at });
    const withdrawn = await handlers().withdraw_case({ number }, contextIn(turn, 'supporter/0'));
    expect(withdrawn).to.deep.equal({ state: 'refused', reason: 'case.not_found' });
    expect(
      await handlers().add_to_case({ number, comment: 'juga di sini' }, contextIn(turn, 'supporter/1')),
    ).to.deep.equal({
      state: 'done',
    });
  });

  it('come to once under their key', async () => {
    const { number, conversationId } = await fileCase(test.app);
    const turn = await tipOf(conversationId);
    const add = () => handlers().add_to_case({ number, comment: 'masih gelap' }, contextIn(turn, 'same/0'));
    await Promise.all([add(), add(), add()]);
    expect((await test.app.cases.find(number))?.history.map(({ what }) => what)).to.deep.equal(['filed', 'added']);
  });
});
