import { AppError } from '../core/errors.js';
import { asUnavailable } from '../store/connect.js';
import type { Actor } from './actor.js';
import type { BulkAnswer, BulkBody } from './api/case.js';
import type { CaseDeeds, Decided } from './case-deeds.js';

/** Does one thing to many cases, each by itself: what could not be done is told by number, and the rest is done. */
export type DoBulk = (actor: Actor, key: string, wish: BulkBody) => Promise<BulkAnswer>;

export function createDoBulk(deeds: CaseDeeds): DoBulk {
  const doOne = (actor: Actor, at: Decided, action: BulkBody['action']) => {
    if (action.do === 'recategorise') return deeds.recategorise(actor, at, action);
    if (action.do === 'verify') return deeds.move(actor, at, { to: 'verified' });
    const { unit, staffId } = action;
    return deeds.move(actor, at, { to: 'assigned', unit, staffId });
  };

  return async (actor, key, { cases, action }) => {
    const done: string[] = [];
    const refused: BulkAnswer['refused'] = [];
    for (const { number, seenRev } of cases) {
      try {
        await doOne(actor, { number, seenRev, key: `${key}:${number}` }, action);
        done.push(number);
      } catch (error) {
        const known = asUnavailable(error);
        if (!(known instanceof AppError) || known.code === 'store.unavailable') throw known;
        refused.push({ number, code: known.code, message: known.message });
      }
    }
    return { done, refused };
  };
}
