import { expect } from 'chai';
import type { Case } from '../../src/cases/case.js';
import type { Reader } from '../../src/cases/circle.js';
import { branchesFor, type CaseFilter } from '../../src/cases/list-branches.js';
import type { ListOrder } from '../../src/cases/list-cursor.js';
import { systemClock } from '../../src/core/clock.js';
import type { AppError } from '../../src/core/errors.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { storedCase } from './stored-case.js';

const NOW = new Date('2026-11-24T03:00:00Z');
const HOUR_MS = 3_600_000;
const VIOLENCE = 'perlindungan_perempuan_anak';

const reader = (role: Reader['role'], units: readonly string[] = [], staffId = `${role}-x`): Reader => ({
  staffId,
  role,
  units,
});
const AGENT = reader('agent', ['dinas_pu']);
const LEAD = reader('coordinator', ['dinas_pu']);
const HEAD = reader('supervisor');

const errorOf = (wish: Promise<unknown>): Promise<AppError> =>
  wish.then(
    () => expect.fail('it was not refused'),
    (error: AppError) => error,
  );

describe('lists of cases', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ clock: { ...systemClock, now: () => NOW } });
    const { cases } = test.app;
    const roads = Array.from({ length: 40 }, (_, index) =>
      storedCase(test.app, index, { category: 'jalan', receivedAt: new Date(NOW.getTime() - (index >> 2) * HOUR_MS) }),
    );
    const secret = Array.from({ length: 12 }, (_, index) =>
      storedCase(test.app, 100 + index, { category: 'jalan', rahasia: true, receivedAt: NOW }),
    );
    const violence = [storedCase(test.app, 200, { category: VIOLENCE, restricted: true, receivedAt: NOW })];
    const rubbish = [
      storedCase(test.app, 300, { category: 'sampah', receivedAt: NOW, description: 'Tumpukan sampah di depan pasar' }),
      { ...storedCase(test.app, 301, { category: 'sampah', receivedAt: NOW }), staffId: 'agent-x' },
    ];
    for (const each of [...roads, ...secret, ...violence, ...rubbish]) await cases.insert(each);
  });
  after(() => test.close());

  const list = (who: Reader, filter: CaseFilter = {}, limit = 100) =>
    test.app.caseLists.list(who, filter, { limit }).then(({ rows }) => rows);
  const found = async (number: string): Promise<Case> =>
    (await test.app.cases.find(number)) ?? expect.fail(`no case ${number}`);
  const numbers = async (who: Reader, filter: CaseFilter = {}) => (await list(who, filter)).map(({ _id }) => _id);

  for (const order of ['due', 'newest'] as const) {
    it(`pages through all of it once, by ${order}, though many have one instant`, async () => {
      const seen: Pick<Case, '_id' | 'dueAt' | 'receivedAt'>[] = [];
      let after: string | undefined;
      do {
        const page = await test.app.caseLists.list(
          LEAD,
          { order },
          { limit: 7, ...(after === undefined ? {} : { after }) },
        );
        expect(page.rows.length).to.be.at.most(7);
        seen.push(...page.rows);
        after = page.after;
      } while (after !== undefined);
      expect(new Set(seen.map(({ _id }) => _id)).size).to.equal(52);
      expect(seen).to.have.length(52);
      const at = seen.map((each) => (order === 'due' ? (each.dueAt?.getTime() ?? 0) : -each.receivedAt.getTime()));
      expect(at).to.deep.equal(at.toSorted((a, b) => a - b));
    });
  }

  it('leave out what is rahasia for an agent, before the page is cut', async () => {
    const { rows, after } = await test.app.caseLists.list(AGENT, { order: 'newest' }, { limit: 40 });
    expect(rows).to.have.length(40);
    expect(after).to.equal(undefined);
    expect(rows.every(({ restricted }) => !restricted)).to.equal(true);
  });

  it('show nothing of other units, whatever is asked for', async () => {
    expect(await numbers(AGENT, { unit: 'dinas_lingkungan_hidup' })).to.deep.equal([]);
    expect(await numbers(AGENT, { category: 'sampah' })).to.deep.equal([]);
    expect(await numbers(AGENT, { text: 'sampah' })).to.deep.equal([]);
    expect(await numbers(reader('agent'), {})).to.deep.equal([]);
  });

  it('show a restricted category to those who are named, and to no role', async () => {
    const everywhere = [reader('supervisor'), reader('auditor'), reader('admin'), reader('agent', ['dp3a'])];
    for (const who of everywhere) expect(await numbers(who, { category: VIOLENCE }), who.role).to.deep.equal([]);
    await test.app.circles.name(VIOLENCE, ['ibu-ani']);
    expect(await numbers(reader('agent', ['dp3a'], 'ibu-ani'), { category: VIOLENCE })).to.have.length(1);
    // somebody is named now: leading the unit is no longer enough
    expect(await numbers(reader('coordinator', ['dp3a']), {})).to.deep.equal([]);
    await test.app.circles.name(VIOLENCE, []);
    expect(await numbers(reader('coordinator', ['dp3a']), {})).to.have.length(1);
  });

  it('hold exactly what may be read, whoever asks', async () => {
    const all = await Promise.all(['LP-261124-0000', 'LP-261124-0100', 'LP-261124-0200', 'LP-261124-0300'].map(found));
    const people = [AGENT, LEAD, HEAD, reader('admin'), reader('auditor', ['dp3a']), reader('coordinator', ['dp3a'])];
    for (const who of people) {
      const listed = new Set(await numbers(who, { order: 'newest' }));
      for (const each of all)
        expect(listed.has(each._id), `${who.role} ${who.units} ${each._id}`).to.equal(
          await test.app.caseLists.mayRead(who, each),
        );
    }
  });

  it('show a case to whoever it was given to', async () => {
    const rows = await list(AGENT, { staffId: 'agent-x' });
    expect(rows.map(({ unit }) => unit)).to.deep.equal(['dinas_lingkungan_hidup']);
  });

  it('find words of a report in any inflection, and none beyond the circle', async () => {
    expect(await numbers(HEAD, { text: 'TUMPUKAN pasarnya' })).to.have.length(1);
    expect(await numbers(HEAD, { text: 'tumpukan jembatan' })).to.deep.equal([]);
    expect(await numbers(AGENT, { text: 'rusak' })).to.have.length(40);
    expect(await numbers(LEAD, { text: 'rusak' })).to.have.length(52);
  });

  it('keep no word of a report in the clear', () => {
    const { tokens } = storedCase(test.app, 999, { category: 'jalan', receivedAt: NOW });
    expect(tokens.length).to.be.within(3, 64);
    expect(tokens.join(' ')).not.to.match(/rusak|jalan/);
  });

  it('find one case by its number, as far as it may be read', async () => {
    const [secret = ''] = await numbers(LEAD, { text: 'LP-261124-0100' });
    expect(secret).to.equal('LP-261124-0100');
    expect(await numbers(AGENT, { text: secret })).to.deep.equal([]);
    expect(await errorOf(test.app.caseLists.get(AGENT, secret))).to.include({ code: 'case.not_found' });
    expect(await errorOf(test.app.caseLists.get(AGENT, 'LP-261124-9999'))).to.include({ code: 'case.not_found' });
    expect((await test.app.caseLists.get(LEAD, secret))._id).to.equal(secret);
  });

  it('tell a stage by the date that is due', async () => {
    const all = await list(LEAD);
    const breached = await list(LEAD, { stage: 'breached' });
    const soon = await list(LEAD, { stage: 'due_soon' });
    const onTrack = await list(LEAD, { stage: 'on_track' });
    expect(breached.length + soon.length + onTrack.length).to.equal(all.length);
    for (const { dueSoonAt, dueAt } of onTrack) expect(dueAt && dueSoonAt && dueSoonAt > NOW).to.equal(true);
  });

  it('count by status what may be read', async () => {
    expect((await test.app.caseLists.counts(AGENT)).received).to.equal(40);
    expect((await test.app.caseLists.counts(LEAD)).received).to.equal(52);
    expect((await test.app.caseLists.counts(reader('agent'))).received).to.equal(0);
  });

  it('refuse a cursor of another list', async () => {
    const { after = '' } = await test.app.caseLists.list(LEAD, {}, { limit: 3 });
    const refused = await errorOf(test.app.caseLists.list(LEAD, { order: 'newest' }, { after, limit: 3 }));
    expect(refused).to.include({ code: 'request.invalid' });
  });

  const filters: readonly (readonly [string, Reader, CaseFilter])[] = [
    ['a unit', LEAD, {}],
    ['every unit', HEAD, {}],
    ['a unit and status', LEAD, { status: ['received', 'verified'], order: 'newest' }],
    ['every unit, newest first', HEAD, { order: 'newest' }],
    ['a category', HEAD, { category: 'jalan' }],
    ['a category, newest first', HEAD, { category: 'jalan', order: 'newest' }],
    ["a unit's category, newest first", LEAD, { category: 'jalan', order: 'newest' }],
    ["a unit's category in one status", LEAD, { category: 'sampah', status: ['closed'], order: 'newest' }],
    ['one of staff', HEAD, { staffId: 'sari' }],
    ['one of staff, newest first', AGENT, { staffId: AGENT.staffId, order: 'newest' }],
    ['what is overdue', LEAD, { stage: 'breached' }],
    ['what waits for a review', HEAD, { order: 'review' }],
    ['words', HEAD, { text: 'jalan rusak' }],
  ];
  for (const [what, who, filter] of filters) {
    for (const cursor of [undefined, { at: new Date(NOW.getTime() - HOUR_MS), number: 'LP-261124-0007' }]) {
      it(`read ${what} ${cursor ? 'behind a page' : 'from the start'} by an index alone, in its order`, async () => {
        const order: ListOrder = filter.text ? 'newest' : (filter.order ?? 'due');
        const scope = { circles: ['open', 'rahasia'], units: who.units.length > 0 ? who.units : undefined };
        const asked = { reader: who, scope, filter, order, cursor, keys: test.app.keys, now: NOW };
        const branches = branchesFor({ ...asked, unitsOf: (unit) => [unit] });
        expect(branches).not.to.have.length(0);
        for (const branch of branches) {
          const found = test.app.connection
            .getClient()
            .db(test.app.connection.name)
            .collection('cases')
            .find(branch.filter);
          const explained = await found.sort(branch.sort).limit(5).hint(branch.index).explain('executionStats');
          const { queryPlanner, executionStats } = explained as {
            queryPlanner: { winningPlan: unknown };
            executionStats: { totalDocsExamined: number; nReturned: number };
          };
          const plan = JSON.stringify(queryPlanner.winningPlan);
          expect(plan).to.contain('"IXSCAN"');
          expect(plan).not.to.match(/"COLLSCAN"|"SORT"/);
          // what lies in between isn't read
          if (!filter.text) expect(executionStats.totalDocsExamined).to.be.at.most(executionStats.nReturned + 1);
        }
      });
    }
  }
});
