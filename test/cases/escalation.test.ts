import { expect } from 'chai';
import fc from 'fast-check';
import {
  escalationTargets,
  type LevelHolders,
  type SlaStep,
  stepsOf,
  takeDueSteps,
} from '../../src/cases/escalation.js';
import { openClock, pauseClock, resumeClock } from '../../src/cases/sla.js';
import type { SlaClock } from '../../src/cases/sla-clock.js';
import { type ClockName, LEVELS } from '../../src/cases/sla-rules.js';
import { at, calendar, local, sla } from './shipped-rules.js';

const wib = calendar('pemda_wib');
const RECEIVED = at('2026-01-05 10:00', wib);

function opened(name: ClockName, receivedAt = RECEIVED): SlaClock {
  return openClock(name, receivedAt, { kind: 'pengaduan', category: 'jalan', receivedAt }, wib, sla);
}

function shown(step: SlaStep): string {
  const what = step.kind === 'escalate' ? step.to : step.kind;
  const promised = step.kind === 'interim' ? ` until ${local(step.promisedAt, wib)}` : '';
  return `${local(step.at, wib)} ${what}${promised}`;
}

/** The first steps of a clock; a late one has steps without end. */
function head(clock: SlaClock, count: number): SlaStep[] {
  const steps: SlaStep[] = [];
  for (const step of stepsOf(clock, wib, sla)) {
    if (steps.push(step) === count) break;
  }
  return steps;
}

function first(clock: SlaClock, count: number): string[] {
  return head(clock, count).map(shown);
}

describe('stepsOf', () => {
  it('warns the desk, then climbs to the leader and keeps telling the complainant the next date', () => {
    expect(first(opened('verify'), 9)).to.deep.equal([
      '2026-01-07 16:00 agent',
      '2026-01-08 16:00 interim until 2026-01-12 16:00',
      '2026-01-08 16:00 coordinator',
      '2026-01-09 16:30 supervisor',
      '2026-01-12 16:00 interim until 2026-01-19 16:00',
      '2026-01-13 16:00 leader',
      '2026-01-19 16:00 interim until 2026-01-29 16:00',
      '2026-01-21 16:00 leader',
      '2026-01-28 16:00 leader',
    ]);
  });

  it('never forgets a late case: the leader hears of it again and again', () => {
    const leaders = head(opened('first_response'), 6).filter(
      (step) => step.kind === 'escalate' && step.to === 'leader',
    );
    expect(leaders.map(shown)).to.deep.equal([
      '2026-01-09 16:30 leader',
      '2026-01-19 16:00 leader',
      '2026-01-26 16:00 leader',
    ]);
  });

  it('tells the complainant nothing of a first response that is late by hours', () => {
    expect(head(opened('first_response'), 20).some(({ kind }) => kind === 'interim')).to.equal(false);
  });

  it('reminds once, then closes, where silence is what runs', () => {
    expect(first(opened('confirm'), 9)).to.deep.equal(['2026-01-12 16:00 remind', '2026-01-20 16:00 close']);
    expect(first(opened('info'), 9)).to.deep.equal(['2026-01-12 16:00 remind', '2026-02-04 23:59 close']);
  });

  it('does not remind of what closes before the reminder', () => {
    const early = openClock('confirm', RECEIVED, { kind: 'pengaduan', category: 'jalan', receivedAt: RECEIVED }, wib, {
      ...sla,
      process: { ...sla.process, confirm: { ...sla.process.confirm, remindAfterDays: 10 } },
    });
    expect(first(early, 9)).to.deep.equal(['2026-01-20 16:00 close']);
  });

  it('counts a pause before the due date once: in the due date', () => {
    const paused = pauseClock(opened('verify'), at('2026-01-06 07:30', wib));
    const clock = resumeClock(paused, at('2026-01-07 07:30', wib), wib, sla);
    expect(first(clock, 4).slice(1)).to.deep.equal([
      '2026-01-09 16:30 interim until 2026-01-13 16:00',
      '2026-01-09 16:30 coordinator',
      '2026-01-12 16:00 supervisor',
    ]);
  });

  it('waits with the ladder while a late clock is paused', () => {
    const paused = pauseClock(opened('verify'), at('2026-01-09 08:00', wib));
    const clock = resumeClock(paused, at('2026-01-14 08:00', wib), wib, sla);
    expect(first(clock, 4)).to.deep.equal([
      '2026-01-07 16:00 agent',
      '2026-01-08 16:00 interim until 2026-01-15 16:00',
      '2026-01-08 16:00 coordinator',
      '2026-01-14 16:00 supervisor',
    ]);
  });
});

describe('takeDueSteps', () => {
  const take = (clock: SlaClock, text: string) => takeDueSteps(clock, at(text, wib), wib, sla);

  it('does nothing before the wake, and takes a step at the very instant', () => {
    const clock = opened('verify');
    expect(take(clock, '2026-01-07 15:59')).to.deep.equal({ steps: [], clock });
    const taken = take(clock, '2026-01-07 16:00');
    expect(taken.steps.map(shown)).to.deep.equal(['2026-01-07 16:00 agent']);
    expect(taken.clock).to.deep.equal({ ...clock, stepsDone: 1, wakeAt: at('2026-01-08 16:00', wib) });
  });

  it('never takes a step twice', () => {
    const { clock } = take(opened('verify'), '2026-01-08 16:00');
    expect(take(clock, '2026-01-08 16:00').steps).to.deep.equal([]);
    expect(take(clock, '2026-01-09 16:30').steps.map(shown)).to.deep.equal(['2026-01-09 16:30 supervisor']);
  });

  it('after a week of downtime tells each rung once and the complainant only the newest date', () => {
    expect(take(opened('verify'), '2026-01-19 17:00').steps.map(shown)).to.deep.equal([
      '2026-01-07 16:00 agent',
      '2026-01-08 16:00 coordinator',
      '2026-01-09 16:30 supervisor',
      '2026-01-13 16:00 leader',
      '2026-01-19 16:00 interim until 2026-01-29 16:00',
    ]);
  });

  it('ends a silence clock for good once it has closed the case', () => {
    const { steps, clock } = take(opened('confirm'), '2026-02-01 00:00');
    expect(steps.map(({ kind }) => kind)).to.deep.equal(['remind', 'close']);
    expect(clock.wakeAt).to.equal(undefined);
    expect(take(clock, '2026-03-01 00:00').steps).to.deep.equal([]);
  });

  it('leaves a paused clock alone', () => {
    const paused = pauseClock(opened('verify'), RECEIVED);
    expect(take(paused, '2026-06-01 00:00')).to.deep.equal({ steps: [], clock: paused });
  });

  it('comes to the same end by many sweeps or by one, whatever the sweeps missed', () => {
    const name = fc.constantFrom<ClockName>('first_response', 'verify', 'follow_up', 'substance', 'confirm', 'info');
    fc.assert(
      fc.property(name, fc.array(fc.nat(20 * 86_400_000), { minLength: 1, maxLength: 20 }), (each, gaps) => {
        let clock = opened(each);
        let now = RECEIVED;
        const taken: SlaStep[] = [];
        for (const gap of gaps) {
          now = new Date(now.getTime() + gap);
          const due = takeDueSteps(clock, now, wib, sla);
          taken.push(...due.steps);
          clock = due.clock;
          if (clock.wakeAt) expect(clock.wakeAt > now).to.equal(true);
          else expect(clock.remindAfterDays).to.be.a('number');
          for (const step of due.steps) if (step.kind === 'interim') expect(step.promisedAt > now).to.equal(true);
        }
        expect(takeDueSteps(opened(each), now, wib, sla).clock).to.deep.equal(clock);
        const keys = taken.map(shown);
        expect(new Set(keys).size).to.equal(keys.length);
      }),
    );
  });
});

describe('escalationTargets', () => {
  const all: LevelHolders = { agent: ['a'], coordinator: ['c'], supervisor: ['s'], leader: ['l'], service: ['x'] };

  it('reaches those on the rung, or the nearest above', () => {
    expect(escalationTargets('coordinator', all)).to.deep.equal({ level: 'coordinator', staffIds: ['c'] });
    expect(escalationTargets('coordinator', { ...all, coordinator: [] })).to.deep.equal({
      level: 'supervisor',
      staffIds: ['s'],
    });
    expect(escalationTargets('leader', { ...all, leader: [] })).to.deep.equal({ level: 'service', staffIds: ['x'] });
  });

  it('never ends in nobody and never goes down', () => {
    const ids = fc.array(fc.string(), { maxLength: 2 });
    fc.assert(
      fc.property(fc.constantFrom(...LEVELS), ids, ids, ids, ids, (to, agent, coordinator, supervisor, leader) => {
        const { level, staffIds } = escalationTargets(to, { agent, coordinator, supervisor, leader, service: ['x'] });
        expect(staffIds).not.to.have.length(0);
        if (level !== 'service') expect(LEVELS.indexOf(level)).to.be.at.least(LEVELS.indexOf(to));
      }),
    );
  });
});
