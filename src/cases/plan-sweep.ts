import type { Keys } from '../core/crypto.js';
import type { Case, CaseAlert, CaseEvent, CaseNotice, ClockStep } from './case.js';
import { type CaseRules, calendarOf } from './case-rules.js';
import { type CaseUpdate, clockFields, eventIdOf, noticeOf, openWords } from './case-update.js';
import { escalationTargets, type LevelHolders, type SlaStep, takeDueSteps } from './escalation.js';
import { valuesOf } from './notice-values.js';
import { ombudsmanOffer, planChange, withPatch } from './plan-change.js';
import { type ClockName, LEVELS } from './sla-rules.js';

export interface SweepDeps {
  readonly rules: CaseRules;
  readonly keys: Keys;
  /** Who holds which rung in the case's unit. */
  readonly holders: LevelHolders;
}

interface DueStep {
  readonly clock: ClockName;
  readonly step: SlaStep;
}

/**
 * What the clocks of a case want done by `now`, as one update: reminders, escalations, apologies with a new date, or
 * the end by silence. Pure but for the seal.
 *
 * @returns undefined when nothing is due
 */
export function planSweep(found: Case, { rules, keys, holders }: SweepDeps, now: Date): CaseUpdate | undefined {
  const calendar = calendarOf(found.unit, now, rules);
  const taken = found.clocks.map((each) => takeDueSteps(each, now, calendar, rules.sla));
  const due = taken.flatMap(({ clock, steps }) => steps.map((step): DueStep => ({ clock: clock.name, step })));
  if (due.length === 0) return undefined;
  const key = `sla:${found.rev}`;
  if (due.some(({ step }) => step.kind === 'close')) {
    return planChange(
      found,
      { number: found._id, to: 'closed', by: { role: 'system' }, key },
      {},
      { rules, keys },
      now,
    );
  }
  const promises = due.flatMap(({ step }) => (step.kind === 'interim' ? [step.promisedAt] : []));
  const promisedAt = promises.sort((a, b) => b.getTime() - a.getTime())[0];
  const alert = alertOf(found, due, holders, now);
  const patch = {
    ...clockFields(
      taken.map(({ clock }) => clock),
      found,
    ),
    ...(promisedAt ? { promisedAt } : {}),
    ...(alert ? { alert } : {}),
  };
  const after = withPatch(found, patch);
  const id = eventIdOf(found._id, found.rev + 1);
  const event: CaseEvent = {
    key,
    rev: found.rev + 1,
    at: now,
    by: { kind: 'system' },
    what: 'clock',
    steps: due.flatMap(recordOf),
  };
  const offer = ombudsmanOffer(after, keys, id, rules, now);
  return {
    patch: { ...patch, ...offer.patch },
    event,
    notices: [...noticesOf(after, due, promisedAt, keys, id, now), ...offer.notices],
  };
}

/** The highest rung that hears of it now, unless a higher one has heard before. */
function alertOf(found: Case, due: readonly DueStep[], holders: LevelHolders, now: Date): CaseAlert | undefined {
  const rungs = due.flatMap(({ clock, step }) => (step.kind === 'escalate' ? [{ clock, level: step.to }] : []));
  const [highest] = rungs.sort((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level));
  if (!highest) return undefined;
  const { clock, level } = highest;
  // a look that is owed says nothing about late work, nor the other way round
  const isSameMatter = (found.alert?.clock === 'review') === (clock === 'review');
  if (found.alert && isSameMatter && LEVELS.indexOf(found.alert.level) > LEVELS.indexOf(level)) return undefined;
  // what is soon due concerns whoever has it in hand
  const own = level === 'agent' && found.staffId ? [found.staffId] : undefined;
  return { level, clock, at: now, staffIds: own ?? escalationTargets(level, holders).staffIds };
}

function recordOf({ clock, step }: DueStep): ClockStep[] {
  if (step.kind === 'close') return [];
  return [{ clock, kind: step.kind, ...(step.kind === 'escalate' ? { level: step.to } : {}) }];
}

function noticesOf(
  after: Case,
  due: readonly DueStep[],
  promisedAt: Date | undefined,
  keys: Keys,
  id: string,
  now: Date,
): CaseNotice[] {
  const reminded = due.find(({ step }) => step.kind === 'remind');
  if (reminded) {
    const event = reminded.clock === 'confirm' ? 'confirm_reminder' : 'info_reminder';
    const asked = after.history.findLast(({ to }) => to === 'needs_info');
    const { question } = asked ? openWords(keys, after._id, asked) : {};
    return [noticeOf(keys, id, event, now, valuesOf(event, after, question ? { question } : {}))];
  }
  return promisedAt ? [noticeOf(keys, id, 'late', now, valuesOf('late', after, {}))] : [];
}
