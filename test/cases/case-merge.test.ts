import { expect } from 'chai';
import type { Case } from '../../src/cases/case.js';
import type { AppError } from '../../src/core/errors.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';
import { type FiledCase, fileCase, KOORD, moveCase } from './case-life.js';

describe('merging', function () {
  this.timeout(40_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const find = async (number: string): Promise<Case> => {
    const found = await test.app.cases.find(number);
    if (!found) throw new Error(`no case ${number}`);
    return found;
  };
  const merge = (from: FiledCase, into: FiledCase, key = `merge-${from.number}`) =>
    test.app.caseMerge.merge({ number: from.number, into: into.number, by: KOORD, key });
  const heardIn = async ({ number, conversationId }: FiledCase): Promise<string> => {
    await until('nothing is pending', async () => (await find(number)).notices.length === 0);
    return (await test.app.conversations.transcript(conversationId, 0)).map(({ text }) => text).join('\n');
  };

  it('keeps all reporters informed by the case that goes on, and stops the clock of the other', async () => {
    const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
    await merge(double, main);
    expect(await find(double.number)).to.include({ status: 'merged', mergedInto: main.number });
    expect(await find(double.number)).not.to.have.any.keys('wakeAt', 'dueAt');
    expect((await find(main.number)).history.at(-1)).to.include({ what: 'joined', other: double.number });
    expect(await heardIn(double)).to.contain(`tentang hal yang sama dengan ${main.number}`);
    await moveCase(test.app, main.number, ['verified', 'assigned', 'in_progress']);
    await heardIn(main);
    expect(await heardIn(double)).to.contain(`laporan ${main.number} yang Bapak/Ibu dukung sudah mulai dikerjakan`);
  });

  it('lets a reporter that came with it look and add, and nothing more', async () => {
    const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
    await merge(double, main);
    await moveCase(test.app, main.number, ['verified', 'assigned', 'in_progress', 'resolved']);
    const { citizen } = double;
    expect((await citizen.hear(main.number)).join())
      .to.contain('Lampunya sudah kami ganti')
      .and.not.contain('1. Sudah beres');
    for (const word of ['cabut', 'sudah beres', 'belum beres']) {
      expect((await citizen.hear(word)).join(), word).to.match(/Tidak ada/);
    }
    await citizen.say('tambah');
    await citizen.say('di gang kami masih gelap');
    const found = await find(main.number);
    expect(found.status).to.equal('resolved');
    expect(found.history.at(-1)?.what).to.equal('added');
  });

  it('comes to once under the same key, also when it stopped half-way', async () => {
    const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
    await Promise.allSettled([merge(double, main), merge(double, main)]);
    await merge(double, main);
    const [a, b] = [await find(main.number), await find(double.number)];
    expect(a.history.filter(({ what }) => what === 'joined').length).to.equal(1);
    expect(b.history.filter(({ to }) => to === 'merged').length).to.equal(1);
    expect((await test.app.reporters.of(main.number)).length).to.equal(2);
  });

  it('takes apart what was merged by mistake: its time goes on, its reporters hear of their own again', async () => {
    const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
    await merge(double, main);
    await test.app.caseMerge.unmerge({
      number: double.number,
      by: KOORD,
      key: `unmerge-${double.number}`,
      reason: 'Lampu di gang yang lain',
    });
    expect(await find(double.number))
      .to.include({ status: 'verified' })
      .and.not.have.property('mergedInto');
    expect((await find(double.number)).wakeAt).to.be.instanceOf(Date);
    expect((await test.app.reporters.of(main.number)).map((each) => each.conversationId)).to.deep.equal([
      main.conversationId,
    ]);
    expect(await heardIn(double)).to.contain('kami pisahkan lagi');
  });

  it('is refused into a case that has ended, and leaves nothing behind', async () => {
    const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
    await moveCase(test.app, main.number, ['withdrawn'], { by: { role: 'complainant' } });
    const error = await merge(double, main).catch((each: AppError) => each);
    expect(error).to.include({ code: 'case.transition_not_allowed' });
    expect([(await find(main.number)).rev, (await find(double.number)).rev]).to.deep.equal([2, 1]);
    expect((await test.app.reporters.of(main.number)).length).to.equal(1);
  });

  it('decided on what is no more so is refused before anybody hears of another case', async () => {
    const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
    await moveCase(test.app, double.number, ['verified']);
    const error = await test.app.caseMerge
      .merge({ number: double.number, into: main.number, by: KOORD, key: `late-${double.number}`, seenRev: 1 })
      .catch((each: AppError) => each);
    expect(error).to.include({ code: 'case.changed' });
    expect((await find(main.number)).history.map(({ what }) => what)).to.deep.equal(['filed']);
    expect((await test.app.reporters.of(main.number)).length).to.equal(1);
  });

  it('overtaken by a colleague leaves nobody with news of a case that is not theirs', async () => {
    const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
    const [merged, verified] = await Promise.allSettled([
      test.app.caseMerge.merge({ number: double.number, into: main.number, by: KOORD, key: 'overtaken', seenRev: 1 }),
      moveCase(test.app, double.number, ['verified']),
    ]);
    expect([merged.status, verified.status]).to.include('fulfilled');
    expect((await test.app.reporters.of(main.number)).length).to.equal(merged.status === 'fulfilled' ? 2 : 1);
  });

  it('done by two colleagues at once is done', async () => {
    const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
    const done = await Promise.allSettled([merge(double, main, 'one of two'), merge(double, main, 'other of two')]);
    expect(done.map(({ status }) => status)).to.include('fulfilled');
    expect(await find(double.number)).to.include({ status: 'merged' });
    expect((await test.app.reporters.of(main.number)).length).to.equal(2);
  });

  it('lets nobody hear of a case that only a circle may know of', async () => {
    const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
    const cases = test.app.connection.getClient().db(test.app.connection.name).collection<Case>('cases');
    const restrict = ({ number: _id }: FiledCase) =>
      cases.updateOne({ _id }, { $set: { restricted: true, circle: 'rahasia' } });
    await restrict(main);
    const error = await merge(double, main).catch((each: AppError) => each);
    expect(error).to.deep.include({ code: 'case.transition_not_allowed' });
    expect((await test.app.reporters.of(main.number)).length).to.equal(1);
    await restrict(double);
    await merge(double, main, 'of one circle');
    expect(await find(double.number)).to.include({ mergedInto: main.number });
  });

  it('leaves with its news whoever has joined the other case by themselves since', async () => {
    const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
    await merge(double, main);
    const { conversationId } = double;
    const joined = { caseNumber: main.number, conversationId, audience: 'supporter', at: new Date() } as const;
    await test.app.reporters.add(joined);
    const reason = 'Lampu di gang yang lain';
    await test.app.caseMerge.unmerge({ number: double.number, by: KOORD, key: `unmerge-${double.number}`, reason });
    expect((await test.app.reporters.of(main.number)).length).to.equal(2);
  });

  it('and an update of the same case at once come one after the other', async () => {
    for (let round = 0; round < 8; round++) {
      const [main, double] = [await fileCase(test.app), await fileCase(test.app)];
      const [merged, withdrawn] = await Promise.allSettled([
        merge(double, main),
        moveCase(test.app, double.number, ['withdrawn'], { by: { role: 'complainant' } }),
      ]);
      const { status, rev } = await find(double.number);
      expect([rev, status]).to.deep.equal(merged.status === 'fulfilled' ? [2, 'merged'] : [2, 'withdrawn']);
      expect(withdrawn.status).to.equal(merged.status === 'fulfilled' ? 'rejected' : 'fulfilled');
    }
  });
});
