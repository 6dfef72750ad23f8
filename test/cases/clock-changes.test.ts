import { expect } from 'chai';
import { clocksAfter, offersOmbudsman, retargetClocks, retimeClocks } from '../../src/cases/clock-changes.js';
import { takeDueSteps } from '../../src/cases/escalation.js';
import { openClock, openClocks } from '../../src/cases/sla.js';
import { findOpen, isPaused, type SlaClock } from '../../src/cases/sla-clock.js';
import type { ClockName, SlaFacts } from '../../src/cases/sla-rules.js';
import { CASE_STATUSES, type CaseStatus } from '../../src/cases/status.js';
import { TRANSITIONS } from '../../src/cases/transitions.js';
import { at, calendar, local, sla } from './shipped-rules.js';

const wib = calendar('pemda_wib');
const FACTS: SlaFacts = { kind: 'pengaduan', category: 'jalan', receivedAt: at('2026-01-05 10:00', wib) };

/** Plays a case: each step is a status and the local time at which it was reached. */
function play(...steps: readonly (readonly [CaseStatus, string])[]): SlaClock[] {
  let from: CaseStatus = 'received';
  let clocks = openClocks(FACTS, wib, sla);
  for (const [to, when] of steps) {
    clocks = clocksAfter(clocks, { from, to, at: at(when, wib) }, FACTS, wib, sla);
    from = to;
  }
  return clocks;
}

function open(clocks: readonly SlaClock[]): string[] {
  return clocks.filter(({ doneAt }) => !doneAt).map((clock) => (isPaused(clock) ? `${clock.name} paused` : clock.name));
}

function due(clocks: readonly SlaClock[], name: ClockName): string | undefined {
  const clock = findOpen(clocks, name);
  return clock && local(clock.dueAt, wib);
}

describe('clocksAfter', () => {
  it('runs the process clocks one after the other and the substance clock all along', () => {
    expect(open(play())).to.deep.equal(['first_response', 'verify', 'substance']);
    expect(open(play(['verified', '2026-01-06 10:00']))).to.deep.equal(['substance']);
    const assigned = play(['verified', '2026-01-06 10:00'], ['assigned', '2026-01-06 11:00']);
    expect(open(assigned)).to.deep.equal(['substance', 'follow_up']);
    expect(due(assigned, 'follow_up')).to.equal('2026-01-13 16:00');
    expect(
      open(
        play(['verified', '2026-01-06 10:00'], ['assigned', '2026-01-06 11:00'], ['in_progress', '2026-01-07 11:00']),
      ),
    ).to.deep.equal(['substance']);
  });

  it('stops everything but the question while the complainant is asked, and gives the time back after', () => {
    const asked = play(['needs_info', '2026-01-06 10:00']);
    expect(open(asked)).to.deep.equal(['verify paused', 'substance paused', 'info']);
    const answered = play(['needs_info', '2026-01-06 10:00'], ['received', '2026-01-06 12:00']);
    expect(open(answered)).to.deep.equal(['verify', 'substance']);
    expect(due(answered, 'verify')).to.equal('2026-01-09 09:30');
  });

  it('buys no time by a transfer or by another desk', () => {
    const before = play(['assigned', '2026-01-06 11:00']);
    const after = play(
      ['assigned', '2026-01-06 11:00'],
      ['transferred', '2026-01-08 10:00'],
      ['assigned', '2026-01-09 10:00'],
    );
    expect(due(after, 'substance')).to.equal(due(before, 'substance'));
    expect(due(after, 'follow_up')).to.equal(due(before, 'follow_up'));
    const again = play(
      ['assigned', '2026-01-06 11:00'],
      ['in_progress', '2026-01-07 10:00'],
      ['assigned', '2026-01-08 10:00'],
    );
    expect(open(again)).to.deep.equal(['substance']);
  });

  it('waits ten working days for the complainant once there is a result', () => {
    const resolved = play(
      ['assigned', '2026-01-06 11:00'],
      ['in_progress', '2026-01-07 10:00'],
      ['resolved', '2026-01-08 10:00'],
    );
    expect(open(resolved)).to.deep.equal(['confirm']);
    expect(due(resolved, 'confirm')).to.equal('2026-01-23 16:30');
  });

  it('starts a new, shorter round when the case comes back', () => {
    const back = play(
      ['assigned', '2026-01-06 11:00'],
      ['in_progress', '2026-01-07 10:00'],
      ['resolved', '2026-01-08 10:00'],
      ['reopened', '2026-01-12 09:00'],
    );
    expect(open(back)).to.deep.equal(['first_response', 'substance']);
    expect(due(back, 'substance')).to.equal('2026-01-20 16:00');
    const redone = clocksAfter(
      back,
      { from: 'reopened', to: 'assigned', at: at('2026-01-12 10:00', wib) },
      FACTS,
      wib,
      sla,
    );
    expect(open(redone)).to.deep.equal(['substance', 'follow_up']);
  });

  it('leaves nothing running once the case has ended, and does not count what was cut off', () => {
    for (const to of ['closed', 'rejected', 'withdrawn'] as const) {
      expect(open(play([to, '2026-01-06 10:00'])), to).to.deep.equal([]);
    }
    expect(play(['withdrawn', '2026-01-06 10:00']).every((clock) => clock.void)).to.equal(true);
    expect(play(['rejected', '2026-01-06 10:00']).some((clock) => clock.void)).to.equal(false);
  });

  it('holds the time of a merged case, in case it is taken out again', () => {
    const merged = play(['merged', '2026-01-06 10:00']);
    expect(merged.every(({ wakeAt }) => wakeAt === undefined)).to.equal(true);
    const apart = play(['merged', '2026-01-06 10:00'], ['verified', '2026-01-07 10:00']);
    expect(open(apart)).to.deep.equal(['substance']);
    expect(due(apart, 'substance')).to.equal('2026-01-27 16:00');
  });

  it('leaves no open case without a running clock, whichever allowed step was taken', () => {
    const ended = new Set<CaseStatus>(['closed', 'rejected', 'withdrawn', 'merged']);
    const steps = TRANSITIONS.flatMap(({ from, to }) =>
      from.flatMap((one) => to.map((other) => [one, other] as const)),
    );
    for (const status of CASE_STATUSES) {
      const reached = status === 'received' ? play() : play([status, '2026-01-06 10:00']);
      for (const [from, to] of steps.filter(([one]) => one === status)) {
        const after = clocksAfter(reached, { from, to, at: at('2026-01-07 10:00', wib) }, FACTS, wib, sla);
        const isRunning = after.some(({ wakeAt }) => wakeAt !== undefined);
        expect(isRunning, `${from} -> ${to}`).to.equal(!ended.has(to));
      }
    }
  });
});

describe('retimeClocks', () => {
  const lateHoliday = { ...wib, periodsOn: (day: number) => (day === 20_461 ? [] : wib.periodsOn(day)) };

  it('moves the due dates of open clocks when a holiday is added, and says which', () => {
    const clocks = play(['verified', '2026-01-06 08:00'], ['assigned', '2026-01-06 09:00']);
    const { clocks: after, moved } = retimeClocks(clocks, at('2026-01-06 10:00', wib), lateHoliday, sla);
    expect(local(new Date(20_461 * 86_400_000), { ...wib, offsetMs: 0 })).to.equal('2026-01-08 00:00');
    expect(moved.map(({ name, toAt }) => `${name} ${local(toAt, wib)}`)).to.deep.equal([
      'substance 2026-01-27 16:00',
      'follow_up 2026-01-14 16:00',
    ]);
    expect(after[0]).to.equal(clocks[0]);
  });

  it('changes nothing when no holiday was added', () => {
    const clocks = openClocks(FACTS, wib, sla);
    const { clocks: after, moved } = retimeClocks(clocks, at('2026-01-06 10:00', wib), wib, sla);
    expect(after).to.deep.equal(clocks);
    expect(moved).to.deep.equal([]);
  });

  it('wakes no clock that is paused', () => {
    const { clocks } = retimeClocks(
      play(['needs_info', '2026-01-06 10:00']),
      at('2026-01-06 11:00', wib),
      lateHoliday,
      sla,
    );
    expect(clocks.filter(({ wakeAt }) => wakeAt).map(({ name }) => name)).to.deep.equal(['info']);
  });

  it('warns again before a due date that has moved away, though it warned before', () => {
    const now = at('2026-01-08 07:00', wib);
    const warned = takeDueSteps(openClock('verify', FACTS.receivedAt, FACTS, wib, sla), now, wib, sla).clock;
    const [after] = retimeClocks([warned], now, lateHoliday, sla).clocks;
    // the warning of Wednesday holds: it still is the second working day
    expect(after?.stepsDone).to.equal(1);
    const [later] = retimeClocks([warned], at('2026-01-07 12:00', wib), wib, sla).clocks;
    expect(later?.stepsDone).to.equal(0);
  });
});

describe('retargetClocks', () => {
  it('gives a recategorised case its new target from the old start, pauses kept', () => {
    const clocks = play(
      ['needs_info', '2026-01-06 10:00'],
      ['received', '2026-01-06 12:00'],
      ['verified', '2026-01-07 10:00'],
    );
    const now = at('2026-01-08 10:00', wib);
    const { clocks: after, moved } = retargetClocks(clocks, { ...FACTS, category: 'pungli_korupsi' }, now, wib, sla);
    expect(due(after, 'substance')).to.equal('2026-04-13 09:30');
    expect(moved.map(({ name }) => name)).to.deep.equal(['substance']);
    expect(findOpen(after, 'substance')?.interimDays).to.equal(10);
  });

  it('makes what is already too late for a shorter target due at once', () => {
    const clocks = play(['verified', '2026-01-06 10:00']);
    const now = at('2026-01-20 10:00', wib);
    const { clocks: after } = retargetClocks(clocks, { ...FACTS, kind: 'informasi' }, now, wib, sla);
    const substance = findOpen(after, 'substance');
    expect(substance?.wakeAt && substance.wakeAt <= now).to.equal(true);
  });

  it('keeps the shorter target of a reopened case in its second round', () => {
    const back = play(
      ['in_progress', '2026-01-06 11:00'],
      ['resolved', '2026-01-08 10:00'],
      ['reopened', '2026-01-12 09:00'],
    );
    const { clocks } = retargetClocks(back, { ...FACTS, kind: 'informasi' }, at('2026-01-12 10:00', wib), wib, sla);
    expect(due(clocks, 'substance')).to.equal('2026-01-15 16:00');
  });
});

describe('offersOmbudsman', () => {
  const clocks = openClocks(FACTS, wib, sla);

  it('offers it once the substance is late, not when only the process is', () => {
    expect(offersOmbudsman(clocks, at('2026-01-09 10:00', wib), 0, sla)).to.equal(false);
    expect(offersOmbudsman(clocks, at('2026-01-26 16:01', wib), 0, sla)).to.equal(true);
  });

  it('offers it at the second reopening', () => {
    expect(offersOmbudsman([], FACTS.receivedAt, 1, sla)).to.equal(false);
    expect(offersOmbudsman([], FACTS.receivedAt, 2, sla)).to.equal(true);
  });
});
