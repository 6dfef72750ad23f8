import { expect } from 'chai';
import { runCaseCommand } from '../../src/cli/admin-cases.js';
import { runPrivacyCommand } from '../../src/cli/admin-privacy.js';
import { loadConfig } from '../../src/config.js';
import type { AppError } from '../../src/core/errors.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { fileCase } from './case-life.js';
import { FLOWS_DIR } from './shipped-rules.js';

describe('admin commands for privacy', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ clock: createShiftedClock() });
  });
  after(() => test.close());

  const admin = () => ({
    db: test.app.connection.getClient().db(test.app.connection.name),
    keys: test.app.keys,
    config: loadConfig({ DATA_DIR: test.dataDir }),
    flowsDir: FLOWS_DIR,
  });
  const run = (...words: string[]) => runPrivacyCommand(admin(), words);
  const refused = (wish: Promise<unknown>): Promise<AppError> =>
    wish.then(
      () => expect.fail('it was not refused'),
      (error: AppError) => error,
    );

  it('name who reads a restricted circle, on record, and no circle that there is not', async () => {
    expect(await run('circle')).to.contain('pungli_korupsi: nobody is named');
    expect(await refused(run('circle', 'jalan', '--staff', 'ani', '--by', 'kadis'))).to.include({
      code: 'request.invalid',
    });
    expect(await refused(run('circle', 'pungli_korupsi', '--staff', 'ani'))).to.include({ code: 'request.invalid' });
    expect(await run('circle', 'pungli_korupsi', '--staff', 'ani,budi', '--by', 'kadis')).to.contain(
      'pungli_korupsi: ani, budi',
    );
    expect((await test.app.circles.all()).get('pungli_korupsi')).to.deep.equal(['ani', 'budi']);
    expect(await test.app.audit.last()).to.include({
      what: 'circle.named',
      subject: 'pungli_korupsi',
      by: 'cli:kadis',
    });
  });

  it('tell what is past its time, and erase it when asked to', async () => {
    expect(await run('retention', '--dry-run')).to.equal('nothing is past its time\n');
    const { number } = await fileCase(test.app);
    const ended = new Date('2020-01-01T00:00:00Z');
    const set = { status: 'closed', endedAt: ended, keptSince: ended, filesSince: ended };
    await admin().db.collection<{ _id: string }>('cases').updateOne({ _id: number }, { $set: set });
    expect(await run('retention', '--dry-run')).to.match(
      /^files lampu_jalan pengaduan: 1 .*\ncases .*: 1 from before .*5 years.*UU/,
    );
    expect((await test.app.cases.find(number))?.erasedAt).to.equal(undefined);
    expect(await run('retention')).to.contain('1 cases, the files of 1 cases');
    expect((await test.app.cases.find(number))?.erasedAt).to.be.instanceOf(Date);
  });

  it('note that a supervisor has looked at a reveal', async () => {
    const { number } = await fileCase(test.app);
    const reason = 'Diminta penyidik dengan surat nomor 12';
    await run('reveal', number, '--by', 'lina', '--approved-by', 'kabid', '--reason', reason);
    expect((await test.app.cases.find(number))?.reviewAt).to.be.instanceOf(Date);
    const words = ['reviewed', number, '--role', 'supervisor', '--text', 'Suratnya ada'];
    expect(await refused(runCaseCommand(admin(), [...words, '--by', 'lina']))).to.include({ code: 'request.invalid' });
    await runCaseCommand(admin(), [...words, '--by', 'kadis']);
    expect((await test.app.cases.find(number))?.reviewAt).to.equal(undefined);
  });
});
