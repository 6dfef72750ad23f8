import { expect } from 'chai';
import fc from 'fast-check';
import { type Assignee, chooseAssignee } from '../../src/cases/assignment.js';

function staff(staffId: string, openCases = 0, more: Partial<Assignee> = {}): Assignee {
  return { staffId, isPresent: true, capacity: 10, openCases, ...more };
}

describe('chooseAssignee', () => {
  it('takes the one with the smallest share of their capacity in use', () => {
    expect(chooseAssignee([staff('ani', 4), staff('budi', 3)]).staffId).to.equal('budi');
    expect(chooseAssignee([staff('ani', 4, { capacity: 20 }), staff('budi', 3)]).staffId).to.equal('ani');
  });

  it('goes round while loads are equal: whoever waited longest', () => {
    const at = (hour: number) => ({ lastAssignedAt: new Date(`2026-03-17T0${hour}:00:00Z`) });
    expect(chooseAssignee([staff('ani', 2, at(3)), staff('budi', 2, at(1)), staff('cici', 2, at(2))]).staffId).to.equal(
      'budi',
    );
    expect(chooseAssignee([staff('ani', 2, at(3)), staff('budi', 2)]).staffId).to.equal('budi');
  });

  it('passes over who is away, full, off the round or excepted', () => {
    const all = [
      staff('ani', 0, { isPresent: false }),
      staff('budi', 10),
      staff('cici', 0, { capacity: 0 }),
      staff('dedi', 9),
    ];
    expect(chooseAssignee(all).staffId).to.equal('dedi');
    expect(chooseAssignee([...all, staff('eka')], new Set(['dedi'])).staffId).to.equal('eka');
  });

  it('says why nobody can take it', () => {
    expect(chooseAssignee([])).to.deep.equal({ reason: 'no_staff' });
    expect(chooseAssignee([staff('ani')], new Set(['ani']))).to.deep.equal({ reason: 'no_staff' });
    expect(chooseAssignee([staff('ani', 0, { isPresent: false })])).to.deep.equal({ reason: 'nobody_present' });
    expect(chooseAssignee([staff('ani', 10), staff('budi', 0, { isPresent: false })])).to.deep.equal({
      reason: 'all_full',
    });
  });

  it('takes the first by id when nothing else tells them apart, so that all processes agree', () => {
    expect(chooseAssignee([staff('ani'), staff('budi')]).staffId).to.equal('ani');
    expect(chooseAssignee([staff('budi'), staff('ani')]).staffId).to.equal('ani');
  });

  const anyStaff = fc.uniqueArray(
    fc.record({
      staffId: fc.string({ minLength: 1, maxLength: 4 }),
      isPresent: fc.boolean(),
      capacity: fc.nat(5),
      openCases: fc.nat(5),
      lastAssignedAt: fc.constantFrom(new Date(1), new Date(2)),
    }),
    { selector: ({ staffId }) => staffId, maxLength: 8 },
  );

  it('chooses the same one in whatever order staff are listed', () => {
    fc.assert(
      fc.property(anyStaff, fc.nat(), (all, seed) => {
        const turned = all.map((_, index) => all[(index + seed) % all.length]).filter((each) => each !== undefined);
        expect(chooseAssignee(turned)).to.deep.equal(chooseAssignee(all));
      }),
    );
  });

  it('deals a flood of cases evenly until all are full, and never beyond', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }), (capacities) => {
        let all = capacities.map((capacity, index) => staff(`s${index}`, 0, { capacity }));
        for (let dealt = 0; ; dealt++) {
          const { staffId } = chooseAssignee(all);
          if (!staffId) break;
          all = all.map((each) =>
            each.staffId === staffId
              ? { ...each, openCases: each.openCases + 1, lastAssignedAt: new Date(dealt) }
              : each,
          );
          const shares = all.map(({ openCases, capacity }) => openCases / capacity);
          const smallest = Math.min(...capacities);
          expect(Math.max(...shares) - Math.min(...shares)).to.be.at.most(1 / smallest + 1e-9);
        }
        expect(all.every(({ openCases, capacity }) => openCases === capacity)).to.equal(true);
      }),
    );
  });
});
