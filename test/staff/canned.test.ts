import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { AppError } from '../../src/core/errors.js';
import type { Actor } from '../../src/staff/actor.js';
import type { CannedAnswer } from '../../src/staff/api/settings.js';
import { createCanned } from '../../src/staff/canned.js';
import { loadCanned } from '../../src/staff/load-canned.js';
import { loadTone } from '../../src/staff/load-tone.js';
import { checkTone } from '../../src/staff/tone.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

const FLOWS = new URL('../../flows', import.meta.url).pathname;
const NOW = new Date('2026-12-01T03:00:00Z');

describe('ready answers that come with the service', () => {
  const shipped = loadCanned(FLOWS);

  it('are some fifteen, in every language of the service', () => {
    expect(shipped.length).to.be.within(12, 25);
    for (const { shortcut, texts } of shipped)
      expect(Object.keys(texts), shortcut).to.have.members(['id', 'en', 'jv', 'su']);
  });

  it('hold to the rules of tone that replies are held to', () => {
    const rules = loadTone(FLOWS);
    const flags = shipped.flatMap(({ shortcut, texts }) =>
      ['id', 'en'].flatMap((locale) =>
        checkTone(texts[locale] ?? '', rules, locale, { now: NOW }).map(
          ({ kind, words }) => `${shortcut}.${locale}: ${kind} ${words.join()}`,
        ),
      ),
    );
    expect(flags).to.deep.equal([]);
  });
});

describe('loading of ready answers', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'kanal-canned-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function faultOf(answer: string): string {
    writeFileSync(join(dir, 'canned.yaml'), `version: 1\nanswers:\n  ${answer}\n`);
    try {
      loadCanned(dir);
    } catch (error) {
      if (error instanceof AppError && error.code === 'config.invalid') return error.message;
      throw error;
    }
    return '';
  }
  const en = 'en: Hello to you all';

  it('tells the line and what is wrong there', () => {
    expect(faultOf(`halo: { title: Sapaan, texts: { id: "Halo, {nama} di sana", ${en} } }`)).to.equal('');
    expect(faultOf(`halo: { title: Sapaan, texts: { id: "Halo, {namma} di sana", ${en} } }`)).to.match(
      /line 3, answers\.halo\.texts\.id: may hold \{nama\}/,
    );
    expect(faultOf('halo: { title: Sapaan, texts: { id: Halo semua di sana } }')).to.contain('answers.halo.texts.en');
    expect(faultOf(`Halo!: { title: Sapaan, texts: { id: Halo semua di sana, ${en} } }`)).to.contain('answers.Halo!');
  });
});

describe('ready answers of the office', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());
  beforeEach(() => db().collection('canned').deleteMany({}));

  const db = () => test.app.connection.getClient().db(test.app.connection.name);
  const rina: Actor = { staffId: 'rina', name: 'Rina', role: 'agent', units: ['dinas_pu'], via: 'session' };
  const shipped: CannedAnswer[] = [
    { id: 'shipped-salam', shortcut: 'salam', title: 'Salam', texts: { id: 'Halo dari layanan' } },
    { id: 'shipped-foto', shortcut: 'foto', title: 'Foto', texts: { id: 'Mohon kirim foto' } },
  ];
  const canned = () => createCanned(db(), shipped);
  const titles = async () => (await canned().listFor(rina)).map(({ shortcut, title }) => `${shortcut} ${title}`);
  const codeOf = (error: unknown) => (error instanceof AppError ? error.code : error);

  it('stand beside those of the service, and before one of them when they take its place', async () => {
    await canned().keep({ id: 'own', shortcut: 'peta', title: 'Peta', texts: { id: 'Lihat peta' } });
    expect(await titles()).to.deep.equal(['foto Foto', 'peta Peta', 'salam Salam']);
    await canned().keep({ id: 'shipped-salam', shortcut: 'salam', title: 'Salam kami', texts: { id: 'Halo' } });
    expect(await titles()).to.deep.equal(['foto Foto', 'peta Peta', 'salam Salam kami']);
  });

  it('may do without one of the service for good', async () => {
    await canned().remove('shipped-foto');
    expect(await titles()).to.deep.equal(['salam Salam']);
    expect(await canned().remove('shipped-foto').catch(codeOf)).to.equal('request.not_found');
    await canned().keep({ id: 'own', shortcut: 'foto', title: 'Foto kami', texts: { id: 'Foto dong' } });
    expect(await titles()).to.deep.equal(['foto Foto kami', 'salam Salam']);
  });

  it('may not have a shortcut that is taken, unless it is of one unit', async () => {
    const own = { id: 'own', shortcut: 'salam', title: 'Salam PU', texts: { id: 'Halo dari PU' } };
    expect(await canned().keep(own).catch(codeOf)).to.equal('request.conflict');
    await canned().keep({ ...own, unit: 'dinas_pu' });
    expect(await titles()).to.have.members(['salam Salam PU', 'salam Salam', 'foto Foto']);
  });

  it('of before there were any of the service keep their shortcut', async () => {
    await createCanned(db(), []).keep({ id: 'old', shortcut: 'salam', title: 'Salam lama', texts: { id: 'Halo' } });
    expect(await titles()).to.deep.equal(['foto Foto', 'salam Salam lama']);
  });
});
