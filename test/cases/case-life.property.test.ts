import { expect } from 'chai';
import type { Case } from '../../src/cases/case.js';
import { loadCaseRules } from '../../src/cases/case-rules.js';
import type { CaseUpdate } from '../../src/cases/case-update.js';
import type { CaseRequest, CaseRequester, ChangeRequest } from '../../src/cases/change-request.js';
import { planChange, standingOf, withPatch } from '../../src/cases/plan-change.js';
import { planAddition, planProgress, planRating, planRecategorise } from '../../src/cases/plan-note.js';
import { planRevealed, planReviewed } from '../../src/cases/plan-review.js';
import { planSweep } from '../../src/cases/plan-sweep.js';
import { nextWake } from '../../src/cases/sla.js';
import { isPaused } from '../../src/cases/sla-clock.js';
import { ENDED_STATUSES } from '../../src/cases/status.js';
import { transitionsFor } from '../../src/cases/transitions.js';
import { AppError } from '../../src/core/errors.js';
import { planRetime } from '../../src/jobs/retime.js';
import { TEST_KEYS as keys } from '../fakes/keys.js';
import { FLOWS_DIR } from './shipped-rules.js';
import { storedCase } from './stored-case.js';

const LIVES = 80;
const STEPS = 40;
const DAY_MS = 86_400_000;
/** Forward by a moment or weeks, and once in a while an hour back, as clocks that are set right go. */
const JUMPS_MS = [0, 60_000, 3_600_000, DAY_MS, 5 * DAY_MS, 20 * DAY_MS, -3_600_000];
const PEOPLE: readonly CaseRequester[] = [
  { role: 'agent', id: 'a' },
  { role: 'coordinator', id: 'c' },
  { role: 'supervisor', id: 's' },
  { role: 'complainant' },
];
const REOPENS = ['dispute', 'recheck', 'reopen', 'appeal', 'review'];
const OPS = [
  'change',
  'change',
  'change',
  'sweep',
  'add',
  'progress',
  'rate',
  'recategorise',
  'reveal',
  'review',
  'retime',
];

const rules = loadCaseRules(FLOWS_DIR, 'WIB', [2026]);
const holders = { agent: ['a'], coordinator: [], supervisor: ['s'], leader: [], service: ['x'] } as const;
const OTHER = { number: 'LP-260101-0001', status: 'verified', kind: 'pengaduan', worked: true } as const;
const GIVEN: Omit<ChangeRequest, 'number' | 'by' | 'key' | 'to'> = {
  ...{
    reason: 'alasan yang cukup',
    question: 'di sebelah mana',
    result: 'sudah dikerjakan',
    appealWay: 'balas di sini',
  },
  ...{ noProofReason: 'foto menyusul', rightAgency: 'PLN Kota', agencyAddress: 'Jl. Air 1' },
  ...{ outcome: 'solved', confirmed: true, mergeInto: OTHER.number },
};

/** The same row of numbers for the same seed. */
function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
  return <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
}

type Pick = ReturnType<typeof createRandom>;

function plan(found: Case, op: string, request: CaseRequest, now: Date, pick: Pick): CaseUpdate | undefined {
  const deps = { rules, keys };
  switch (op) {
    case 'change': {
      const ways = transitionsFor(standingOf(found), request.by.role).flatMap(({ to: goals }) => goals);
      if (ways.length === 0) return undefined;
      const to = pick(ways);
      const isGoing = (to === 'assigned' || to === 'transferred') && pick([true, false]);
      const unit = isGoing ? { unit: pick(['dinas_pu', 'dinas_perkim', 'dinas_sosial']) } : {};
      const facts = { mergeInto: { ...OTHER, circle: found.circle }, ...(pick([true, false]) ? { staffId: 'a' } : {}) };
      return planChange(found, { ...request, to, ...GIVEN, ...unit }, facts, deps, now);
    }
    case 'sweep':
      return found.wakeAt && found.wakeAt <= now ? planSweep(found, { ...deps, holders }, now) : undefined;
    case 'add':
      return planAddition(found, request, { note: 'masih rusak', evidence: [] }, keys, now);
    case 'progress':
      return planProgress(found, request, 'sedang dikerjakan', keys, now);
    case 'rate':
      return planRating(found, request, { stars: pick([1, 5]), words: '' }, deps, now);
    case 'recategorise': {
      const needsExamination = pick([true, false]);
      return planRecategorise(
        found,
        request,
        { category: pick(['jalan', 'sampah']), restricted: false, needsExamination },
        deps,
        now,
      );
    }
    case 'reveal':
      return planRevealed(found, request, 'perlu dihubungi', deps, now);
    case 'review':
      return planReviewed(found, request, 'sudah dilihat', deps, now);
    default:
      return planRetime(found, deps, now);
  }
}

/** What holds of a case whatever happened to it. */
function demandSound(found: Case, life: string): void {
  const { history, status, clocks, staffId, agency, alert } = found;
  const open = clocks.filter(({ doneAt }) => !doneAt);
  const names = open.map(({ name }) => name);
  expect(
    history.map(({ rev }) => rev),
    life,
  ).to.deep.equal(history.map((_, index) => index + 1));
  expect(history.findLast(({ to }) => to !== undefined)?.to, life).to.equal(status);
  expect(found.wakeAt, life).to.deep.equal(nextWake(clocks));
  expect(new Set(names).size, `${names} run twice: ${life}`).to.equal(names.length);
  for (const clock of open) expect(clock.wakeAt === undefined, `${clock.name}: ${life}`).to.equal(isPaused(clock));
  expect(names.includes('info'), life).to.equal(status === 'needs_info');
  expect(names.includes('confirm'), life).to.equal(status === 'resolved');
  expect(names.includes('review'), life).to.equal(found.reviewAt !== undefined);
  expect(found.heldFrom !== undefined, life).to.equal(status === 'needs_info');
  expect(found.endedAt !== undefined, life).to.equal(ENDED_STATUSES.has(status));
  const isOwed = !['needs_info', 'resolved'].includes(status) && !ENDED_STATUSES.has(status);
  expect(found.dueAt !== undefined, `owed: ${life}`).to.equal(isOwed);
  if (status === 'reopened') expect(staffId, life).to.equal(undefined);
  if (['verified', 'assigned', 'in_progress', 'reopened'].includes(status)) expect(agency, life).to.equal(undefined);
  if (alert) expect(names, life).to.include(alert.clock);
}

/** What one step must not do. */
function demandFair(before: Case, after: Case, what: string, op: string, life: string): void {
  const [old, now] = [before, after].map(({ clocks }) => clocks.findLast(({ name }) => name === 'substance'));
  if (!old || !now) throw new Error('a case has a substance clock');
  const isNewRound = now.startedAt > old.startedAt || after.reopenings > before.reopenings;
  if (isNewRound) expect(what, `more time: ${life}`).to.be.oneOf(REOPENS);
  const mayMove = op === 'recategorise' || before.unit !== after.unit || old.doneAt || isPaused(old);
  if (!isNewRound && !mayMove) expect(now.dueAt, `another date: ${life}`).to.deep.equal(old.dueAt);
}

describe('any life of a case', function () {
  this.timeout(60_000);

  it('keeps its clocks, its dates and its history sound', () => {
    for (let seed = 1; seed <= LIVES; seed++) {
      const pick = createRandom(seed * 7919);
      let now = new Date(Date.UTC(2026, 9, 1 + (seed % 90), 3));
      const category = pick(['jalan', 'sampah', 'pungli_korupsi']);
      let found: Case = {
        ...storedCase({ keys }, seed, { category, receivedAt: now }),
        kind: pick(['pengaduan', 'informasi', 'aspirasi']),
      };
      const life = [`seed ${seed}`, found.kind];
      for (let step = 0; step < STEPS; step++) {
        now = new Date(now.getTime() + pick(JUMPS_MS));
        const op = pick(OPS);
        const request = { number: found._id, by: pick(PEOPLE), key: `step-${step}` };
        const change = attempt(() => plan(found, op, request, now, pick));
        if (!change) continue;
        const { event, patch, notices } = change;
        life.push(`${request.by.role} ${event.what} ${now.toISOString().slice(0, 16)}`);
        const before = found;
        found = {
          ...withPatch(before, patch),
          ...{
            rev: event.rev,
            changedAt: event.at,
            history: [...before.history, event],
            notices: [...before.notices, ...notices],
          },
        };
        demandSound(found, life.join(' > '));
        demandFair(before, found, event.what, op, life.join(' > '));
      }
    }
  });
});

/** @returns undefined for what the rules refuse */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
