import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadConsent } from '../../src/cases/consent.js';
import { loadTexts } from '../../src/flows/i18n.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { createWarga, fileCase } from './case-life.js';
import { FLOWS_DIR } from './shipped-rules.js';

const LOCALES_DIR = new URL('../../locales', import.meta.url).pathname;
const AT = new Date('2026-11-24T03:00:00Z');

describe('consent', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const db = () => test.app.connection.getClient().db(test.app.connection.name);

  it('is kept with a report: which text, in which language, and when', async () => {
    const { number } = await fileCase(test.app);
    const filed = await test.app.cases.find(number);
    expect(filed?.consent).to.include({ text: 'intake.summary', locale: 'id' });
    expect(filed?.consent?.at).to.deep.equal(filed?.receivedAt);
  });

  it('leads back to the very words, years later', async () => {
    const citizen = createWarga(test.app);
    await citizen.say('bahasa');
    await citizen.say('English');
    const { number } = await fileCase(test.app, undefined, citizen);
    const { consent } = (await test.app.cases.find(number)) ?? {};
    const kept = await db()
      .collection<{ _id: string; text: string }>('consent_texts')
      .findOne({ _id: consent?.version ?? '' });
    expect(kept).to.include({ key: 'intake.summary', locale: 'en' });
    expect(kept?.text).to.contain('you agree');
  });

  it('has another version as soon as a word of the text is another', () => {
    const texts = loadTexts(LOCALES_DIR);
    const changed = { ...texts, source: (key: string) => `${texts.source(key)}!` };
    const [before, after] = [texts, changed].map(
      (each) => loadConsent(FLOWS_DIR, each)('file_case', 'id', AT)?.version,
    );
    expect(before).to.match(/^[0-9a-f]{16}$/);
    expect(after).not.to.equal(before);
  });

  it('names no text that is not there', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'kanal-consent-'));
    await writeFile(join(dir, 'consent.yaml'), 'version: 1\ntexts: { file_case: intake.nowhere }\n');
    expect(() => loadConsent(dir, loadTexts(LOCALES_DIR))).to.throw('there is no text called "intake.nowhere"');
    await rm(dir, { recursive: true });
  });
});
