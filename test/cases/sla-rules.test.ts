import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadSla, targetOf } from '../../src/cases/sla-rules.js';
import { AppError } from '../../src/core/errors.js';
import { FLOWS_DIR, sla } from './shipped-rules.js';

const TEXT = readFileSync(join(FLOWS_DIR, 'sla.yaml'), 'utf8');
const FACTS = { kind: 'pengaduan', category: 'jalan', receivedAt: new Date(0) };

describe('loadSla', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sla-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function load(from: string, to: string) {
    expect(TEXT).to.include(from);
    writeFileSync(join(dir, 'sla.yaml'), TEXT.replace(from, to));
    return loadSla(dir);
  }

  const FAULTS: readonly (readonly [string, string, string, RegExp])[] = [
    ['a clock is missing', '  info:\n', '  infos:\n', /process\.info/],
    [
      'an amount is no number',
      'amount: 60',
      'amount: enam puluh',
      /line \d+, substance\.pengawasan\.targets\.0\.amount/,
    ],
    [
      'a unit is unknown',
      'amount: 60, unit: working_days',
      'amount: 60, unit: weeks',
      /substance\.pengawasan\.targets\.0\.unit/,
    ],
    [
      'a target says nothing of where it comes from',
      'basis: "Janji layanan kantor ini; tidak ditemukan aturannya"',
      'basis: ""',
      /substance\.aspirasi\.targets\.0\.basis/,
    ],
    ['a kind override is unknown', 'kind: pengawasan', 'kind: pengawas', /categories\.pungli_korupsi\.kind/],
    [
      'a clock of a category is unknown',
      '      verify:\n',
      '      verivy:\n',
      /categories\.perlindungan_perempuan_anak\.targets/,
    ],
    [
      'the ladder does not end with the leader',
      '  - { to: leader, afterDays: 3 }\n',
      '',
      /last rung must be the leader/,
    ],
    [
      'the ladder goes down',
      '{ to: coordinator, afterDays: 0 }',
      '{ to: supervisor, afterDays: 0 }',
      /later and higher/,
    ],
    [
      'the ladder goes back in time',
      '{ to: leader, afterDays: 3 }',
      '{ to: leader, afterDays: 1 }',
      /later and higher/,
    ],
    [
      'two versions of a target start on one day',
      '    targets:\n',
      '    targets:\n      - { effectiveOn: "2026-01-01", amount: 1, unit: hours, basis: again }\n',
      /start on the same day/,
    ],
  ];
  for (const [what, from, to, message] of FAULTS) {
    it(`refuses to start when ${what}`, () => {
      expect(() => load(from, to)).to.throw(AppError, message);
    });
  }

  it('holds a case to the rule of the day it was received, also when the versions are out of order', () => {
    const rules = load(
      '      - { effectiveOn: "2026-01-01", amount: 3, unit: working_days',
      '      - { effectiveOn: "2027-01-01", amount: 2, unit: working_days, basis: stricter }\n      - { effectiveOn: "2026-01-01", amount: 3, unit: working_days',
    );
    expect(targetOf('verify', FACTS, '2026-12-31', rules).amount).to.equal(3);
    expect(targetOf('verify', FACTS, '2027-01-01', rules).amount).to.equal(2);
    expect(targetOf('verify', FACTS, '2025-06-01', rules).amount).to.equal(3);
  });
});

describe('flows/sla.yaml', () => {
  it('marks as unverified every target whose rule could not be read', () => {
    const { substance, process } = sla;
    for (const { targets } of [...Object.values(substance), process.info]) {
      expect(targets.every(({ unverified }) => unverified)).to.equal(true);
    }
    expect(process.verify.targets.some(({ unverified }) => unverified)).to.equal(false);
  });
});
