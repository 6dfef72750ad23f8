import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { findOpen } from '../../src/cases/sla-clock.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';
import { fileCase, moveCase } from './case-life.js';

const ROOT = new URL('../..', import.meta.url).pathname;

describe('a holiday added after deadlines were set', () => {
  let test: TestApp;
  let root: string;
  const clock = createShiftedClock();

  before(async () => {
    // Tuesday morning: the day that becomes a holiday lies within every deadline
    clock.shift(Date.parse('2026-12-01T02:00:00Z') - clock.now().getTime());
    test = await startTestApp({ clock });
    root = await mkdtemp(join(tmpdir(), 'kanal-root-'));
    await symlink(join(ROOT, 'locales'), join(root, 'locales'));
    await cp(join(ROOT, 'flows'), join(root, 'flows'), { recursive: true });
  });
  after(async () => {
    await test.close();
    await rm(root, { recursive: true, force: true });
  });

  async function addHoliday(on: string): Promise<void> {
    const path = join(root, 'flows', 'holidays', '2026.yaml');
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text
        .replace('holidays: 17', 'holidays: 18')
        .replace('jointLeave:\n', `  - { on: "${on}", name: Pemilihan kepala daerah }\njointLeave:\n`),
    );
  }

  it('moves the open ones, tells whoever was promised the old date, and does it once', async () => {
    const { number, conversationId } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned']);
    const ended = await fileCase(test.app);
    await moveCase(test.app, ended.number, ['withdrawn'], { by: { role: 'complainant' } });
    const before = await test.app.cases.find(number);
    await addHoliday('2026-12-03');

    const first = await test.join({ clock, root });
    const second = await test.join({ clock, root });
    await until('the deadlines have moved', async () =>
      ((await first.cases.find(number))?.history ?? []).some(({ what }) => what === 'retimed'),
    );
    const after = await second.cases.find(number);
    const due = (found: typeof before) => findOpen(found?.clocks ?? [], 'follow_up')?.dueAt.toISOString();
    expect(due(before)).to.equal('2026-12-08T09:00:00.000Z');
    expect(due(after)).to.equal('2026-12-09T09:00:00.000Z');
    expect(after?.history.filter(({ what }) => what === 'retimed').length).to.equal(1);
    expect((await first.cases.find(ended.number))?.history.length).to.equal(2);

    await until('it is told', async () => (await first.cases.find(number))?.notices.length === 0);
    const texts = (await first.conversations.transcript(conversationId, 0)).map(({ text }) => text);
    const news = texts.filter((text) => text.includes('Ada perubahan tanggal'));
    expect(news.length).to.equal(1);
    expect(news[0]).to.contain('Rabu, 9 Desember 2026').and.contain('hari libur');
  });
});
