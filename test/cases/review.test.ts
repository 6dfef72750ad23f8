import { expect } from 'chai';
import { loadCaseRules } from '../../src/cases/case-rules.js';
import type { LevelHolders } from '../../src/cases/escalation.js';
import { planRating } from '../../src/cases/plan-note.js';
import { planReviewed } from '../../src/cases/plan-review.js';
import { findOpen } from '../../src/cases/sla-clock.js';
import type { AppError } from '../../src/core/errors.js';
import { createShiftedClock, type ShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { fileCase, moveCase } from './case-life.js';
import { FLOWS_DIR } from './shipped-rules.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOLDERS: LevelHolders = {
  agent: ['sari'],
  coordinator: ['koord'],
  supervisor: ['kabid'],
  leader: ['kadis'],
  service: ['service'],
};
const REASON = 'Diminta penyidik dengan surat nomor 12';
const REVEAL = { by: 'lina', approvedBy: 'kabid', reason: REASON };

describe('what a supervisor must look at', () => {
  const rules = loadCaseRules(FLOWS_DIR, 'WIB', [2026, 2027]);
  let test: TestApp;
  let clock: ShiftedClock;
  beforeEach(async () => {
    clock = createShiftedClock();
    test = await startTestApp({ clock, holdersOf: async () => HOLDERS });
  });
  afterEach(() => test.close());

  const find = async (number: string) => (await test.app.cases.find(number)) ?? expect.fail(`no case ${number}`);
  const review = (
    number: string,
    id: string,
    note = 'Sudah saya periksa',
    role: 'supervisor' | 'agent' = 'supervisor',
  ) => {
    const request = { number, by: { role, id }, key: `reviewed-${id}-${role}` } as const;
    return test.app.caseService.apply(request, (found, now) =>
      planReviewed(found, request, note, { rules, keys: test.app.keys }, now),
    );
  };
  const refused = (wish: Promise<unknown>): Promise<AppError> =>
    wish.then(
      () => expect.fail('it was not refused'),
      (error: AppError) => error,
    );

  /** A case that its complainant closed, rated with one star. */
  async function ratedBadly() {
    const filed = await fileCase(test.app);
    await moveCase(test.app, filed.number, ['verified', 'assigned', 'in_progress', 'resolved']);
    const by = { role: 'complainant' } as const;
    await test.app.caseService.change({ number: filed.number, to: 'closed', by, confirmed: true, key: 'closed' });
    const request = { number: filed.number, by, key: 'rated' };
    await test.app.caseService.apply(request, (found, now) =>
      planRating(found, request, { stars: 1, words: '' }, { rules, keys: test.app.keys }, now),
    );
    return filed;
  }

  it('is put before a supervisor at once, and before the leader again and again when it is late', async () => {
    const { number } = await ratedBadly();
    const dueAt = findOpen((await find(number)).clocks, 'review')?.dueAt ?? expect.fail('no clock');
    await test.app.sweepClocks();
    expect((await find(number)).alert).to.deep.include({ level: 'supervisor', clock: 'review', staffIds: ['kabid'] });
    const heard: (string | undefined)[] = [];
    for (let day = 0; day < 21; day++) {
      clock.shift(DAY_MS);
      await test.app.sweepClocks();
      const { alert } = await find(number);
      if (alert && alert.clock === 'review' && heard.at(-1) !== `${alert.level} ${alert.staffIds}`)
        heard.push(`${alert.level} ${alert.staffIds}`);
    }
    expect(heard).to.deep.equal(['supervisor kabid', 'leader kadis']);
    expect(clock.now() > dueAt).to.equal(true);
    const leader = (await find(number)).history.flatMap(({ steps = [] }) =>
      steps.filter(({ level }) => level === 'leader'),
    );
    expect(leader.length).to.be.greaterThan(1);
    expect(leader.every(({ clock: of }) => of === 'review')).to.equal(true);
  });

  it('keeps nobody below from hearing of late work on the same case', async () => {
    const { number } = await fileCase(test.app);
    await test.app.reveal({ number, ...REVEAL, key: 'r0' });
    await test.app.sweepClocks();
    expect((await find(number)).alert).to.deep.include({ level: 'supervisor', clock: 'review' });
    const firstResponse = findOpen((await find(number)).clocks, 'first_response');
    clock.shift((firstResponse?.dueAt.getTime() ?? 0) - clock.now().getTime() + 1000);
    await test.app.sweepClocks();
    expect((await find(number)).alert).to.deep.include({ level: 'coordinator', staffIds: ['koord'] });
  });

  it('never tells the complainant', async () => {
    const { number } = await ratedBadly();
    await test.app.relayNotices();
    clock.shift(20 * DAY_MS);
    await test.app.sweepClocks();
    const found = await find(number);
    expect(found.alert?.clock).to.equal('review');
    expect(found.notices).to.deep.equal([]);
  });

  it('is a reveal too, which the end of the case and its being opened again do not settle', async () => {
    const filed = await fileCase(test.app);
    await test.app.reveal({ number: filed.number, ...REVEAL, key: 'r1' });
    await moveCase(test.app, filed.number, ['verified', 'assigned', 'in_progress', 'resolved']);
    const by = { role: 'complainant' } as const;
    await test.app.caseService.change({ number: filed.number, to: 'closed', by, confirmed: true, key: 'c1' });
    expect(findOpen((await find(filed.number)).clocks, 'review')).not.to.equal(undefined);
    const reason = 'Ternyata masih mati';
    await test.app.caseService.change({ number: filed.number, to: 'reopened', by, reason, key: 'c2' });
    const found = await find(filed.number);
    expect(found.reviewAt).to.be.instanceOf(Date);
    expect(findOpen(found.clocks, 'review')).not.to.equal(undefined);
  });

  it('is settled when a badly rated case is opened again', async () => {
    const { number } = await ratedBadly();
    const by = { role: 'complainant' } as const;
    await test.app.caseService.change({ number, to: 'reopened', by, reason: 'Ternyata masih mati', key: 'c3' });
    const found = await find(number);
    expect(found.reviewAt).to.equal(undefined);
    expect(findOpen(found.clocks, 'review')).to.equal(undefined);
  });

  it('is settled by a supervisor with words, and by nobody who revealed it', async () => {
    const { number } = await fileCase(test.app);
    await test.app.reveal({ number, ...REVEAL, key: 'r2' });
    expect(await refused(review(number, 'lina'))).to.include({ code: 'request.invalid' });
    expect(await refused(review(number, 'kabid', ' '))).to.include({ code: 'request.invalid' });
    expect(await refused(review(number, 'sari', 'Sudah', 'agent'))).to.include({ code: 'request.invalid' });
    const { found, event } = await review(number, 'kadis');
    expect(event.what).to.equal('reviewed');
    expect(found.reviewAt).to.equal(undefined);
    expect(findOpen(found.clocks, 'review')).to.equal(undefined);
    expect(await refused(review(number, 'kabid', 'Sekali lagi'))).to.include({ code: 'request.invalid' });
  });
});
