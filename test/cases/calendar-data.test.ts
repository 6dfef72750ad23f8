import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { addWorkingDays, dayNumber } from '../../src/cases/calendar.js';
import { getCalendar, loadCalendars } from '../../src/cases/calendar-data.js';
import { AppError } from '../../src/core/errors.js';
import { at, calendar, calendars, FLOWS_DIR, local } from './shipped-rules.js';

const CALENDARS = readFileSync(join(FLOWS_DIR, 'calendars.yaml'), 'utf8');
const YEAR = readFileSync(join(FLOWS_DIR, 'holidays', '2026.yaml'), 'utf8');

describe('loadCalendars', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'calendars-'));
    mkdirSync(join(dir, 'holidays'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function write(changes: { calendars?: string; year?: string; name?: string }): void {
    writeFileSync(join(dir, 'calendars.yaml'), changes.calendars ?? CALENDARS);
    writeFileSync(join(dir, 'holidays', changes.name ?? '2026.yaml'), changes.year ?? YEAR);
  }

  function refusal(changes: Parameters<typeof write>[0]): string {
    write(changes);
    try {
      loadCalendars(dir, []);
    } catch (error) {
      if (error instanceof AppError && error.code === 'config.invalid') return error.message.replace(dir, '');
      throw error;
    }
    return 'not refused';
  }

  const changed = (text: string, from: string, to: string): string => {
    expect(text).to.include(from);
    return text.replace(from, to);
  };

  it('ships the 17 holidays and 8 days of joint leave of the decree for 2026', () => {
    const wib = calendar('pemda_wib');
    const daysOff = Array.from({ length: 365 }, (_, index) => dayNumber('2026-01-01') + index).filter(
      (day) => wib.periodsOn(day).length === 0,
    );
    // 104 weekend days, and of the 25 decreed days four fall on them: 21 and 22 March, 5 April, 31 May
    expect(daysOff).to.have.length(104 + 25 - 4);
    expect(calendars.warnings).to.deep.equal([]);
  });

  it('warns of every needed year without a decree, and marks its days as not known', () => {
    const loaded = loadCalendars(FLOWS_DIR, [2026, 2027, 2028]);
    expect(loaded.years).to.deep.equal([2026]);
    expect(loaded.warnings).to.have.length(2);
    expect(loaded.warnings[0]).to.match(/no holidays for 2027.*holidays\/2027\.yaml/);
    const wib = getCalendar(loaded, 'pemda_wib');
    expect(wib.knows(dayNumber('2026-12-31'))).to.equal(true);
    expect(wib.knows(dayNumber('2027-01-01'))).to.equal(false);
  });

  it('keeps the holidays of fixed date free in a year without a decree', () => {
    const wib = calendar('pemda_wib');
    expect(wib.periodsOn(dayNumber('2027-06-01'))).to.deep.equal([]);
    expect(wib.periodsOn(dayNumber('2027-06-02'))).to.have.length(2);
  });

  it('takes a year into account as soon as its file is there', () => {
    write({
      name: '2027.yaml',
      year: `year: 2027
basis: made up for this test
count: { holidays: 1, jointLeave: 1 }
holidays: [{ on: "2027-01-04", name: a holiday }]
jointLeave: [{ on: "2027-01-05", name: a leave }]
ramadan: { from: "2027-02-08", to: "2027-03-09", basis: made up }`,
    });
    const wib = getCalendar(loadCalendars(dir, []), 'pemda_wib');
    expect(local(addWorkingDays(at('2026-12-31 10:00', wib), 1, wib), wib)).to.equal('2027-01-01 16:30');
    expect(local(addWorkingDays(at('2027-01-01 10:00', wib), 1, wib), wib)).to.equal('2027-01-06 16:00');
  });

  it('lets a unit work on joint leave and close on days of its own', () => {
    write({
      calendars: changed(
        CALENDARS,
        'pemda_wit: { zone: WIT, hours: pemda }',
        `pemda_wit:
    zone: WIT
    hours: pemda
    observes: { holidays: true, jointLeave: false }
    closedOn: [{ on: "2026-02-05", name: Hari Pekabaran Injil }]`,
      ),
    });
    const wit = getCalendar(loadCalendars(dir, []), 'pemda_wit');
    expect(local(addWorkingDays(at('2026-03-17 10:00', wit), 1, wit), wit)).to.equal('2026-03-18 15:00');
    expect(local(addWorkingDays(at('2026-02-04 10:00', wit), 1, wit), wit)).to.equal('2026-02-06 16:30');
    // the last Friday of Ramadan
    expect(local(addWorkingDays(at('2026-03-19 10:00', wit), 1, wit), wit)).to.equal('2026-03-20 15:30');
  });

  it('names file and line of a day that does not exist', () => {
    const text = changed(YEAR, '2026-04-03', '2026-02-30');
    expect(refusal({ year: text })).to.match(
      /^\/holidays\/2026\.yaml[\s\S]*line 11, holidays\.6\.on: must be a day that exists/,
    );
  });

  const FAULTS: readonly (readonly [string, () => Parameters<typeof write>[0], RegExp])[] = [
    [
      'a line was lost',
      () => ({ year: changed(YEAR, '  - { on: "2026-12-24", name: Cuti bersama Natal }\n', '') }),
      /jointLeave has 7 days, count says 8/,
    ],
    [
      'a day is listed twice',
      () => ({ year: changed(YEAR, '2026-03-20', '2026-03-19') }),
      /2026-03-19 is listed twice/,
    ],
    [
      'a day is of another year',
      () => ({ year: changed(YEAR, '2026-05-28', '2025-05-28') }),
      /2025-05-28 is not in 2026/,
    ],
    ['the file is named for another year', () => ({ name: '2027.yaml' }), /called 2027\.yaml but holds 2026/],
    ['a key is misspelt', () => ({ year: changed(YEAR, 'jointLeave:\n', 'jointleave:\n') }), /jointleave/],
    ['the year is no year', () => ({ year: changed(YEAR, 'year: 2026', 'year: 20226') }), /year:/],
    [
      'Ramadan ends before it starts',
      () => ({ year: changed(YEAR, 'to: "2026-03-20"', 'to: "2026-01-20"') }),
      /Ramadan must end after it starts/,
    ],
    [
      'a calendar names hours that are not there',
      () => ({ calendars: changed(CALENDARS, 'zone: WIT, hours: pemda', 'zone: WIT, hours: pemad') }),
      /calendars\.pemda_wit: no hours called "pemad"/,
    ],
    [
      'a zone is not Indonesian',
      () => ({ calendars: changed(CALENDARS, 'zone: WIT,', 'zone: WET,') }),
      /calendars\.pemda_wit\.zone/,
    ],
    [
      'periods overlap',
      () => ({ calendars: changed(CALENDARS, '["13:00", "16:30"]', '["11:00", "16:30"]') }),
      /periods of a day must be in order/,
    ],
    [
      'a period ends before it starts',
      () => ({ calendars: changed(CALENDARS, '["13:00", "16:30"]', '["13:00", "12:30"]') }),
      /must end after it starts/,
    ],
    ['a time is no time', () => ({ calendars: changed(CALENDARS, '"16:30"', '"25:30"') }), /must be a time/],
    ['the YAML is broken', () => ({ calendars: `${CALENDARS}\n  - : [` }), /calendars\.yaml can't be used/],
  ];
  for (const [what, changes, message] of FAULTS) {
    it(`refuses to start when ${what}`, () => {
      expect(refusal(changes())).to.match(message);
    });
  }

  it('warns of every year when there is no folder of holidays, and refuses a folder without calendars', () => {
    writeFileSync(join(dir, 'calendars.yaml'), CALENDARS);
    rmSync(join(dir, 'holidays'), { recursive: true });
    expect(loadCalendars(dir, [2026]).warnings).to.have.length(1);
    rmSync(join(dir, 'calendars.yaml'));
    expect(() => loadCalendars(dir, [])).to.throw(AppError, "can't be read");
  });

  it('names a calendar that does not exist', () => {
    expect(() => getCalendar(calendars, 'pemda')).to.throw(AppError, 'no calendar called "pemda"');
  });
});
