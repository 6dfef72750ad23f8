import { expect } from 'chai';
import fc from 'fast-check';
import { addWorkingMs, workingMsBetween } from '../../src/cases/calendar.js';
import { openingOf, verifyBy } from '../../src/cases/case-opening.js';
import { loadCaseRules } from '../../src/cases/case-rules.js';
import {
  endClock,
  finishClock,
  nextWake,
  openClock,
  openClocks,
  pauseClock,
  promisedAt,
  resumeClock,
} from '../../src/cases/sla.js';
import { remainingMs, type SlaClock, stageOf } from '../../src/cases/sla-clock.js';
import type { ClockName, SlaFacts } from '../../src/cases/sla-rules.js';
import { at, calendar, calendars, FLOWS_DIR, local, sla } from './shipped-rules.js';

const MS_PER_HOUR = 3_600_000;
const wib = calendar('pemda_wib');

function facts(receivedAt: Date, more: Partial<SlaFacts> = {}): SlaFacts {
  return { kind: 'pengaduan', category: 'jalan', receivedAt, ...more };
}

function clockOf(
  name: ClockName,
  received: string,
  pauses: readonly (readonly [string, string])[] = [],
  more: Partial<SlaFacts> = {},
): SlaClock {
  const receivedAt = at(received, wib);
  let clock = openClock(name, receivedAt, facts(receivedAt, more), wib, sla);
  for (const [from, to] of pauses) clock = resumeClock(pauseClock(clock, at(from, wib)), at(to, wib), wib, sla);
  return clock;
}

describe('targets', () => {
  // clock, facts, received, due
  const VECTORS: readonly (readonly [ClockName, Partial<SlaFacts>, string, string, string])[] = [
    ['verify', {}, '2026-03-17 10:00', '2026-03-27 16:30', 'three working days'],
    ['follow_up', {}, '2026-03-17 10:00', '2026-03-31 16:00', 'five working days'],
    ['first_response', {}, '2026-01-05 10:00', '2026-01-06 10:00', '24 hours by the clock'],
    ['first_response', {}, '2026-03-20 22:00', '2026-03-21 22:00', '24 hours go on over a holiday'],
    ['confirm', {}, '2026-03-17 10:00', '2026-04-08 16:00', 'ten working days of silence'],
    ['info', {}, '2026-03-17 10:00', '2026-04-16 23:59', 'thirty calendar days to answer'],
    ['substance', { kind: 'informasi' }, '2026-03-17 10:00', '2026-03-31 16:00', 'a question: five'],
    ['substance', { kind: 'pengaduan' }, '2026-03-17 10:00', '2026-04-14 16:00', 'a complaint: fourteen'],
    ['substance', { kind: 'aspirasi' }, '2026-03-17 10:00', '2026-04-14 16:00', 'a wish: as configured'],
    ['substance', { needsExamination: true }, '2026-03-17 10:00', '2026-06-26 16:30', 'needs examination: sixty'],
    ['substance', { category: 'pungli_korupsi' }, '2026-03-17 10:00', '2026-06-26 16:30', 'bribery: sixty by category'],
    [
      'substance',
      { category: 'pungli_korupsi', kind: 'informasi' },
      '2026-03-17 10:00',
      '2026-03-31 16:00',
      'a question about bribery: five',
    ],
    [
      'substance',
      { kind: 'bukan_laporan' },
      '2026-03-17 10:00',
      '2026-03-31 16:00',
      'filed though it is no report: as a question',
    ],
    [
      'verify',
      { category: 'perlindungan_perempuan_anak' },
      '2026-03-17 10:00',
      '2026-03-25 16:00',
      'violence: one working day',
    ],
    [
      'first_response',
      { category: 'perlindungan_perempuan_anak' },
      '2026-03-17 10:00',
      '2026-03-17 12:00',
      'violence: two hours',
    ],
  ];
  for (const [name, more, received, due, what] of VECTORS) {
    it(`${name} of ${received} is due ${due}: ${what}`, () => {
      expect(local(clockOf(name, received, [], more).dueAt, wib)).to.equal(due);
    });
  }

  it('tells at filing the day on which the verify clock of the category is due', () => {
    const toldFor = (category: string) => {
      const report = { kind: 'pengaduan', category, description: '', receivedAt: at('2026-03-17 10:00', wib) };
      return verifyBy(openingOf(report, loadCaseRules(FLOWS_DIR, 'WIB', [])));
    };
    expect(toldFor('jalan')).to.deep.equal(at('2026-03-27 16:30', wib));
    // an emergency post works around the clock, on holidays too: the next day, to its end
    expect(local(toldFor('kebencanaan_darurat'), wib)).to.equal('2026-03-18 23:59');
  });

  it('opens three clocks at filing, all from the moment of receipt', () => {
    const receivedAt = at('2026-03-17 10:00', wib);
    const clocks = openClocks(facts(receivedAt), wib, sla);
    expect(clocks.map(({ name }) => name)).to.deep.equal(['first_response', 'verify', 'substance']);
    expect(clocks.every(({ startedAt }) => startedAt === receivedAt)).to.equal(true);
  });

  it('marks a date in a year without a decree as provisional', () => {
    expect(clockOf('verify', '2026-12-30 10:00').provisional).to.equal(true);
    expect(clockOf('verify', '2026-12-28 10:00').provisional).to.equal(false);
  });
});

describe('pauses', () => {
  // pauses of a verify clock received on Monday 5 January 10:00 (due Thursday 8 January 16:00), and the new due date
  const VECTORS: readonly (readonly [readonly (readonly [string, string])[], string, string])[] = [
    [[['2026-01-06 10:00', '2026-01-06 12:00']], '2026-01-09 09:30', 'two working hours'],
    [[['2026-01-06 17:00', '2026-01-07 07:00']], '2026-01-08 16:00', 'a night costs nothing'],
    [[['2026-01-06 12:00', '2026-01-06 13:00']], '2026-01-08 16:00', 'nor does lunch'],
    [[['2026-01-06 07:30', '2026-01-07 07:30']], '2026-01-09 16:30', 'a whole day is a whole Friday'],
    [
      [
        ['2026-01-06 08:00', '2026-01-06 09:00'],
        ['2026-01-07 08:00', '2026-01-07 09:00'],
      ],
      '2026-01-09 09:30',
      'two pauses add up',
    ],
    [[['2026-01-08 15:00', '2026-01-12 08:30']], '2026-01-12 09:30', 'an hour was left, and an hour is left'],
    [[['2026-01-08 16:00', '2026-01-12 08:30']], '2026-01-08 16:00', 'too late to help'],
    [[['2026-01-09 08:00', '2026-01-12 08:30']], '2026-01-08 16:00', 'a breach can not be undone'],
    [
      [
        ['2026-01-06 08:00', '2026-01-09 12:00'],
        ['2026-01-13 08:00', '2026-01-13 09:00'],
      ],
      '2026-01-14 12:00',
      'the second falls into what the first added',
    ],
  ];
  for (const [pauses, due, what] of VECTORS) {
    it(`${pauses.map((pause) => pause.join(' to ')).join(' and ')}: due ${due}, ${what}`, () => {
      expect(local(clockOf('verify', '2026-01-05 10:00', pauses).dueAt, wib)).to.equal(due);
    });
  }

  it('over holidays give away nothing', () => {
    expect(
      local(clockOf('verify', '2026-03-17 10:00', [['2026-03-17 15:00', '2026-03-25 07:30']]).dueAt, wib),
    ).to.equal('2026-03-27 16:30');
  });

  it('over holidays and some work give back just the work, short Ramadan days as short ones', () => {
    expect(local(clockOf('verify', '2026-03-13 10:00').dueAt, wib)).to.equal('2026-03-25 16:00');
    const clock = clockOf('verify', '2026-03-13 10:00', [['2026-03-17 08:00', '2026-03-26 07:30']]);
    expect(local(clock.dueAt, wib)).to.equal('2026-03-27 15:30');
  });

  it('move a clock of plain hours by plain hours', () => {
    expect(
      local(clockOf('first_response', '2026-01-05 22:00', [['2026-01-05 23:00', '2026-01-06 05:00']]).dueAt, wib),
    ).to.equal('2026-01-07 04:00');
  });

  it('move the warning along with the due date', () => {
    const plain = clockOf('verify', '2026-01-05 10:00');
    expect(local(plain.dueSoonAt, wib)).to.equal('2026-01-07 16:00');
    expect(
      local(clockOf('verify', '2026-01-05 10:00', [['2026-01-06 10:00', '2026-01-06 12:00']]).dueSoonAt, wib),
    ).to.equal('2026-01-08 09:30');
  });

  it('do not start twice, do not end twice, and do nothing to a clock that is done', () => {
    const clock = clockOf('verify', '2026-01-05 10:00');
    const paused = pauseClock(clock, at('2026-01-06 10:00', wib));
    expect(pauseClock(paused, at('2026-01-06 11:00', wib))).to.equal(paused);
    expect(resumeClock(clock, at('2026-01-06 11:00', wib), wib, sla)).to.equal(clock);
    const done = endClock(clock, at('2026-01-06 10:00', wib));
    expect(pauseClock(done, at('2026-01-06 11:00', wib))).to.equal(done);
    expect(endClock(done, at('2026-01-07 10:00', wib))).to.equal(done);
  });

  it('last no negative time when the machine clock was set back', () => {
    const paused = pauseClock(clockOf('verify', '2026-01-05 10:00'), at('2026-01-06 10:00', wib));
    const resumed = resumeClock(paused, at('2026-01-06 09:00', wib), wib, sla);
    expect(local(resumed.dueAt, wib)).to.equal('2026-01-08 16:00');
  });

  const instant = fc.date({
    min: new Date('2026-01-01T00:00:00Z'),
    max: new Date('2026-11-01T00:00:00Z'),
    noInvalidDate: true,
  });
  const gaps = fc.array(fc.tuple(fc.nat(200 * MS_PER_HOUR), fc.nat(200 * MS_PER_HOUR)), { maxLength: 5 });

  it('never shorten the time left: what was left at the pause is left after it, and the due date never comes nearer', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...calendars.byId.values()),
        fc.constantFrom<ClockName>('verify', 'follow_up', 'substance', 'first_response', 'info'),
        instant,
        gaps,
        (each, name, receivedAt, pauses) => {
          let clock = openClock(name, receivedAt, facts(receivedAt), each, sla);
          let now = receivedAt;
          for (const [runsMs, restsMs] of pauses) {
            const pausedAt = new Date(now.getTime() + runsMs);
            now = new Date(pausedAt.getTime() + restsMs);
            const left = remainingMs(clock, pausedAt, each);
            const resumed = resumeClock(pauseClock(clock, pausedAt), now, each, sla);
            expect(resumed.dueAt >= clock.dueAt).to.equal(true);
            if (left > 0) expect(remainingMs(resumed, now, each)).to.equal(left);
            else expect(resumed.dueAt).to.deep.equal(clock.dueAt);
            expect(resumed.dueSoonAt <= resumed.dueAt).to.equal(true);
            clock = resumed;
          }
        },
      ),
    );
  });
});

describe('stageOf', () => {
  const clock = clockOf('verify', '2026-01-05 10:00');
  const stage = (text: string, of = clock) => stageOf(of, at(text, wib));

  it('is due soon in the last quarter and breached only after the due instant', () => {
    expect(stage('2026-01-07 15:59')).to.equal('on_track');
    expect(stage('2026-01-07 16:00')).to.equal('due_soon');
    expect(stage('2026-01-08 16:00')).to.equal('due_soon');
    expect(stage('2026-01-08 16:01')).to.equal('breached');
  });

  it('stays as it was when the clock was paused or ended', () => {
    expect(stage('2026-02-01 00:00', pauseClock(clock, at('2026-01-06 10:00', wib)))).to.equal('on_track');
    expect(stage('2026-02-01 00:00', endClock(clock, at('2026-01-08 10:00', wib)))).to.equal('due_soon');
    expect(stage('2026-01-05 10:00', endClock(clock, at('2026-01-09 10:00', wib)))).to.equal('breached');
  });
});

describe('remainingMs', () => {
  it('counts working time for working days and plain time for hours, negative once late', () => {
    const verify = clockOf('verify', '2026-01-05 10:00');
    expect(remainingMs(verify, at('2026-01-08 13:00', wib), wib)).to.equal(3 * MS_PER_HOUR);
    expect(remainingMs(verify, at('2026-01-09 08:30', wib), wib)).to.equal(-MS_PER_HOUR);
    const response = clockOf('first_response', '2026-01-05 10:00');
    expect(remainingMs(response, at('2026-01-06 12:00', wib), wib)).to.equal(-2 * MS_PER_HOUR);
  });

  it('stands still in a pause', () => {
    const paused = pauseClock(clockOf('verify', '2026-01-05 10:00'), at('2026-01-08 13:00', wib));
    expect(remainingMs(paused, at('2026-06-01 13:00', wib), wib)).to.equal(3 * MS_PER_HOUR);
  });
});

describe('nextWake', () => {
  const receivedAt = at('2026-01-05 10:00', wib);
  const clocks = openClocks(facts(receivedAt), wib, sla);

  it('is the earliest of what the running clocks need', () => {
    expect(nextWake(clocks)).to.deep.equal(at('2026-01-06 04:00', wib));
    expect(nextWake(finishClock(clocks, 'first_response', receivedAt))).to.deep.equal(at('2026-01-07 16:00', wib));
  });

  it('leaves out clocks that are paused or done', () => {
    expect(nextWake(clocks.map((clock) => pauseClock(clock, receivedAt)))).to.equal(undefined);
    expect(nextWake(clocks.map((clock) => endClock(clock, receivedAt)))).to.equal(undefined);
    expect(nextWake([])).to.equal(undefined);
  });
});

describe('promisedAt', () => {
  it('is the date of the step that comes next, as the complainant was told', () => {
    const receivedAt = at('2026-01-05 10:00', wib);
    const clocks = openClocks(facts(receivedAt), wib, sla);
    expect(promisedAt(clocks)).to.deep.equal(at('2026-01-08 16:00', wib));
    expect(promisedAt(finishClock(clocks, 'verify', receivedAt))).to.deep.equal(clocks[2]?.dueAt);
    expect(promisedAt([])).to.equal(undefined);
  });
});

describe('due dates in working hours', () => {
  it('fall within office hours', () => {
    const rules = structuredClone(sla);
    rules.process.first_response.targets = [
      { effectiveOn: '2026-01-01', amount: 8, unit: 'working_hours', basis: 'made up' },
    ];
    const receivedAt = at('2026-01-05 15:00', wib);
    const clock = openClock('first_response', receivedAt, facts(receivedAt), wib, rules);
    expect(local(clock.dueAt, wib)).to.equal('2026-01-06 15:30');
    expect(workingMsBetween(receivedAt, clock.dueAt, wib)).to.equal(8 * MS_PER_HOUR);
    expect(clock.dueSoonAt).to.deep.equal(addWorkingMs(receivedAt, 6 * MS_PER_HOUR, wib));
  });
});
