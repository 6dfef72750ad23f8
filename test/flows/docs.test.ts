import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkFlows } from '../../src/flows/check.js';
import { readTexts } from '../../src/flows/i18n.js';
import { readFlows, showProblem } from '../../src/flows/load.js';
import { STEP_KINDS } from '../../src/flows/step-kinds.js';
import { FLOWS_DIR, LOCALES_DIR, ROOT } from './real-flows.js';

const guide = readFileSync(join(ROOT, 'docs', 'flows.md'), 'utf8');

describe('docs/flows.md', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'docs-'));
    cpSync(FLOWS_DIR, join(dir, 'flows'), { recursive: true });
    cpSync(LOCALES_DIR, join(dir, 'locales'), { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const edit = (file: string, change: (text: string) => string) => {
    const path = join(dir, file);
    const before = readFileSync(path, 'utf8');
    const after = change(before);
    expect(after, file).to.not.equal(before);
    writeFileSync(path, after);
  };

  it('adds a question that flows:check finds nothing wrong with', () => {
    const [step = '', words = ''] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((block) =>
      (block[1] ?? '').replace(/^ {3}/gm, ''),
    );
    const shown = /`(\{has_affected, .*?\}\})`/.exec(guide)?.[1] ?? '';
    edit('flows/intake.yaml', (text) =>
      text.replace(
        '    next: summary\n\n  summary:',
        `    next: affected\n${step.replace(/^/gm, '  ').trimEnd()}\n\n  summary:`,
      ),
    );
    for (const locale of ['id', 'en', 'jv', 'su']) {
      edit(`locales/${locale}.yaml`, (text) =>
        text.replace(/^intake\.summary_retry:/m, `${words}intake.summary_retry:`),
      );
      edit(`locales/${locale}.yaml`, (text) => text.replace('{has_contact, select', `${shown}{has_contact, select`));
    }
    const read = readFlows(join(dir, 'flows'));
    const { texts, files, problems } = readTexts(join(dir, 'locales'));
    const found = [...problems, ...read.problems, ...checkFlows(read, texts, files)];
    expect(found.map(showProblem)).to.deep.equal([]);
    const intake = read.flows.find(({ flow }) => flow.id === 'intake')?.flow;
    expect(intake?.steps).to.have.property('affected');
    expect(texts.placeholders('intake.summary')).to.include('affected');
  });

  it('tells of every kind of step', () => {
    for (const kind of Object.keys(STEP_KINDS)) expect(guide).to.include(`| \`${kind}\` |`);
  });
});
