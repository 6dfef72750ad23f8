import { expect } from 'chai';
import { Binary } from 'mongodb';
import type { Case, CaseReport } from '../../src/cases/case.js';
import { createCaseErasure } from '../../src/cases/case-erasure.js';
import { openWords } from '../../src/cases/case-update.js';
import { keptSince, loadRetention, periodOf } from '../../src/cases/retention-rules.js';
import { createEraseOld } from '../../src/conversations/erase-old.js';
import type { Turn } from '../../src/conversations/turn.js';
import { openContent } from '../../src/conversations/turn-content.js';
import { open } from '../../src/core/crypto.js';
import { previewRetention } from '../../src/jobs/retention.js';
import { createRetentionRuns } from '../../src/jobs/retention-runs.js';
import { createWarga, fileCase, moveCase } from '../cases/case-life.js';
import { FLOWS_DIR } from '../cases/shipped-rules.js';
import { createShiftedClock, type ShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const YEAR_MS = 366 * DAY_MS;
const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(500, 0x41)]);
const DAMAGED = new Binary(Buffer.from('0102', 'hex'));

describe('retention rules', () => {
  const rules = loadRetention(FLOWS_DIR);

  it('let a category win over a kind, and a kind over the default', () => {
    const years = (category: string, kind: string) => periodOf(rules, 'cases', { category, kind }).years;
    expect(years('pungli_korupsi', 'informasi')).to.equal(10);
    expect(years('jalan', 'informasi')).to.equal(2);
    expect(years('jalan', 'pengaduan')).to.equal(5);
    expect(years('constructor', 'toString')).to.equal(5);
  });

  it('give a reason for every period', () => {
    for (const part of [rules.cases, rules.files, rules.turns] as const) expect(part.default.basis).to.match(/UU \d+/);
  });

  it('count years by the calendar, through 29 February', () => {
    expect(keptSince(new Date('2028-02-29T05:00:00Z'), { years: 2 }).toISOString()).to.equal(
      '2026-03-01T05:00:00.000Z',
    );
  });
});

describe('retention', () => {
  let test: TestApp;
  let clock: ShiftedClock;
  beforeEach(async () => {
    clock = createShiftedClock();
    test = await startTestApp({ clock });
  });
  afterEach(() => test.close());

  const db = () => test.app.connection.getClient().db(test.app.connection.name);
  const find = async (number: string) => (await test.app.cases.find(number)) ?? expect.fail(`no case ${number}`);
  const descriptionOf = ({ _id, report }: Case) => open<CaseReport>(test.app.keys, _id, report.buffer).description;

  /** A report with a photo, asked about, answered and withdrawn. */
  async function endedCase() {
    const filed = await fileCase(test.app);
    await moveCase(test.app, filed.number, ['verified', 'assigned', 'in_progress'], {});
    const file = await test.app.files.save(filed.conversationId, PDF, {});
    await db()
      .collection<Case>('cases')
      .updateOne({ _id: filed.number }, { $set: { evidence: [file] } });
    await test.app.files.sweepUnreferenced(new Date(clock.now().getTime() + DAY_MS), test.app.cases.refersToFile);
    const by = { role: 'complainant' } as const;
    const reason = 'Sudah saya perbaiki sendiri';
    const { found } = await test.app.caseService.change({
      number: filed.number,
      to: 'withdrawn',
      by,
      reason,
      key: `w-${filed.number}`,
    });
    return { ...filed, fileId: file.fileId ?? '', found };
  }

  it('erases files first, then the case, and keeps what statistics need', async () => {
    const { number, fileId, conversationId, found } = await endedCase();
    clock.shift(2 * YEAR_MS);
    expect((await test.app.runRetention('a'))?.counts).to.include({ cases: 0, files: 1 });
    expect((await find(number)).evidence).to.deep.equal([]);
    expect(descriptionOf(await find(number))).to.contain('Lampu jalan');
    await test.app.files.sweepUnreferenced(clock.now(), test.app.cases.refersToFile);
    expect(await test.app.files.find(conversationId, fileId)).to.equal(undefined);

    const about = { notes: { _id: `${number}#k`, subject: number }, labels: { _id: `${number}/2` } };
    const other = { notes: { _id: 'x#k', subject: 'x' }, labels: { _id: `${number}0/2` } };
    for (const name of ['notes', 'labels'] as const)
      await db().collection<{ _id: string }>(name).insertMany([about[name], other[name]]);

    clock.shift(3 * YEAR_MS);
    expect((await test.app.runRetention('b'))?.counts).to.include({ cases: 1, files: 0 });
    const erased = await find(number);
    expect(descriptionOf(erased)).to.equal('');
    expect(erased.tokens).to.deep.equal([]);
    expect(erased.history.every((event) => Object.keys(openWords(test.app.keys, number, event)).length === 0)).to.equal(
      true,
    );
    expect(await test.app.reporters.of(number)).to.deep.equal([]);
    for (const name of ['notes', 'labels'] as const)
      expect(await db().collection(name).find({}).toArray(), name).to.deep.equal([other[name]]);
    expect(erased).to.include({ status: 'withdrawn', category: found.category, unit: found.unit });
    expect(erased.history.map(({ what }) => what)).to.include.members(['filed', 'withdraw', 'files_erased', 'erased']);
    expect((await test.app.runRetention('c'))?.counts, 'once').to.deep.equal({ cases: 0, files: 0, turns: 0 });
  });

  it('leaves what is open, and what was opened again', async () => {
    const open = await fileCase(test.app);
    const { number } = await endedCase();
    const by = { role: 'complainant' } as const;
    await test.app.caseService.change({ number, to: 'reopened', by, reason: 'Ternyata mati lagi', key: 'again' });
    clock.shift(6 * YEAR_MS);
    expect((await test.app.runRetention('a'))?.counts).to.include({ cases: 0, files: 0 });
    expect(descriptionOf(await find(number))).to.contain('Lampu jalan');
    expect(descriptionOf(await find(open.number))).to.contain('Lampu jalan');
  });

  it('loses to a change made while it reads', async () => {
    const { number } = await endedCase();
    const erasure = createCaseErasure({ db: db(), keys: test.app.keys, releaseFiles: test.app.files.release });
    const read = await find(number);
    const by = { role: 'complainant' } as const;
    await test.app.caseService.change({ number, to: 'reopened', by, reason: 'Ternyata mati lagi', key: 'race' });
    expect(await erasure.erase('cases', read, clock.now())).to.equal(false);
    expect(descriptionOf(await find(number))).to.contain('Lampu jalan');
  });

  it('takes up what a process left that died half-way through a case', async () => {
    const { number } = await endedCase();
    await db()
      .collection<{ _id: string }>('notes')
      .insertOne({ _id: `${number}#k`, subject: number } as never);
    clock.shift(6 * YEAR_MS);
    const { files, keys } = test.app;
    let calls = 0;
    const releaseFiles = async (fileIds: readonly string[]) => {
      calls += 1;
      if (calls === 2) throw new Error('the process died');
      await files.release(fileIds);
    };
    const dying = createCaseErasure({ db: db(), keys, releaseFiles });
    const died = await dying.erase('cases', await find(number), clock.now()).catch((error: Error) => error.message);
    expect(died).to.equal('the process died');
    expect(descriptionOf(await find(number))).to.equal('');

    expect((await test.app.runRetention('a'))?.counts).to.include({ cases: 1 });
    expect(await test.app.reporters.of(number)).to.deep.equal([]);
    expect(await db().collection('notes').countDocuments()).to.equal(0);
    expect((await find(number)).history.filter(({ what }) => what === 'erased')).to.have.length(1);
    expect((await test.app.runRetention('b'))?.counts, 'once').to.deep.equal({ cases: 0, files: 0, turns: 0 });
  });

  it('erases what was said in a chat, and keeps its order and, while a case is heard of there, its address', async () => {
    const quiet = createWarga(test.app);
    const { conversationId: gone } = await quiet.say('halo, saya Budi');
    const { conversationId: heard } = await fileCase(test.app);
    clock.shift(2 * YEAR_MS + DAY_MS);
    const { conversationId: young } = await createWarga(test.app).say('selamat pagi');
    expect((await test.app.runRetention('a'))?.counts.turns).to.be.at.least(3);
    const contents = async (id: string) =>
      (await test.app.conversations.turns.after(id, 0, 50)).map((turn) => openContent(test.app.keys, turn));
    for (const id of [gone, heard]) {
      const all = await contents(id);
      expect(JSON.stringify(all)).not.to.match(/Budi|Lampu/);
      expect(all.map(({ inbound }) => inbound?.text)).to.deep.equal(all.map(() => ''));
    }
    expect((await contents(gone)).every(({ address }) => address.chatId === '')).to.equal(true);
    expect((await contents(heard)).at(-1)?.address.chatId).not.to.equal('');
    expect((await contents(young))[0]?.inbound?.text).to.equal('selamat pagi');
    expect((await test.app.runRetention('b'))?.counts.turns).to.equal(0);
    // and the chat goes on
    const [answer] = await quiet.hear('halo');
    expect(answer).to.be.a('string');
  });

  it('runs once a day, whoever runs it, and is on record', async () => {
    const { number } = await endedCase();
    clock.shift(6 * YEAR_MS);
    const other = await test.join();
    const runs = await Promise.all([test.app.runRetention(), other.runRetention(), other.runRetention()]);
    expect(runs.filter((each) => each !== undefined)).to.have.length(1);
    expect(await test.app.runRetention()).to.equal(undefined);
    expect((await find(number)).erasedAt).to.be.instanceOf(Date);
    const [run] = await createRetentionRuns(db()).list(10);
    expect(run?.counts).to.include({ cases: 1, files: 1 });
    expect(run?.finishedAt).to.be.instanceOf(Date);
    expect(await test.app.audit.last()).to.include({ by: 'system', what: 'retention.run', subject: run?._id });
    clock.shift(DAY_MS);
    expect(await test.app.runRetention()).not.to.equal(undefined);
  });

  it('is taken up by another when its process died', async () => {
    const runs = createRetentionRuns(db());
    expect(await runs.begin('2032-01-01', clock.now())).to.equal(true);
    expect(await runs.begin('2032-01-01', clock.now())).to.equal(false);
    clock.shift(5 * 60 * 1000);
    expect(await runs.begin('2032-01-01', clock.now())).to.equal(true);
    await runs.finish('2032-01-01', clock.now());
    clock.shift(DAY_MS);
    expect(await runs.begin('2032-01-01', clock.now())).to.equal(false);
  });

  it('tells what it would erase, and why, and erases nothing then', async () => {
    const { number } = await endedCase();
    clock.shift(6 * YEAR_MS);
    const { keys } = test.app;
    const past = await previewRetention({
      rules: loadRetention(FLOWS_DIR),
      cases: createCaseErasure({ db: db(), keys, releaseFiles: test.app.files.release }),
      turns: createEraseOld({ db: db(), turns: test.app.conversations.turns, keys }),
      clock,
    });
    expect(past.map(({ what, category, count }) => ({ what, category, count })).slice(0, 2)).to.deep.equal([
      { what: 'files', category: 'lampu_jalan', count: 1 },
      { what: 'cases', category: 'lampu_jalan', count: 1 },
    ]);
    expect(past.at(-1)?.what).to.equal('turns');
    expect(descriptionOf(await find(number))).to.contain('Lampu jalan');
  });

  it('is not held up by what it can not read', async () => {
    const broken = await endedCase();
    await db()
      .collection<Turn>('turns')
      .updateOne({ conversationId: broken.conversationId, seq: 1 }, { $set: { content: DAMAGED } });
    const whole = await endedCase();
    await db()
      .collection<Case>('cases')
      .updateOne({ _id: broken.number }, { $set: { report: DAMAGED } });
    clock.shift(6 * YEAR_MS);
    expect((await test.app.runRetention('a'))?.counts).to.include({ cases: 2 });
    expect((await find(whole.number)).erasedAt).to.be.instanceOf(Date);
  });
});
