import { join } from 'node:path';
import { expect } from 'chai';
import { findOpen } from '../../../src/cases/sla-clock.js';
import { createLog } from '../../../src/core/log.js';
import type { CalendarView, CategoriesView, ClassifyAnswer, SlaView, UnitsView } from '../../../src/staff/api/admin.js';
import type { FileKept, FileList, FileView } from '../../../src/staff/api/admin-files.js';
import { openTenant } from '../../../src/tenant.js';
import { fileCase, moveCase } from '../../cases/case-life.js';
import { type Hired, type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createShiftedClock } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';

const ROOT = new URL('../../..', import.meta.url).pathname;

interface ProblemBody {
  readonly code: string;
  readonly detail: string;
}

describe('the data files of an office', () => {
  let test: StaffApp;
  let agent: Hired;
  const clock = createShiftedClock();

  before(async () => {
    // a Tuesday morning with working days behind it
    clock.shift(Date.parse('2026-12-01T02:00:00Z') - clock.now().getTime());
    test = await startStaffApp({ clock });
    agent = await test.hire('agent', ['dinas_pu']);
  });
  after(() => test.close());

  const kept = (path: string, body: unknown) => test.admin.post<FileKept>(`/admin${path}`, body);
  const put = async <T>(path: string, body: unknown) => {
    const response = await test.admin.send('PUT', `/admin${path}`, body);
    return { status: response.status, body: (await response.json()) as T };
  };
  const fileOf = (path: string) => test.admin.get<FileView>(`/admin/file?path=${path}`);
  /** The data files as another process of the service opens them. */
  const openOther = async () => {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const modelsDir = join(test.dataDir, 'models');
    const [flowsDir, localesDir] = [join(ROOT, 'flows'), join(ROOT, 'locales')];
    return (await openTenant({ db, clock, log: createLog('silent'), flowsDir, localesDir, modelsDir, zone: 'WIB' }))
      .data;
  };
  const versionOf = async (path: string) => (await fileOf(path)).file.version;

  it('are shown parsed, with where each deadline comes from', async () => {
    const { clocks } = await test.admin.get<SlaView>('/admin/sla');
    const complaint = clocks.find(({ at }) => at.join('.') === 'substance.pengaduan');
    expect(complaint?.targets[0]).to.include({ amount: 14, unit: 'working_days' });
    expect(complaint?.targets[0]?.basis).to.match(/\w/);
    const { units } = await test.admin.get<UnitsView>('/admin/units');
    expect(units.find(({ id }) => id === 'dinas_pu')).to.include({ staff: 1, calendar: 'pemda_wib' });
    const { years, hours } = await test.admin.get<CalendarView>('/admin/calendar');
    expect(years.find(({ year }) => year === 2026)?.holidays.length).to.equal(17);
    expect(hours.find(({ id }) => id === 'pemda')?.week['mon']?.[0]).to.deep.equal(['07:30', '12:00']);
  });

  it('move deadlines when a holiday is added, and back when it is taken away', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned']);
    const dueAt = async () =>
      findOpen((await test.app.cases.find(number))?.clocks ?? [], 'follow_up')?.dueAt.toISOString();
    expect(await dueAt()).to.equal('2026-12-08T09:00:00.000Z');
    const day = { on: '2026-12-03', name: 'Pemilihan kepala daerah', list: 'holidays' };
    const added = await kept('/holidays', { ...day, seenVersion: 0 });
    expect(added).to.deep.include({ retimed: 1 });
    expect(added.file).to.include({ path: 'holidays/2026.yaml', version: 1, state: 'live' });
    expect(await dueAt()).to.equal('2026-12-09T09:00:00.000Z');
    await kept('/holidays/remove', { on: day.on, seenVersion: 1 });
    expect(await dueAt()).to.equal('2026-12-08T09:00:00.000Z');
  });

  it('change what a text becomes at once, and keep the comments around the change', async () => {
    const text = 'odong-odong ngetem sembarangan depan pasar';
    const before = await test.admin.post<ClassifyAnswer>('/admin/classify', { text });
    expect(before.candidates[0]?.category).not.to.equal('ekonomi_umkm');
    const { categories } = await test.admin.get<CategoriesView>('/admin/categories');
    const words = categories
      .find(({ id }) => id === 'ekonomi_umkm')
      ?.keywords.find(({ weight }) => weight === 5)?.words;
    const done = await put<FileKept>('/categories/ekonomi_umkm/keywords', {
      seenVersion: 0,
      weight: 5,
      words: [...(words ?? []), 'odong odong', 'ngetem sembarangan'],
    });
    expect(done.status).to.equal(200);
    const after = await test.admin.post<ClassifyAnswer>('/admin/classify', { text });
    expect(after.candidates[0]?.category).to.equal('ekonomi_umkm');
    expect(after.evidence).to.include('odong-odong');
    const { text: kept } = await fileOf('categories.yaml');
    expect(kept).to.include('# restricted only a restricted circle');
  });

  it('are refused with the line and the mend, and nothing is kept of it', async () => {
    const { text } = await fileOf('sla.yaml');
    const broken = text.replace('amount: 24,', 'amount: soon,');
    const check = await test.admin.post<{ problems: string[] }>('/admin/file/check', {
      path: 'sla.yaml',
      text: broken,
    });
    expect(check.problems.join('\n')).to.match(/line \d+, process\.first_response\.targets\.0\.amount/);
    const { status, body } = await put<ProblemBody>('/file', { path: 'sla.yaml', text: broken, seenVersion: 0 });
    expect(status).to.equal(422);
    expect(body.code).to.equal('admin.file_refused');
    expect(body.detail).to.match(/^sla\.yaml can't be used:\n {2}line \d+/);
    expect(await versionOf('sla.yaml')).to.equal(0);
  });

  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefg'.split('').map((key, index) => {
      const before = 'abcdef'[index];
      return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`;
    }),
  ].join('\n');
  const broken: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['a list', '- 1\n- 2\n'],
    ['half a mapping', 'version: {'],
    ['tabs', 'version:\t1\n\tunits: x\n'],
    ['the same key twice', 'version: 1\nversion: 1\n'],
    ['a prototype', '__proto__: { units: {} }\nversion: 1\n'],
    ['an alias bomb', bomb],
    ['a control character', 'version: "\u0000"\n'],
  ];
  for (const path of [
    'sla.yaml',
    'units.yaml',
    'categories.yaml',
    'calendars.yaml',
    'tone.yaml',
    'holidays/2027.yaml',
  ]) {
    it(`are refused, and never a fault of ours, whatever stands in ${path}`, async () => {
      for (const [name, text] of broken) {
        const { file } = await fileOf(path);
        const { status } = await put('/file', { path, text, seenVersion: file.version });
        expect(status, name).to.equal(422);
      }
    });
  }

  it('never lose a unit that cases and accounts go by', async () => {
    const edits = [{ do: 'remove', at: ['units', 'dinas_perkim'] }];
    const response = await test.admin.send('POST', '/admin/file/edit', { path: 'units.yaml', seenVersion: 0, edits });
    expect(response.status).to.equal(422);
    expect(((await response.json()) as ProblemBody).detail).to.include('abolishedOn');
  });

  it('refuse changes of what is not there, and keep nothing of them', async () => {
    const seenVersion = await versionOf('units.yaml');
    const odd: readonly object[] = [
      { do: 'set', at: ['version', 'x', 'y'], value: 1 },
      { do: 'remove', at: ['units', 'no_such_unit'] },
      { do: 'add', at: ['helpdesk'], value: 'x' },
      { do: 'set', at: ['__proto__', 'x'], value: 1 },
      { do: 'set', at: ['units', 'dinas_pu'], value: null },
    ];
    for (const edit of odd) {
      const body = { path: 'units.yaml', seenVersion, edits: [edit] };
      expect((await test.admin.send('POST', '/admin/file/edit', body)).status, JSON.stringify(edit)).to.equal(422);
    }
    expect(await versionOf('units.yaml')).to.equal(seenVersion);
  });

  it('refuse a unit for a category that there is not', async () => {
    const edits = [{ do: 'add', at: ['units', 'dinas_pu', 'categories'], value: 'jalanan' }];
    const response = await test.admin.send('POST', '/admin/file/edit', { path: 'units.yaml', seenVersion: 0, edits });
    expect(((await response.json()) as ProblemBody).detail).to.include('there is no category "jalanan"');
  });

  it('have versions that can each be taken back, in every process', async () => {
    const second = await openOther();
    const name = () => second.live.rules.routing.units['dinas_pu']?.name;
    const shipped = name();
    const edits = [{ do: 'set', at: ['units', 'dinas_pu', 'name'], value: 'Dinas PUPR' }];
    await kept('/file/edit', { path: 'units.yaml', seenVersion: 0, edits, note: 'Perda 3' });
    await second.refresh();
    expect(name()).to.equal('Dinas PUPR');
    const back = await kept('/file/revert', { path: 'units.yaml', seenVersion: 1, toVersion: 0 });
    expect(back.file).to.include({ version: 2, shippedHasChanged: false });
    await second.refresh();
    expect(name()).to.equal(shipped);
    await kept('/file/revert', { path: 'units.yaml', seenVersion: 2, toVersion: 1 });
    const { versions, text } = await fileOf('units.yaml');
    expect(versions.map(({ version, isShipped }) => [version, isShipped])).to.deep.equal([
      [3, false],
      [2, true],
      [1, false],
    ]);
    expect(versions[2]).to.include({ note: 'Perda 3', byName: 'Bu Ratna' });
    expect(text).to.include('name: Dinas PUPR');
  });

  it('are written by one of two who saw the same version', async () => {
    const seenVersion = await versionOf('tone.yaml');
    const { text } = await fileOf('tone.yaml');
    const answers = await Promise.all(
      ['# satu\n', '# dua\n'].map((line) => put('/file', { path: 'tone.yaml', text: line + text, seenVersion })),
    );
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
  });

  it('may be as large as the categories of a large office', async () => {
    const { text, file } = await fileOf('categories.yaml');
    const large = `${'# catatan\n'.repeat(6000)}${text}`;
    const answer = await put<FileKept>('/file', { path: 'categories.yaml', text: large, seenVersion: file.version });
    expect(answer.status).to.equal(200);
  });

  it('say that a change of the templates waits for a restart', async () => {
    const { text } = await fileOf('templates.yaml');
    const { body } = await put<FileKept>('/file', { path: 'templates.yaml', text: `# x\n${text}`, seenVersion: 0 });
    expect(body.file).to.include({ state: 'after_restart', versionInForce: 0, version: 1, needsRestart: true });
    const later = await openOther();
    expect(later.atStart.get('templates.yaml')).to.equal(1);
  });

  it('are open to the roles that may, file by file', async () => {
    const { files } = await agent.client.get<FileList>('/admin/files');
    expect(files.every(({ mayWrite }) => !mayWrite)).to.equal(true);
    const edits = [{ do: 'set', at: ['dueSoonShare'], value: 0.5 }];
    const response = await agent.client.send('POST', '/admin/file/edit', { path: 'sla.yaml', seenVersion: 0, edits });
    expect(response.status).to.equal(403);
    for (const path of ['globals.yaml', '../package.json', 'holidays/../sla.yaml']) {
      expect((await test.admin.send('GET', `/admin/file?path=${path}`)).status, path).to.equal(404);
    }
  });

  it('are left out, and told of, when an update no longer takes them', async () => {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const version = (await versionOf('tone.yaml')) + 1;
    const stored = { path: 'tone.yaml', version, text: 'version: 99\n', shippedHash: '', by: 'x', at: clock.now() };
    await db.collection<{ _id: string }>('tenant_files').insertOne({ _id: `tone.yaml@${version}`, ...stored });
    const later = await openOther();
    expect(later.refused.get('tone.yaml')).to.include('version');
    expect(later.live.tone().length).to.be.greaterThan(3);
    expect(later.live.rules.routing.units['dinas_pu']?.name).to.equal('Dinas PUPR');
    await until('this process has seen it', async () => (await fileOf('tone.yaml')).file.state === 'refused');
  });

  it('are on record with who changed them', async () => {
    const { entries } = await test.admin.get<{ entries: { subject: string; byName: string }[] }>(
      '/admin/audit?what=admin.file_changed&subject=units.yaml',
    );
    expect(entries.length).to.equal(3);
    expect(entries[0]?.byName).to.equal('Bu Ratna');
  });
});
