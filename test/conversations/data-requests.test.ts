import { expect } from 'chai';
import { runPrivacyCommand } from '../../src/cli/admin-privacy.js';
import { loadConfig } from '../../src/config.js';
import type { DataRequest } from '../../src/conversations/data-requests.js';
import { fileCase, moveCase } from '../cases/case-life.js';
import { FLOWS_DIR } from '../cases/shipped-rules.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('requests about one’s own data', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const db = () => test.app.connection.getClient().db(test.app.connection.name);
  const admin = (...words: string[]) => {
    const config = loadConfig({ DATA_DIR: test.dataDir });
    return runPrivacyCommand({ db: db(), keys: test.app.keys, config, flowsDir: FLOWS_DIR }, words);
  };
  const requestsOf = (conversationId: string) =>
    db().collection<DataRequest>('data_requests').find({ conversationId }).toArray();

  it('a copy is due in three times 24 hours, holds all of the person and nothing of others, and is proven', async () => {
    const other = await fileCase(test.app, 'Sampah menumpuk di depan Pasar Kanarius sejak Senin');
    const { citizen, conversationId, number } = await fileCase(test.app);
    await moveCase(test.app, number, ['needs_info'], { question: 'Lampu yang mana?' });
    await citizen.say('salinan data saya');
    await citizen.say('ya');
    const [request] = await requestsOf(conversationId);
    expect(request?.kind).to.equal('copy');
    expect((request?.dueAt?.getTime() ?? 0) - (request?.at.getTime() ?? 0)).to.equal(3 * DAY_MS);
    expect(await admin('data', 'requests')).to.contain(request?._id);

    const copy = (await admin('data', 'copy', request?._id ?? '', '--by', 'dewi')) ?? '';
    expect(copy).to.contain('Lampu jalan mati di Jl. Mawar RT 03').and.contain('Lampu yang mana?').and.contain(number);
    expect(copy).not.to.contain('Kanarius').and.not.to.contain(other.number);
    expect((await requestsOf(conversationId))[0]).to.include({ doneBy: 'dewi' });
    expect(await test.app.audit.last()).to.include({ what: 'data.copied', by: 'cli:dewi', subject: conversationId });
    expect(await admin('data', 'requests')).not.to.contain(request?._id);
  });

  it('an erasure is done at once and leaves its proof', async () => {
    const { citizen, conversationId } = await fileCase(test.app);
    await citizen.say('hapus data saya');
    await citizen.say('ya');
    const [request] = await requestsOf(conversationId);
    expect(request).to.include({ kind: 'erasure' });
    expect(request?.doneAt).to.be.instanceOf(Date);
    const entries = await test.app.conversations.transcript(conversationId, 0);
    expect(entries.map(({ text }) => text).join()).not.to.contain('Mawar');
  });
});
