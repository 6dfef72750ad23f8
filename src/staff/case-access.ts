import type { Case } from '../cases/case.js';
import type { CaseLists } from '../cases/case-lists.js';
import type { CaseRequester } from '../cases/change-request.js';
import { OPEN_CIRCLE } from '../cases/circle.js';
import { AppError } from '../core/errors.js';
import type { Actor } from './actor.js';
import type { Circles } from './circles.js';
import { demand, may, type RightAt, type RightObject, type Verb } from './rights.js';

/** Cases as rights see them: by role and unit here, by circle in the lists that read them. */
export interface CaseAccess {
  /**
   * Opens a case to somebody.
   *
   * @throws {AppError} `case.not_found` when there is none, or they may not read it: the two look the same;
   * `request.forbidden` when they read it and may not do `verb`
   */
  open(actor: Actor, number: string, verb?: Verb): Promise<Case>;
}

export function createCaseAccess(deps: {
  readonly lists: Pick<CaseLists, 'get'>;
  readonly circles: Circles;
}): CaseAccess {
  return {
    async open(actor, number, verb = 'read') {
      if (!may(actor, 'case', 'read')) demand(actor, 'case', 'read');
      const found = await deps.lists.get(actor, number);
      const { unitsOf } = await deps.circles.rules();
      const stands = { ...actor, units: [...new Set(actor.units.flatMap(unitsOf))] };
      if (!may(stands, objectOf(found), 'read', atOf(found)))
        throw new AppError('case.not_found', `There is no case ${number}`);
      demand(stands, objectOf(found), verb, atOf(found));
      return found;
    },
  };
}

/** What rights call a case. */
export function objectOf({ circle }: Pick<Case, 'circle'>): RightObject {
  return circle === OPEN_CIRCLE ? 'case' : 'case_restricted';
}

function atOf({ unit, staffId }: Pick<Case, 'unit' | 'staffId'>): RightAt {
  return { unit, ...(staffId ? { staffId } : {}) };
}

/** Who moves a case, as the transition table knows them; admins stand above units as supervisors do. */
export function requesterOf({ role, staffId }: Pick<Actor, 'role' | 'staffId'>): CaseRequester {
  if (role === 'auditor') throw new AppError('request.forbidden', 'Auditors change nothing', { object: 'case' });
  return { role: role === 'admin' ? 'supervisor' : role, id: staffId };
}
