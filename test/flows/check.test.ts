import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkFlows } from '../../src/flows/check.js';
import { checkCategories } from '../../src/flows/check-categories.js';
import { readTexts } from '../../src/flows/i18n.js';
import { loadFlows, readFlows, showProblem } from '../../src/flows/load.js';
import { FLOWS_DIR, LOCALES_DIR, loadReal } from './real-flows.js';

const GLOBALS = `entry: form
offer: form
waiting: form
reference: form
words:
  menu: { words: global_menu, flow: form }
`;
const FORM = `id: form
version: 1
start: first
steps:
  first:
    kind: ask
    text: intake.describe
    retry: intake.describe_retry
    save: description
    next: second
  second:
    kind: choose
    text: menu.choose
    options:
      - { id: send, label: option.send, words: send, next: last }
      - { id: change, label: option.change, words: change, next: first }
  last: { kind: end, text: entry.thanks }
`;

describe('flows:check', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'flows-'));
    mkdirSync(join(dir, 'locales'));
    for (const locale of ['id', 'en']) writeLocale(locale, (text) => text);
    writeFileSync(join(dir, 'globals.yaml'), GLOBALS);
    writeFileSync(join(dir, 'form.yaml'), FORM.replace('intake.describe\n', 'entry.unclear\n'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const writeLocale = (locale: string, edit: (text: string) => string) =>
    writeFileSync(
      join(dir, 'locales', `${locale}.yaml`),
      edit(readFileSync(join(LOCALES_DIR, `${locale}.yaml`), 'utf8')),
    );
  const writeForm = (from: string, to: string) => {
    const before = readFileSync(join(dir, 'form.yaml'), 'utf8');
    expect(before).to.include(from);
    writeFileSync(join(dir, 'form.yaml'), before.replace(from, to));
  };
  const problems = () => {
    const read = readFlows(dir);
    const { texts, files, problems: inTexts } = readTexts(join(dir, 'locales'));
    const found = [...inTexts, ...read.problems];
    return (found.length > 0 ? found : checkFlows(read, texts, files)).map(showProblem);
  };

  it('finds nothing wrong in a good flow', () => {
    expect(problems()).to.deep.equal([]);
  });

  const complaints: [what: string, from: string, to: string, expected: string][] = [
    [
      'an unknown key',
      '    save: description',
      '    sav: description',
      'form.yaml:9: unknown key "sav"; did you mean "save"?',
    ],
    ['a missing key', '    save: description\n', '', 'form.yaml:5: "steps.first.save" is missing; add "save:"'],
    ['an unknown kind', 'kind: ask', 'kind: aks', 'form.yaml:6: "steps.first.kind"'],
    [
      'a dangling step',
      'next: second',
      'next: secnod',
      'form.yaml:10: no step called "secnod"; did you mean "second"?',
    ],
    [
      'a start that is no step',
      'start: first',
      'start: frist',
      'form.yaml:3: no step called "frist"; did you mean "first"?',
    ],
    [
      'a step nobody reaches',
      '  last:',
      '  lost: { kind: end }\n  last:',
      'form.yaml:17: step "lost" can\'t be reached',
    ],
    [
      'a text that is missing',
      'entry.thanks',
      'entry.thank',
      'form.yaml:17: no text "entry.thank" in locales/en.yaml and locales/id.yaml; did you mean "entry.thanks"?',
    ],
    ['a word list that is missing', 'words: send', 'words: sendd', 'form.yaml:15: no word list called "sendd"'],
    [
      'a placeholder nobody fills',
      'entry.thanks',
      'status.show',
      'form.yaml:17: text "status.show" uses {number}, which no step of flow "form" saves',
    ],
    [
      'two options that share a word',
      'words: change',
      'words: send',
      'form.yaml:16: options "send" and "change" of step "second" both answer to "kirim"',
    ],
    ['a wrong type', 'version: 1', 'version: one', 'form.yaml:2: "version"'],
    [
      'a flow in the wrong file',
      'id: form',
      'id: from',
      'form.yaml:1: flow "from" is in the wrong file; name the file from.yaml',
    ],
    ['broken YAML', 'steps:', 'steps: [', 'form.yaml:'],
  ];
  for (const [what, from, to, expected] of complaints) {
    it(`names ${what}`, () => {
      writeForm(from, to);
      expect(problems().join('\n')).to.include(expected);
    });
  }

  it('names a loop on which nobody is waited for', () => {
    writeForm(
      '  last: { kind: end, text: entry.thanks }',
      '  last: { kind: say, text: entry.thanks, next: more }\n  more: { kind: say, text: entry.thanks, next: last }',
    );
    expect(problems()).to.deep.equal([
      'form.yaml:17: loop without a wait: last -> more -> last; put a step that waits (ask, choose, ...) into it',
    ]);
  });

  it('names a branch without a default', () => {
    writeForm(
      '  last:',
      '  fork: { kind: branch, cases: [{ answer: description, known: true, next: last }] }\n  last:',
    );
    writeForm('next: last }\n      - { id: change', 'next: fork }\n      - { id: change');
    expect(problems()).to.deep.equal(['form.yaml:17: "steps.fork.default" is missing; add "default:"']);
  });

  it('names a look-up that does not say where to go when nothing is found', () => {
    writeForm('{ kind: end, text: entry.thanks }', '{ kind: call, read: my_cases, next: first }');
    expect(problems().join()).to.include('form.yaml:17: "steps.last.missing": a read needs missing');
  });

  it('names a flow that is started but is not there', () => {
    writeForm('{ kind: end, text: entry.thanks }', '{ kind: end, flow: intake }');
    expect(problems()).to.deep.equal(['form.yaml:17: no flow called "intake"; create its file']);
  });

  it('names a text that one locale lacks, and one with other placeholders', () => {
    writeLocale('en', (text) => text.replace(/^entry\.thanks: .*\n/m, '').replace('{case_number}', '{number}'));
    const found = problems().join('\n');
    expect(found).to.match(/en\.yaml:\d+: text "entry\.thanks" is missing; translate it in locales\/en\.yaml/);
    expect(found).to.match(/en\.yaml:\d+: text "intake\.filed" has the placeholders \{.*\bnumber\b/);
  });

  it('names global words that mean two things, and texts that the engine needs', () => {
    writeFileSync(join(dir, 'globals.yaml'), `${GLOBALS}  again: { words: global_menu, action: resume }\n`);
    writeLocale('id', (text) => text.replace(/^engine\.back: .*\n/m, ''));
    writeLocale('en', (text) => text.replace(/^engine\.back: .*\n/m, ''));
    const found = problems().join('\n');
    expect(found).to.include('globals.yaml:7: global words "menu" and "again" both answer to "menu"');
    expect(found).to.include('text "engine.back", which the engine says, is missing; add it');
  });

  it('names a word list that a second file of the same locale would replace', () => {
    writeFileSync(join(dir, 'locales', 'more.id.yaml'), 'words:\n  skip: [lewat]\n');
    expect(problems().join('\n')).to.include(
      'more.id.yaml:2: word list "skip" is there twice; put all its words into one of the files of id',
    );
  });

  it('names steps that an aside or a danger would lead to in vain', () => {
    writeForm('start: first\n', 'start: first\nasides:\n  - { words: skip, next: frist }\n');
    writeFileSync(join(dir, 'globals.yaml'), `${GLOBALS}after_danger:\n  fire: { flow: fomr }\n`);
    const found = problems().join('\n');
    expect(found).to.include('no step called "frist"; did you mean "first"?');
    expect(found).to.include('no flow called "fomr"; did you mean "form"?');
  });

  it('names a danger without words and a category that is none', () => {
    writeForm('words: change, next: first', 'words: change, category: nothing, next: first');
    const { texts, files } = readTexts(join(dir, 'locales'));
    const data = { categories: new Map([['jalan', {}]]), dangers: new Map([['meteor', {}]]) };
    expect(checkCategories(data, readFlows(dir), texts, files).map(showProblem)).to.deep.equal([
      'id.yaml:4: danger "meteor" has no text; add "danger.meteor:" with the numbers to call',
      'form.yaml:11: no category "nothing"; use one of flows/categories.yaml',
    ]);
  });

  it('stops the start of the service, with all of it in one message', () => {
    writeForm('next: second', 'next: secnod');
    expect(() => loadFlows(dir, join(dir, 'locales'))).to.throw('form.yaml:10: no step called "secnod"');
  });

  it('finds nothing wrong in the flows that ship', () => {
    const read = readFlows(FLOWS_DIR);
    const { texts, files, problems: inTexts } = readTexts(LOCALES_DIR);
    const found = [...inTexts, ...read.problems, ...checkFlows(read, texts, files)];
    found.push(...checkCategories(loadReal().categories, read, texts, files));
    expect(found.map(showProblem)).to.deep.equal([]);
  });
});
