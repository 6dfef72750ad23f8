import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError, type ErrorCode } from '../core/errors.js';
import type { Case } from './case.js';
import type { CaseRules } from './case-rules.js';
import { type CaseService, type Changed, demandSeen } from './case-service.js';
import type { CaseStore } from './case-store.js';
import type { CaseRequest } from './change-request.js';
import { planChange, standingOf } from './plan-change.js';
import { planJoined } from './plan-note.js';
import type { ReporterStore } from './reporter-store.js';

const REFUSED: ReadonlySet<ErrorCode> = new Set(['case.transition_not_allowed', 'case.changed']);

export interface CaseMergeDeps {
  readonly cases: CaseStore;
  readonly reporters: ReporterStore;
  readonly service: CaseService;
  readonly rules: CaseRules;
  readonly keys: Keys;
  readonly clock: Clock;
}

export interface CaseMerge {
  /**
   * Lets one case go on for another about the same matter: whoever reported the one hears of the other from now on,
   * as a supporter. Under the same key it goes on where it stopped.
   *
   * The order makes a crash harmless: reporters first (they hear of one more case), then the case that goes on notes
   * it, and only then the other ends.
   *
   * @throws {AppError} as {@link CaseService.change}; the case that goes on must be open
   */
  merge(request: CaseRequest & { readonly into: string }): Promise<Changed>;
  /**
   * Takes a case out of another again. Its reporters no longer hear of that one, unless they did by themselves.
   *
   * @throws {AppError} as {@link CaseService.change}
   */
  unmerge(request: CaseRequest & { readonly reason: string }): Promise<Changed>;
}

export function createCaseMerge(deps: CaseMergeDeps): CaseMerge {
  const { cases, reporters, service, keys } = deps;

  const find = async (number: string): Promise<Case> => {
    const found = await cases.find(number);
    if (!found) throw new AppError('case.not_found', `There is no case ${number}`);
    return found;
  };

  /** Notes in the case that goes on that another was joined to it, or taken out. */
  const note = (request: CaseRequest, number: string, what: 'joined' | 'parted') => {
    const { seenRev: _ofTheOther, ...rest } = request;
    const noted = { ...rest, number, key: `${request.key}:${what}` };
    return service.apply(noted, (current, now) => planJoined(current, noted, request.number, what, keys, now));
  };

  return {
    async merge({ into, ...request }) {
      const change = { ...request, to: 'merged' as const, mergeInto: into };
      const [found, main] = [await find(request.number), await find(into)];
      if (!found.history.some(({ key }) => key === request.key)) {
        // refused before anything is written, where it can be
        demandSeen(found, request);
        planChange(found, change, { mergeInto: standingOf(main) }, deps, deps.clock.now());
      }
      for (const { conversationId, at } of await reporters.of(request.number)) {
        await reporters.add({ caseNumber: into, conversationId, audience: 'supporter', at, via: request.number });
      }
      try {
        await note(request, into, 'joined');
        return await service.change(change);
      } catch (error) {
        const isRefused = error instanceof AppError && REFUSED.has(error.code);
        // a colleague may have merged the same two just now; withdrawn, closed or changed otherwise, they stay apart
        if (isRefused && (await find(request.number)).mergedInto !== into) {
          await reporters.removeVia(into, request.number);
          await note(request, into, 'parted');
        }
        throw error;
      }
    },

    async unmerge({ reason, ...request }) {
      const { mergedInto } = await find(request.number);
      const changed = await service.change({ ...request, to: 'verified', reason });
      const main = mergedInto ?? changed.event.other;
      if (main) {
        await reporters.removeVia(main, request.number);
        await note(request, main, 'parted');
      }
      return changed;
    },
  };
}
