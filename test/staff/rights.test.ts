import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { AppError } from '../../src/core/errors.js';
import { type Actor, ROLES, type Role } from '../../src/staff/actor.js';
import { demand, may, OBJECTS, type RightAt, rightsOf, VERBS } from '../../src/staff/rights.js';

/** The table of docs/staff.md: `object verb role` -> own, unit or all. */
function documented(): ReadonlyMap<string, string> {
  const rows = readFileSync('docs/staff.md', 'utf8').split('\n| object |')[1]?.split('\n').slice(2) ?? [];
  return new Map(
    rows.flatMap((row) => {
      const [object, verb, ...cells] = row
        .split('|')
        .map((cell) => cell.trim())
        .filter(Boolean);
      return cells.map((cell, at): [string, string] => [`${object} ${verb} ${ROLES[at]}`, cell]);
    }),
  );
}

const actorOf = (role: Role, more: Partial<Actor> = {}): Actor => ({
  staffId: 'me',
  name: 'Saya',
  role,
  units: ['dinas_pu'],
  via: 'session',
  ...more,
});

const PLACES: Readonly<Record<string, RightAt>> = {
  mine: { unit: 'dinas_sosial', staffId: 'me' },
  'of my unit': { unit: 'dinas_pu', staffId: 'other' },
  'of another unit': { unit: 'dinas_sosial', staffId: 'other' },
};
const OPENS: Readonly<Record<string, readonly string[]>> = {
  '-': [],
  own: ['mine'],
  unit: ['mine', 'of my unit'],
  all: ['mine', 'of my unit', 'of another unit'],
};

describe('rights', () => {
  const table = documented();

  it('has nothing in the documented table that is no role, object, verb or reach', () => {
    expect(table.size).to.be.greaterThan(300);
    for (const [cell, reach] of table) {
      const [object, verb] = cell.split(' ');
      expect(OBJECTS, cell).to.include(object);
      expect(VERBS, cell).to.include(verb);
      expect(OPENS, cell).to.have.property(reach);
    }
  });

  for (const role of ROLES) {
    it(`gives ${role} what the documented table says, cell by cell, and nothing else`, () => {
      for (const object of OBJECTS)
        for (const verb of VERBS) {
          const reach = table.get(`${object} ${verb} ${role}`) ?? '-';
          const opened = Object.keys(PLACES).filter((place) => may(actorOf(role), object, verb, PLACES[place]));
          expect(opened, `${role} ${verb} ${object}`).to.deep.equal(OPENS[reach]);
          expect(may(actorOf(role), object, verb), `${role} ${verb} ${object}, any`).to.equal(reach !== '-');
        }
    });
  }

  it('takes supervisors, auditors and admins without units for those of every unit, and no one else', () => {
    for (const role of ROLES) {
      const isEvery = ['supervisor', 'auditor', 'admin'].includes(role);
      expect(may(actorOf(role, { units: [] }), 'case', 'read', { unit: 'dinas_pu' }), role).to.equal(isEvery);
    }
  });

  it('lets everybody of a unit take a conversation that has none yet, but never reach a case without one', () => {
    expect(may(actorOf('agent'), 'conversation', 'claim', {})).to.equal(true);
    expect(may(actorOf('auditor'), 'conversation', 'claim', {})).to.equal(false);
    expect(may(actorOf('agent'), 'conversation', 'say', {})).to.equal(false);
    expect(may(actorOf('agent'), 'case', 'read', {})).to.equal(false);
  });

  it('narrows a token to its scopes, and widens nothing by them', () => {
    const token = actorOf('agent', { via: 'token', scopes: ['case:read', 'note:*', 'staff:manage'] });
    expect(rightsOf(token)).to.deep.equal(['case:read', 'note:list', 'note:read', 'note:write']);
    expect(may(actorOf('admin', { via: 'token', scopes: [] }), 'staff', 'manage')).to.equal(false);
  });

  it('refuses with a 403 that names the right', () => {
    expect(() => demand(actorOf('agent'), 'case', 'merge', { unit: 'dinas_pu' }))
      .to.throw(AppError)
      .that.deep.includes({ code: 'request.forbidden', details: { object: 'case', verb: 'merge' } });
    expect(() => demand(actorOf('agent'), 'case', 'read', { unit: 'dinas_pu' })).not.to.throw();
  });
});
