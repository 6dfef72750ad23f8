import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Case } from '../../src/cases/case.js';
import { openWords } from '../../src/cases/case-update.js';
import { openContent } from '../../src/conversations/turn-content.js';
import { type Keys, keyIdOf, open } from '../../src/core/crypto.js';
import { rekey } from '../../src/store/rekey.js';
import { fileCase, moveCase } from '../cases/case-life.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

describe('rekey', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('seals everything by the newest key, so that the old one can be taken out', async () => {
    const { number, conversationId } = await fileCase(test.app);
    const { event } = await moveCase(test.app, number, ['needs_info'], { question: 'Lampu yang mana?' });
    // the service goes on sealing by its own newest key; here all is told before the ring changes
    await until('nothing is pending', async () => (await test.app.cases.find(number))?.notices.length === 0);
    const fresh = { id: 'k2', key: randomBytes(32) };
    const both: Keys = { ...test.app.keys, contentKeys: [fresh, ...test.app.keys.contentKeys] };
    const only: Keys = { ...test.app.keys, contentKeys: [fresh] };
    const db = test.app.connection.getClient().db(test.app.connection.name);

    const counts = await rekey(db, both);
    expect(counts['turns']).to.be.at.least(2);
    expect(counts['cases']).to.equal(1);
    expect((await rekey(db, both))['turns'], 'nothing is left').to.equal(0);

    const found = (await test.app.cases.find(number)) as Case;
    expect(keyIdOf(found.report.buffer)).to.equal('k2');
    expect(open<{ description: string }>(only, number, found.report.buffer).description).to.contain('Lampu jalan');
    const asked = found.history.find(({ rev }) => rev === event.rev);
    expect(asked && openWords(only, number, asked).question).to.equal('Lampu yang mana?');
    for (const turn of await test.app.conversations.turns.after(conversationId, 0, 10)) {
      expect(openContent(only, turn).address.channel).to.equal('webchat');
    }
  });
});
