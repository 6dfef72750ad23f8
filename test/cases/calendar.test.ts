import { expect } from 'chai';
import fc from 'fast-check';
import {
  addCalendarDays,
  addWorkingDays,
  addWorkingMs,
  dayOf,
  isOpen,
  isWorkingDay,
  nextOpening,
  weekdayOf,
  workingMsBetween,
} from '../../src/cases/calendar.js';
import { at, calendar, calendars, local } from './shipped-rules.js';

const MS_PER_HOUR = 3_600_000;
const wib = calendar('pemda_wib');

describe('addWorkingDays', () => {
  // calendar, received, days, due; all local. Days were counted by hand from the decree.
  const VECTORS: readonly (readonly [string, string, number, string, string])[] = [
    ['pemda_wib', '2026-03-17 10:00', 3, '2026-03-27 16:30', 'over Nyepi, Idulfitri and five days of joint leave'],
    ['pemda_wita', '2026-03-17 10:00', 3, '2026-03-27 16:30', 'the same in Makassar'],
    ['pemda_wit', '2026-03-17 10:00', 3, '2026-03-27 16:30', 'the same in Jayapura'],
    ['pemda_wib', '2026-03-17 00:00', 3, '2026-03-27 16:30', 'received at the first moment of the day'],
    ['pemda_wib', '2026-03-17 23:59', 3, '2026-03-27 16:30', 'received at the last minute of the day'],
    ['pemda_wib', '2026-03-17 10:00', 5, '2026-03-31 16:00', 'five days over Idulfitri'],
    ['pemda_wib', '2026-03-17 10:00', 14, '2026-04-14 16:00', 'fourteen days, Good Friday among them'],
    ['pemda_wib', '2026-03-17 10:00', 60, '2026-06-26 16:30', 'sixty days over five months'],
    ['pemda_wib', '2026-01-05 08:00', 60, '2026-04-10 16:30', 'sixty days with Ramadan in them'],
    ['pemda_wib', '2026-03-18 09:00', 1, '2026-03-25 16:00', 'received on a day of joint leave'],
    ['pemda_wib', '2026-03-21 09:00', 1, '2026-03-25 16:00', 'received on a holiday that is a Saturday'],
    ['pemda_wib', '2026-01-10 09:00', 3, '2026-01-14 16:00', 'received on a Saturday: Monday is the first day'],
    ['pemda_wib', '2026-01-11 09:00', 3, '2026-01-14 16:00', 'received on a Sunday: the same'],
    ['pemda_wib', '2026-01-15 20:00', 1, '2026-01-19 16:00', 'received at night before a long weekend'],
    ['pemda_wib', '2026-02-13 10:00', 2, '2026-02-19 15:00', 'ends on the first day of Ramadan, an hour earlier'],
    ['pemda_wib', '2026-02-26 10:00', 1, '2026-02-27 15:30', 'a Friday in Ramadan'],
    ['pemda_wib', '2026-02-27 10:00', 1, '2026-03-02 15:00', 'over a weekend into March, not a leap year'],
    ['pemda_wib', '2026-04-02 10:00', 1, '2026-04-06 16:00', 'over Easter'],
    ['pemda_wib', '2026-05-13 10:00', 2, '2026-05-19 16:00', 'over Ascension and its joint leave'],
    ['pemda_wib', '2026-05-26 10:00', 1, '2026-05-29 16:30', 'over Iduladha and its joint leave'],
    ['pemda_wib', '2026-05-29 10:00', 5, '2026-06-08 16:00', 'Waisak on a Sunday costs nothing, Pancasila Day does'],
    ['pemda_wib', '2026-06-15 10:00', 10, '2026-06-30 16:00', 'over the Islamic new year'],
    ['pemda_wib', '2026-08-14 10:00', 1, '2026-08-18 16:00', 'over Independence Day on a Monday'],
    ['pemda_wib', '2026-12-23 10:00', 1, '2026-12-28 16:00', 'over Christmas and its joint leave'],
    ['pemda_wib', '2026-12-30 10:00', 3, '2027-01-05 16:00', 'over new year, into a year without a decree'],
    ['pemda_wib', '2026-12-01 10:00', 60, '2027-02-26 16:30', 'far into a year without a decree'],
    ['pemda_wib', '2028-02-25 10:00', 3, '2028-03-01 16:00', 'over 29 February'],
    ['pemda_wib', '2028-02-28 10:00', 1, '2028-02-29 16:00', 'onto 29 February'],
    ['pemda_wib', '2028-02-29 10:00', 1, '2028-03-01 16:00', 'from 29 February'],
    ['layanan_wib', '2026-01-09 10:00', 1, '2026-01-10 12:30', 'an office that works on Saturdays'],
    ['layanan_wib', '2026-03-20 10:00', 1, '2026-03-25 14:00', 'but not on holidays'],
    ['siaga_wib', '2026-03-20 10:00', 1, '2026-03-21 23:59', 'an emergency post that never closes'],
  ];

  for (const [id, received, days, due, what] of VECTORS) {
    it(`${received} + ${days} = ${due}: ${what}`, () => {
      expect(local(addWorkingDays(at(received, calendar(id)), days, calendar(id)), calendar(id))).to.equal(due);
    });
  }

  it('takes the day from the zone of the unit: one instant is the 16th in Jakarta and the 17th in Jayapura', () => {
    const received = new Date('2026-03-16T15:30:00Z');
    expect(local(addWorkingDays(received, 1, wib), wib)).to.equal('2026-03-17 15:00');
    const wit = calendar('pemda_wit');
    expect(local(addWorkingDays(received, 1, wit), wit)).to.equal('2026-03-25 16:00');
  });

  it('leaves the instant alone with 0 days and refuses what is no number of days', () => {
    const from = new Date('2026-03-17T03:00:00Z');
    expect(addWorkingDays(from, 0, wib)).to.equal(from);
    expect(() => addWorkingDays(from, -1, wib)).to.throw(RangeError, 'whole number');
    expect(() => addWorkingDays(from, 1.5, wib)).to.throw(RangeError, 'whole number');
  });

  it('ends in an error, not in an endless loop, when a calendar never opens', () => {
    const never = { ...wib, id: 'never', periodsOn: () => [] };
    expect(() => addWorkingDays(new Date(0), 1, never)).to.throw(RangeError, 'never');
    expect(() => addWorkingMs(new Date(0), 1, never)).to.throw(RangeError, 'never');
    expect(() => nextOpening(new Date(0), never)).to.throw(RangeError, 'never');
  });
});

describe('working time', () => {
  it('counts 37.5 hours in an ordinary week and 32.5 in a week of Ramadan', () => {
    const hours = (from: string, to: string) => workingMsBetween(at(from, wib), at(to, wib), wib) / MS_PER_HOUR;
    expect(hours('2026-01-05 00:00', '2026-01-12 00:00')).to.equal(37.5);
    expect(hours('2026-02-23 00:00', '2026-03-02 00:00')).to.equal(32.5);
  });

  it('counts nothing over lunch, at night, at weekends and on holidays', () => {
    const ms = (from: string, to: string) => workingMsBetween(at(from, wib), at(to, wib), wib);
    expect(ms('2026-01-05 12:00', '2026-01-05 13:00')).to.equal(0);
    expect(ms('2026-01-05 16:00', '2026-01-06 07:30')).to.equal(0);
    expect(ms('2026-03-17 15:00', '2026-03-25 07:30')).to.equal(0);
    expect(ms('2026-01-05 11:00', '2026-01-05 14:00')).to.equal(2 * MS_PER_HOUR);
  });

  it('is negative backwards', () => {
    const [from, to] = [at('2026-01-05 08:00', wib), at('2026-01-05 09:00', wib)];
    expect(workingMsBetween(to, from, wib)).to.equal(-MS_PER_HOUR);
  });

  it('is open from the first moment of a period and closed from its last', () => {
    expect(isOpen(at('2026-01-05 07:29', wib), wib)).to.equal(false);
    expect(isOpen(at('2026-01-05 07:30', wib), wib)).to.equal(true);
    expect(isOpen(at('2026-01-05 12:00', wib), wib)).to.equal(false);
    expect(isOpen(at('2026-01-05 13:00', wib), wib)).to.equal(true);
    expect(isOpen(at('2026-01-05 16:00', wib), wib)).to.equal(false);
  });

  it('opens next after lunch, next morning or after the holidays', () => {
    const next = (text: string) => local(nextOpening(at(text, wib), wib), wib);
    expect(next('2026-01-05 12:10')).to.equal('2026-01-05 13:00');
    expect(next('2026-01-05 18:00')).to.equal('2026-01-06 07:30');
    expect(next('2026-03-17 15:00')).to.equal('2026-03-25 07:30');
    expect(next('2026-01-05 09:15')).to.equal('2026-01-05 09:15');
  });
});

describe('addCalendarDays', () => {
  it('ends on the day itself, not at the first moment of the next', () => {
    expect(local(addCalendarDays(at('2026-03-17 10:00', wib), 30, wib), wib)).to.equal('2026-04-16 23:59');
    expect(local(addCalendarDays(at('2028-02-28 23:00', wib), 1, wib), wib)).to.equal('2028-02-29 23:59');
  });
});

describe('calendar properties', () => {
  const anyCalendar = fc.constantFrom(...calendars.byId.values());
  const instant = fc.date({
    min: new Date('2025-06-01T00:00:00Z'),
    max: new Date('2028-06-01T00:00:00Z'),
    noInvalidDate: true,
  });

  it('never ends on a weekend, a holiday or joint leave, nor before it starts', () => {
    fc.assert(
      fc.property(anyCalendar, instant, fc.integer({ min: 1, max: 90 }), (each, from, days) => {
        const due = addWorkingDays(from, days, each);
        expect(isWorkingDay(due, each)).to.equal(true);
        expect(dayOf(due, each)).to.be.greaterThan(dayOf(from, each));
        if (each.id.startsWith('pemda')) expect(weekdayOf(dayOf(due, each))).to.be.within(1, 5);
      }),
    );
  });

  it('a later start or more days never end earlier', () => {
    fc.assert(
      fc.property(anyCalendar, instant, instant, fc.nat(60), fc.nat(10), (each, a, b, days, more) => {
        const [from, later] = a < b ? [a, b] : [b, a];
        expect(addWorkingDays(later, days, each) >= addWorkingDays(from, days, each)).to.equal(true);
        expect(addWorkingDays(from, days + more, each) >= addWorkingDays(from, days, each)).to.equal(true);
      }),
    );
  });

  it('working time adds up, and adding it is the inverse of measuring it', () => {
    fc.assert(
      fc.property(anyCalendar, instant, fc.nat(300 * MS_PER_HOUR), fc.nat(300 * MS_PER_HOUR), (each, from, a, b) => {
        const middle = addWorkingMs(from, a, each);
        expect(workingMsBetween(from, middle, each)).to.equal(a);
        expect(workingMsBetween(from, addWorkingMs(middle, b, each), each)).to.equal(a + b);
      }),
      { numRuns: 50 },
    );
  });

  it('is open at every opening, and closed at every moment before it', () => {
    fc.assert(
      fc.property(anyCalendar, instant, (each, from) => {
        const opening = nextOpening(from, each);
        expect(isOpen(opening, each)).to.equal(true);
        expect(workingMsBetween(from, opening, each)).to.equal(0);
      }),
    );
  });
});
