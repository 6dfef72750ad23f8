import { expect } from 'chai';
import fc from 'fast-check';
import { CASE_STATUSES, type CaseStatus, ENDED_STATUSES, WORKED_STATUSES } from '../../src/cases/status.js';
import type { TransitionInput } from '../../src/cases/transition-requirements.js';
import {
  type CaseActor,
  type CaseStanding,
  checkTransition,
  TRANSITIONS,
  type Transition,
  transitionsFor,
} from '../../src/cases/transitions.js';
import { AppError } from '../../src/core/errors.js';

const NOW = new Date('2026-03-17T03:00:00Z');
const LATER = new Date('2026-03-18T03:00:00Z');
const ACTORS: readonly CaseActor[] = ['complainant', 'agent', 'coordinator', 'supervisor', 'system'];

/** Everything that any row can ask for. */
const FULL: TransitionInput = {
  at: NOW,
  reason: 'jalan ini milik provinsi',
  rightAgency: 'Dinas PU Provinsi',
  appealWay: 'balas pesan ini sampai 16 April',
  question: 'di RT berapa?',
  unit: 'dinas_pu',
  result: 'lubang sudah ditambal',
  proof: ['file-1'],
  outcome: 'solved',
  confirmed: true,
  mergeInto: { number: 'LP-260317-0002', status: 'in_progress', worked: true },
};

function standing(status: CaseStatus, more: Partial<CaseStanding> = {}): CaseStanding {
  return { number: 'LP-260317-0001', status, kind: 'pengaduan', worked: false, ...more };
}

/** A case in which every requirement on the case itself is met, so that only row and input decide. */
function ready(status: CaseStatus, more: Partial<CaseStanding> = {}): CaseStanding {
  return standing(status, { silenceDueAt: NOW, reopenUntil: NOW, ...more });
}

function refusal(...args: Parameters<typeof checkTransition>): Readonly<Record<string, string | number>> {
  try {
    checkTransition(...args);
  } catch (error) {
    if (error instanceof AppError && error.code === 'case.transition_not_allowed') return error.details;
    throw error;
  }
  return { why: 'allowed' };
}

describe('TRANSITIONS', () => {
  it('has at most one row for a from, a to, an actor and a kind', () => {
    const seen = new Set<string>();
    for (const row of TRANSITIONS) {
      for (const from of row.from) {
        for (const to of row.to) {
          for (const by of row.by) {
            const key = `${from} ${to} ${by}`;
            expect(seen.has(key), `${row.action}: ${key}`).to.equal(false);
            seen.add(key);
          }
        }
      }
    }
  });

  it('leads to every status but the first from received, and out of every one', () => {
    const reached = new Set<CaseStatus>(['received']);
    for (let before = -1; before !== reached.size; ) {
      before = reached.size;
      for (const row of TRANSITIONS)
        if (row.from.some((from) => reached.has(from))) for (const to of row.to) reached.add(to);
    }
    expect([...reached]).to.have.members([...CASE_STATUSES]);
    for (const status of CASE_STATUSES)
      expect(
        TRANSITIONS.some(({ from }) => from.includes(status)),
        status,
      ).to.equal(true);
  });

  it('tells reporters whenever a case ends, comes back, goes elsewhere or waits for them', () => {
    const told = new Set<CaseStatus>([...ENDED_STATUSES, 'reopened', 'transferred', 'needs_info', 'resolved']);
    const silent = TRANSITIONS.filter(
      ({ event, requires, to }) => !event && !requires.includes('heldStatus') && to.some((each) => told.has(each)),
    );
    expect(silent.map(({ action }) => action)).to.deep.equal([]);
  });

  it('lets a person and only a person do what is not a timer', () => {
    const bySystem = TRANSITIONS.filter(({ by }) => by.includes('system')).map(({ action }) => action);
    expect(bySystem).to.have.members(['assign', 'reassign', 'close_silent', 'close_no_info']);
  });
});

describe('checkTransition', () => {
  // from, to, actor, what is taken away from a full input or changed in the case, what is then missing
  type Row = readonly [CaseStatus, CaseStatus, CaseActor, Partial<TransitionInput>, Partial<CaseStanding>, string];
  const MISSING: readonly Row[] = [
    ['verified', 'rejected', 'coordinator', { rightAgency: '', appealWay: '' }, {}, 'rightAgency,appealWay'],
    ['verified', 'rejected', 'coordinator', { reason: '-' }, {}, 'reason'],
    ['verified', 'rejected', 'coordinator', { reason: '. . . . . . .' }, {}, 'reason'],
    ['verified', 'rejected', 'coordinator', { rightAgency: '?' }, {}, 'rightAgency'],
    ['verified', 'rejected', 'coordinator', { appealWay: '   ' }, {}, 'appealWay'],
    ['verified', 'rejected', 'coordinator', {}, { worked: true }, 'unworked'],
    ['verified', 'assigned', 'coordinator', { unit: '' }, {}, 'unit'],
    ['assigned', 'verified', 'agent', { reason: '' }, {}, 'reason'],
    ['received', 'needs_info', 'agent', { question: '?' }, {}, 'question'],
    ['assigned', 'transferred', 'agent', { reason: '' }, {}, 'reason'],
    ['assigned', 'transferred', 'agent', { unit: '', rightAgency: '' }, {}, 'destination'],
    ['in_progress', 'resolved', 'agent', { result: 'ok' }, {}, 'result'],
    ['in_progress', 'resolved', 'agent', { proof: [] }, {}, 'proof'],
    ['resolved', 'closed', 'complainant', { confirmed: false }, {}, 'confirmation'],
    ['resolved', 'closed', 'system', {}, { silenceDueAt: LATER }, 'silence'],
    ['needs_info', 'closed', 'system', {}, { silenceDueAt: LATER }, 'silence'],
    ['resolved', 'reopened', 'complainant', { reason: '' }, {}, 'reason'],
    ['closed', 'reopened', 'complainant', { at: LATER }, {}, 'openWindow'],
    ['rejected', 'reopened', 'complainant', { at: LATER }, {}, 'openWindow'],
    ['needs_info', 'in_progress', 'complainant', {}, { heldFrom: 'verified' }, 'heldStatus'],
    ['needs_info', 'verified', 'agent', {}, {}, 'heldStatus'],
    [
      'verified',
      'merged',
      'coordinator',
      { mergeInto: { number: 'LP-260317-0001', status: 'verified', worked: false } },
      {},
      'mergeInto',
    ],
    [
      'verified',
      'merged',
      'coordinator',
      { mergeInto: { number: 'LP-260317-0002', status: 'closed', worked: true } },
      {},
      'mergeInto',
    ],
    [
      'verified',
      'merged',
      'coordinator',
      { mergeInto: { number: 'LP-260317-0002', status: 'verified', worked: false } },
      { worked: true },
      'mergeInto',
    ],
  ];
  for (const [from, to, actor, input, more, missing] of MISSING) {
    it(`refuses ${from} -> ${to} by ${actor} without ${missing} (${JSON.stringify({ ...input, ...more })})`, () => {
      expect(refusal(ready(from, more), to, actor, { ...FULL, ...input })).to.deep.equal({
        caseNumber: 'LP-260317-0001',
        from,
        to,
        by: actor,
        why: 'missing',
        missing,
      });
    });
  }

  it('refuses "bukan wewenang" alone as a rejection', () => {
    const details = refusal(standing('verified'), 'rejected', 'coordinator', { at: NOW, reason: 'bukan wewenang' });
    expect(details['missing']).to.equal('rightAgency,appealWay');
  });

  it('accepts a rejection with reason, right agency and way to appeal, and tells the reporters', () => {
    const { at, reason, rightAgency, appealWay } = FULL;
    const row = checkTransition(standing('verified'), 'rejected', 'coordinator', {
      at,
      reason: reason ?? '',
      rightAgency: rightAgency ?? '',
      appealWay: appealWay ?? '',
    });
    expect(row).to.include({ action: 'reject', event: 'rejected' });
  });

  it('takes a reason for want of proof as well as proof, and asks for none when the result is an answer', () => {
    const without = { ...FULL, proof: [] };
    expect(
      checkTransition(ready('in_progress'), 'resolved', 'agent', { ...without, noProofReason: 'korban dilindungi' })
        .action,
    ).to.equal('resolve');
    expect(checkTransition(ready('in_progress', { kind: 'informasi' }), 'resolved', 'agent', without).action).to.equal(
      'resolve',
    );
  });

  it('lets a question be answered at once, but not a complaint', () => {
    expect(checkTransition(ready('received', { kind: 'informasi' }), 'resolved', 'agent', FULL).action).to.equal(
      'answer_at_once',
    );
    expect(refusal(ready('received'), 'resolved', 'agent', FULL)['why']).to.equal('no_such_step');
  });

  it('returns from needs_info to where the case was, and nowhere else', () => {
    for (const heldFrom of ['received', 'verified', 'assigned', 'in_progress', 'transferred', 'reopened'] as const) {
      const held = ready('needs_info', { heldFrom });
      expect(checkTransition(held, heldFrom, 'complainant', FULL).action).to.equal('answer');
      expect(checkTransition(held, heldFrom, 'agent', FULL).action).to.equal('resume');
      const others = CASE_STATUSES.filter(
        (to) => to !== heldFrom && refusal(held, to, 'agent', FULL)['why'] === 'allowed',
      );
      expect(others).to.deep.equal([]);
    }
  });

  it('sends a disputed case to the coordinator, not back to the desk that failed', () => {
    expect(checkTransition(ready('resolved'), 'reopened', 'complainant', FULL).goesTo).to.equal('coordinator');
    expect(checkTransition(ready('rejected'), 'reopened', 'complainant', FULL).goesTo).to.equal('supervisor');
    for (const to of ['assigned', 'in_progress', 'needs_info', 'transferred', 'rejected'] as const) {
      expect(refusal(ready('reopened', { worked: true }), to, 'agent', FULL)['why']).to.equal('not_by_you');
    }
  });

  it('lets the complainant withdraw whatever is open, and nobody else for them', () => {
    for (const status of CASE_STATUSES.filter((each) => !ENDED_STATUSES.has(each))) {
      expect(checkTransition(ready(status), 'withdrawn', 'complainant', FULL).action, status).to.equal('withdraw');
      for (const actor of ACTORS.slice(1))
        expect(refusal(ready(status), 'withdrawn', actor, FULL)['why']).to.equal('not_by_you');
    }
  });

  it('closes at the instant the silence ends and reopens until the instant the window does', () => {
    expect(checkTransition(ready('resolved'), 'closed', 'system', FULL).action).to.equal('close_silent');
    expect(checkTransition(ready('closed'), 'reopened', 'complainant', FULL).action).to.equal('reopen');
    expect(refusal(standing('resolved'), 'closed', 'system', FULL)['missing']).to.equal('silence');
    expect(refusal(standing('closed'), 'reopened', 'complainant', FULL)['missing']).to.equal('openWindow');
  });

  it('says whether nobody may do it or only somebody else', () => {
    expect(refusal(ready('received'), 'closed', 'supervisor', FULL)['why']).to.equal('no_such_step');
    expect(refusal(ready('resolved'), 'closed', 'agent', FULL)['why']).to.equal('not_by_you');
    expect(refusal(ready('verified'), 'verified', 'agent', FULL)['why']).to.equal('no_such_step');
  });
});

describe('transitionsFor', () => {
  it('offers each actor exactly the rows that a complete input would pass', () => {
    for (const status of CASE_STATUSES) {
      for (const actor of ACTORS) {
        const current = ready(status, status === 'needs_info' ? { heldFrom: 'assigned' } : {});
        const offered = transitionsFor(current, actor).map(({ action }) => action);
        const passed = CASE_STATUSES.filter((to) => refusal(current, to, actor, FULL)['why'] === 'allowed');
        const actions = passed.map((to) => checkTransition(current, to, actor, FULL).action);
        expect(offered, `${status} ${actor}`).to.have.members(actions);
      }
    }
  });
});

describe('a case that was worked on', () => {
  const anyInput = fc.record({
    actor: fc.constantFrom(...ACTORS),
    to: fc.constantFrom(...CASE_STATUSES),
    confirmed: fc.boolean(),
    silent: fc.boolean(),
    drop: fc.constantFrom('reason', 'rightAgency', 'appealWay', 'unit', 'result', 'proof', 'mergeInto', 'at'),
  });

  it('never ends but by its complainant, the silence timer, or living on in another worked case', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { minLength: 1, maxLength: 60 }), fc.boolean(), (attempts, isQuestion) => {
        let current = ready('received', { kind: isQuestion ? 'informasi' : 'pengaduan' });
        for (const { actor, to, confirmed, silent, drop } of attempts) {
          const { [drop]: _, ...rest } = { ...FULL, confirmed };
          const now = { ...current, silenceDueAt: silent ? NOW : LATER };
          let row: Transition;
          try {
            row = checkTransition(now, to, actor, { at: NOW, ...rest });
          } catch {
            continue;
          }
          if (current.worked && ENDED_STATUSES.has(to)) {
            const byComplainant = actor === 'complainant' && (to === 'withdrawn' || confirmed);
            const bySilence = actor === 'system' && silent && to === 'closed';
            expect(byComplainant || bySilence || to === 'merged', `${row.action} by ${actor}`).to.equal(true);
          }
          current = ready(to, {
            kind: current.kind,
            worked: current.worked || WORKED_STATUSES.has(to),
            ...(to === 'needs_info' && { heldFrom: current.status }),
          });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reaches closed by no row without confirmation or silence', () => {
    const rows = TRANSITIONS.filter(({ to }) => to.includes('closed'));
    expect(rows).to.have.length.greaterThan(0);
    for (const { action, requires, by } of rows) {
      const proven =
        (requires.includes('confirmation') && by.every((each) => each === 'complainant')) ||
        (requires.includes('silence') && by.every((each) => each === 'system'));
      expect(proven, action).to.equal(true);
    }
  });
});
