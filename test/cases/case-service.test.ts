import { expect } from 'chai';
import { Binary } from 'mongodb';
import type { Case } from '../../src/cases/case.js';
import { loadCaseRules } from '../../src/cases/case-rules.js';
import { openValues, openWords } from '../../src/cases/case-update.js';
import type { ChangeRequest } from '../../src/cases/change-request.js';
import { planChange } from '../../src/cases/plan-change.js';
import { planAddition } from '../../src/cases/plan-note.js';
import { planSweep } from '../../src/cases/plan-sweep.js';
import { findOpen } from '../../src/cases/sla-clock.js';
import { AppError } from '../../src/core/errors.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { fileCase, KOORD, moveCase, SARI } from './case-life.js';
import { FLOWS_DIR } from './shipped-rules.js';
import { storedCase } from './stored-case.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('case service', () => {
  let test: TestApp;
  const clock = createShiftedClock();
  before(async () => {
    test = await startTestApp({ clock });
  });
  after(() => test.close());

  const service = () => test.app.caseService;
  const find = async (number: string): Promise<Case> => {
    const found = await test.app.cases.find(number);
    if (!found) throw new Error(`no case ${number}`);
    return found;
  };
  const refused = (wish: Promise<unknown>): Promise<AppError> =>
    wish.then(
      () => expect.fail('was not refused'),
      (error: unknown) => {
        expect(error).to.be.instanceOf(AppError);
        return error as AppError;
      },
    );

  it('files a case with its proposed office and why, its clocks and when to look next', async () => {
    const { number } = await fileCase(test.app);
    const found = await find(number);
    expect(found).to.include({ status: 'received', rev: 1, unit: 'dinas_perkim', desk: 'agent', worked: false });
    expect(found.route.target).to.include({ type: 'unit', id: 'dinas_perkim' });
    expect(found.route.reasons).to.deep.include({ code: 'category', value: 'lampu_jalan' });
    expect(found.clocks.map(({ name }) => name)).to.deep.equal(['first_response', 'verify', 'substance']);
    expect(found.wakeAt).to.deep.equal(found.clocks.flatMap((each) => each.wakeAt ?? []).sort((a, b) => +a - +b)[0]);
    expect(found.dueAt).to.deep.equal(findOpen(found.clocks, 'verify')?.dueAt);
  });

  it('lets our helpdesk watch over what an agency outside is proposed for', async () => {
    const { number } = await fileCase(test.app, 'Listrik padam di Jl. Kenanga RT 02 sejak kemarin sore');
    const found = await find(number);
    expect(found.route.target).to.include({ type: 'agency', id: 'pln' });
    expect(found.unit).to.equal('meja_bantuan');
  });

  it('moves a case by one update: who, when, why, from, to and what is to be told', async () => {
    const { number } = await fileCase(test.app);
    const told: (readonly [string, string] | undefined)[] = [];
    for (const to of ['verified', 'assigned', 'in_progress'] as const) {
      const notice = (await moveCase(test.app, number, [to])).found.notices.at(-1);
      told.push(notice && [notice.id, notice.event]);
    }
    const found = await find(number);
    expect(found).to.include({ status: 'in_progress', rev: 4, worked: true, staffId: 'sari' });
    expect(found.history.map(({ what, from, to, rev }) => [what, from, to, rev])).to.deep.equal([
      ['filed', undefined, 'received', 1],
      ['verify', 'received', 'verified', 2],
      ['assign', 'verified', 'assigned', 3],
      ['start', 'assigned', 'in_progress', 4],
    ]);
    expect(found.history[1]?.by).to.deep.equal({ kind: 'staff', role: 'agent', id: 'sari' });
    expect(told).to.deep.equal([
      [`${number}:2`, 'verified'],
      [`${number}:3`, 'assigned'],
      [`${number}:4`, 'in_progress'],
    ]);
    expect(findOpen(found.clocks, 'verify')).to.equal(undefined);
    expect(found.dueAt).to.deep.equal(findOpen(found.clocks, 'substance')?.dueAt);
  });

  it('keeps what people said sealed', async () => {
    const { number } = await fileCase(test.app);
    const { event, found } = await moveCase(test.app, number, ['needs_info'], {
      question: 'Apakah tiangnya bernomor?',
    });
    expect(JSON.stringify(found)).not.to.contain('bernomor');
    expect(openWords(test.app.keys, number, event).question).to.equal('Apakah tiangnya bernomor?');
    const notice = found.notices.at(-1);
    expect(notice && openValues(test.app.keys, notice)).to.include({ question: 'Apakah tiangnya bernomor?' });
  });

  it('does a wish once, however often it comes', async () => {
    const { number } = await fileCase(test.app);
    const wish: ChangeRequest = { number, to: 'verified', by: SARI, key: `once-${number}` };
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => service().change(wish)));
    expect(all.filter(({ repeated }) => !repeated).length).to.equal(1);
    const found = await find(number);
    expect([found.rev, found.history.length]).to.deep.equal([2, 2]);
  });

  it('lets one of two staff at once win, and tells the other what holds', async () => {
    const other = await test.join({ clock });
    for (let round = 0; round < 10; round++) {
      const { number } = await fileCase(test.app);
      const both = await Promise.allSettled([
        service().change({ number, to: 'verified', by: SARI, key: `sari-${number}` }),
        other.caseService.change({ number, to: 'rejected', by: KOORD, key: `koord-${number}`, ...REJECTION }),
      ]);
      const found = await find(number);
      const lost = both.flatMap((each) => (each.status === 'rejected' ? [each.reason as AppError] : []));
      // a rejection may follow a verification: then both happened, one after the other, each knowing of the first
      if (lost.length === 0) expect([found.status, found.rev]).to.deep.equal(['rejected', 3]);
      else {
        expect([found.rev, lost.length]).to.deep.equal([2, 1]);
        expect(lost[0]?.code).to.be.oneOf(['case.changed', 'case.transition_not_allowed']);
        const { status, from } = lost[0]?.details ?? {};
        expect(status ?? from, 'tells the status that holds').to.equal(found.status);
      }
    }
  });

  it('refuses a member of staff who decided on an older state', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified']);
    const wish = service().change({ number, to: 'assigned', by: SARI, key: 'late', seenRev: 1 });
    expect(await refused(wish)).to.deep.include({
      code: 'case.changed',
      details: { caseNumber: number, status: 'verified', rev: 2, by: 'sari' },
    });
  });

  it('decides a complainant who closes and one who disputes at once by whoever is first', async () => {
    for (let round = 0; round < 10; round++) {
      const { number } = await fileCase(test.app);
      await moveCase(test.app, number, ['verified', 'assigned', 'in_progress', 'resolved']);
      const by = { role: 'complainant' } as const;
      const both = await Promise.allSettled([
        service().change({ number, to: 'closed', by, key: 'yes', confirmed: true }),
        service().change({ number, to: 'reopened', by, key: 'no', reason: 'Lampunya masih mati' }),
      ]);
      // closing first lets the dispute open it again; disputing first leaves nothing to close
      const found = await find(number);
      expect(found.status).to.equal('reopened');
      expect(both[1].status).to.equal('fulfilled');
      expect(found.history.filter(({ to }) => to === 'reopened').length).to.equal(1);
    }
  });

  it('gives a withdrawal and an assignment at once one order', async () => {
    for (let round = 0; round < 10; round++) {
      const { number } = await fileCase(test.app);
      await moveCase(test.app, number, ['verified']);
      await Promise.allSettled([
        service().change({ number, to: 'withdrawn', by: { role: 'complainant' }, key: 'stop' }),
        service().change({ number, to: 'assigned', by: SARI, key: 'go' }),
      ]);
      const { status, history, clocks, wakeAt, rev } = await find(number);
      expect(status).to.equal('withdrawn');
      expect(history.length).to.equal(rev);
      expect([clocks.filter(({ doneAt }) => !doneAt), wakeAt]).to.deep.equal([[], undefined]);
    }
  });

  it('returns from a question exactly to where it was, with the time given back', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned', 'needs_info']);
    const held = await find(number);
    expect(held).to.include({ status: 'needs_info', heldFrom: 'assigned' });
    expect(held).not.to.have.property('dueAt');
    clock.shift(DAY_MS * 7);
    const { found } = await service().change({
      number,
      to: 'assigned',
      by: { role: 'complainant' },
      key: 'answer',
    });
    expect(found).to.include({ status: 'assigned' }).and.not.have.property('heldFrom');
    const due = (each: Case) => findOpen(each.clocks, 'substance')?.dueAt ?? new Date(0);
    expect(due(found).getTime() - due(held).getTime()).to.be.at.least(DAY_MS * 6);
  });

  it('leaves what was asked about with whoever had it in hand', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned', 'needs_info']);
    const by = { role: 'complainant' } as const;
    const { found } = await service().change({ number, to: 'assigned', by, key: 'answer' });
    expect(found).to.include({ staffId: 'sari', desk: 'agent' });
  });

  it('takes no question about a reopened case for another reopening, nor for more time', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned', 'in_progress', 'resolved']);
    const by = { role: 'complainant' } as const;
    await service().change({ number, to: 'reopened', by, key: 'no', reason: 'Masih gelap, Pak' });
    await moveCase(test.app, number, ['needs_info'], { by: KOORD });
    const { found } = await service().change({ number, to: 'reopened', by, key: 'answer' });
    expect(found.reopenings).to.equal(1);
    expect(found.clocks.filter(({ name, doneAt }) => name === 'substance' && !doneAt)).to.have.length(1);
  });

  it('keeps the agency that has a case while its complainant is asked', async () => {
    const { number } = await fileCase(test.app);
    const to = { agencyId: 'pdam', agencyAddress: 'kantor PDAM di Jl. Air 1', reason: 'Air bersih milik PDAM' };
    await service().change({ number, to: 'transferred', by: KOORD, key: 'pdam', ...to });
    await moveCase(test.app, number, ['needs_info']);
    const by = { role: 'complainant' } as const;
    const { found } = await service().change({ number, to: 'transferred', by, key: 'answer' });
    expect(found.agency).to.include({ id: 'pdam' });
  });

  it('is our own again once a result that an agency gave is disputed', async () => {
    const { number } = await fileCase(test.app);
    const to = { agencyId: 'pdam', agencyAddress: 'kantor PDAM di Jl. Air 1', reason: 'Air bersih milik PDAM' };
    await service().change({ number, to: 'transferred', by: KOORD, key: 'pdam', ...to });
    await moveCase(test.app, number, ['resolved'], { by: KOORD, rightAgency: 'PDAM' });
    const by = { role: 'complainant' } as const;
    await service().change({ number, to: 'reopened', by, key: 'no', reason: 'Airnya masih mati' });
    expect(await find(number)).not.to.have.property('agency');
  });

  it('moves to another office only by the steps that say so', async () => {
    const { number } = await fileCase(test.app);
    const unit = 'dinas_sosial';
    const steps = [{ to: 'verified' }, { to: 'needs_info', question: 'Lampu yang mana, Pak?' }] as const;
    for (const step of steps) {
      const wish = service().change({ number, by: SARI, key: `with ${step.to}`, ...step, unit });
      expect((await refused(wish)).details, step.to).to.deep.equal({ field: 'unit' });
    }
    await moveCase(test.app, number, ['verified'], { unit: 'dinas_perkim' });
    await moveCase(test.app, number, ['assigned'], { unit });
    expect((await find(number)).unit).to.equal(unit);
  });

  it('takes a disputed result from its desk to the coordinator', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned', 'in_progress', 'resolved']);
    const { found } = await service().change({
      number,
      to: 'reopened',
      by: { role: 'complainant' },
      key: 'no',
      reason: 'Masih gelap, Pak',
    });
    expect(found).to.deep.include({ desk: 'coordinator', notTo: ['sari'], reopenings: 1 });
    expect(found).not.to.have.any.keys('staffId', 'outcome');
    const { notices: _told, ...rest } = found;
    expect(await find(number)).to.deep.include(rest);
  });

  it('keeps number and clock through a transfer, and tells why and to whom', async () => {
    const { number } = await fileCase(test.app);
    const before = await find(number);
    const { found } = await moveCase(test.app, number, ['transferred']);
    expect(found).to.include({ _id: number, unit: 'dinas_perhubungan', desk: 'coordinator' });
    const due = (each: Case) => findOpen(each.clocks, 'substance')?.dueAt;
    expect(due(found)).to.deep.equal(due(before));
    const notice = found.notices.at(-1);
    expect(notice?.event).to.equal('transferred');
    expect(notice && openValues(test.app.keys, notice)).to.include({
      unit: 'dinas_perhubungan',
      reason: 'Ini wewenang dinas lain',
    });
  });

  it('passes a case on to an agency outside with its address, and goes on watching over it', async () => {
    const { number } = await fileCase(test.app, 'Listrik padam di Jl. Kenanga RT 02 sejak kemarin sore');
    const wish = { number, to: 'transferred', by: KOORD, reason: 'Jaringan listrik milik PLN' } as const;
    const { found } = await service().change({ ...wish, key: 'pln', agencyId: 'pln' });
    expect(found).to.deep.include({ agency: { id: 'pln', name: 'PT PLN (Persero)' }, unit: 'meja_bantuan' });
    expect(found.notices.map(({ event }) => event)).to.deep.equal(['passed_on']);
    expect(findOpen(found.clocks, 'substance')).not.to.equal(undefined);
  });

  it('sends nobody to an address that was not confirmed', async () => {
    const { number } = await fileCase(test.app);
    const wish = { number, to: 'transferred', by: KOORD, reason: 'Air bersih milik PDAM' } as const;
    const error = await refused(service().change({ ...wish, key: 'pdam', agencyId: 'pdam' }));
    expect(error).to.deep.include({ code: 'request.invalid', details: { field: 'agencyAddress' } });
    const { found } = await service().change({
      ...wish,
      key: 'pdam-2',
      agencyId: 'pdam',
      agencyAddress: 'kantor PDAM di Jl. Air 1',
    });
    const notice = found.notices.at(-1);
    expect(notice && openValues(test.app.keys, notice).address).to.equal('kantor PDAM di Jl. Air 1');
  });

  it('flags a picture given as proof that was seen before, in a report or as proof of any result', async () => {
    const [first, second, third] = [await fileCase(test.app), await fileCase(test.app), await fileCase(test.app)];
    const photo = (sha256: string) => [{ kind: 'image', fileId: 'a'.repeat(24), sha256 }] as const;
    const path = ['verified', 'assigned', 'in_progress', 'resolved'] as const;
    const resolve = async ({ number }: typeof first, sha256: string) =>
      (await moveCase(test.app, number, path, { proof: photo(sha256) })).event.reusedProof ?? false;
    expect(await resolve(first, 'hash-1')).to.equal(false);
    expect(await resolve(second, 'hash-1'), 'of another case').to.equal(true);
    const evidence = [{ kind: 'image', fileId: 'b'.repeat(24), sha256: 'hash-2' }] as const;
    await moveCase(test.app, third.number, ['verified', 'assigned', 'needs_info']);
    const answer = { number: third.number, by: { role: 'complainant' }, key: 'photo' } as const;
    await service().change({ ...answer, to: 'assigned', evidence });
    await moveCase(test.app, third.number, ['in_progress', 'resolved'], { proof: photo('hash-2') });
    expect((await find(third.number)).history.at(-1)?.reusedProof, 'the complainant’s own picture').to.equal(true);
    const fourth = await fileCase(test.app);
    expect(await resolve(fourth, 'hash-3')).to.equal(false);
    const disputed = { to: 'reopened', by: { role: 'complainant' }, reason: 'Lampunya masih mati' } as const;
    await service().change({ number: fourth.number, key: 'disputed', ...disputed });
    await moveCase(test.app, fourth.number, ['in_progress'], { by: KOORD });
    const again = await moveCase(test.app, fourth.number, ['resolved'], { proof: photo('hash-3') });
    expect(again.event.reusedProof, 'of its own result that was disputed').to.equal(true);
  });

  it('gives a case whose office was abolished to the one that took over', async () => {
    const { number } = await fileCase(test.app);
    const rules = loadCaseRules(FLOWS_DIR, 'WIB', []);
    const units = rules.routing.units;
    const gone = {
      ...units,
      dinas_perkim: { ...units['dinas_perkim'], abolishedOn: '2020-01-01', successor: 'dinas_pu' },
    };
    const changed = { ...rules, routing: { ...rules.routing, units: gone } } as typeof rules;
    const request = { number, to: 'verified', by: SARI, key: 'x' } as const;
    const { patch, event } = planChange(
      await find(number),
      request,
      {},
      { rules: changed, keys: test.app.keys },
      clock.now(),
    );
    expect(patch.unit).to.equal('dinas_pu');
    expect(event.unit).to.equal('dinas_pu');
    expect(
      planSweep(await find(number), { rules: changed, keys: test.app.keys, holders: NOBODY }, clock.now()),
    ).to.equal(undefined);
  });

  it('gives a case of a restricted circle to nobody outside it, once anybody is named', async () => {
    const stored = storedCase(test.app, 7001, {
      category: 'pungli_korupsi',
      restricted: true,
      receivedAt: clock.now(),
    });
    await test.app.cases.insert(stored);
    await test.app.circles.name('pungli_korupsi', ['ibu-ani']);
    const wish = { number: stored._id, to: 'assigned', by: KOORD } as const;
    await moveCase(test.app, stored._id, ['verified']);
    const outside = test.app.caseService.change({ ...wish, staffId: 'sari', key: 'outside' });
    expect((await refused(outside)).details).to.include({ field: 'staffId' });
    const { found } = await test.app.caseService.change({ ...wish, staffId: 'ibu-ani', key: 'inside' });
    expect(found.staffId).to.equal('ibu-ani');
  });

  it('keeps room for the office in a case that its complainant fills without end', async () => {
    const stored = storedCase(test.app, 7002, { category: 'jalan', receivedAt: clock.now() });
    const by = { role: 'complainant' } as const;
    const said = new Binary(Buffer.alloc(24_000));
    const added = { at: clock.now(), by: { kind: 'complainant' }, what: 'added', said } as const;
    const history = Array.from({ length: 180 }, (_, index) => ({ ...added, key: `add-${index}`, rev: index + 2 }));
    await test.app.cases.insert({ ...stored, rev: 181, history: [...stored.history, ...history] });
    const request = { number: stored._id, by, key: 'one more' } as const;
    const words = { note: 'masih rusak', evidence: [] };
    const adding = service().apply(request, (current, now) =>
      planAddition(current, request, words, test.app.keys, now),
    );
    expect(await refused(adding)).to.include({ code: 'case.transition_not_allowed' });
    const { found } = await service().change({ number: stored._id, to: 'verified', by: SARI, key: 'room' });
    expect(found.status).to.equal('verified');
  });

  it('refuses to be rid of a case with "not ours" alone', async () => {
    const { number } = await fileCase(test.app);
    const wish = service().change({ number, to: 'rejected', by: KOORD, key: 'no', reason: 'Bukan wewenang kami' });
    const error = await refused(wish);
    expect(error.code).to.equal('case.transition_not_allowed');
    expect(error.details['missing']).to.equal('rightAgency,appealWay');
    expect((await find(number)).rev).to.equal(1);
  });

  it('knows no unit and no agency that the files do not know', async () => {
    const { number } = await fileCase(test.app);
    const wish = { number, to: 'transferred', by: KOORD, reason: 'Ke kantor lain' } as const;
    expect(await refused(service().change({ ...wish, key: 'a', unit: 'dinas_sihir' }))).to.deep.include({
      code: 'request.invalid',
      details: { field: 'unit' },
    });
    expect(await refused(service().change({ ...wish, key: 'b', agencyId: 'toString' }))).to.deep.include({
      code: 'request.invalid',
      details: { field: 'agencyId' },
    });
    expect((await refused(service().change({ ...wish, number: 'LP-200101-0001', key: 'c' }))).code).to.equal(
      'case.not_found',
    );
  });
});

const NOBODY = { agent: [], coordinator: [], supervisor: [], leader: [], service: ['layanan'] } as const;

const REJECTION = {
  reason: 'Lampu ini milik perumahan swasta',
  rightAgency: 'Pengelola Perumahan Asri',
  appealWay: 'Balas banding di sini dalam 30 hari.',
};
