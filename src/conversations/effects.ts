import { localDate } from '../cases/calendar.js';
import type { CaseRules } from '../cases/case-rules.js';
import type { CaseService } from '../cases/case-service.js';
import type { CaseStore } from '../cases/case-store.js';
import type { OpensByCode } from '../cases/code-tries.js';
import type { ConsentOf } from '../cases/consent.js';
import { caseOf } from '../cases/file-case.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import type { SurveyStore } from '../cases/survey-store.js';
import type { Keys } from '../core/crypto.js';
import type { Attachment } from '../messages/message.js';
import type { EffectHandlers } from './apply.js';
import { createCaseEffects } from './case-effects.js';
import type { DataRequests } from './data-requests.js';
import type { Erase } from './erase.js';
import type { FileLinks } from './file-links.js';
import { createLinkEffects, type LinkingDeps } from './linking.js';
import type { RowScope } from './row-scope.js';

/** An effect that wasn't applied at once is picked up no sooner than this after its turn. */
const FRESH_MS = 1000;

export interface EffectDeps {
  readonly keys: Keys;
  readonly cases: CaseStore;
  readonly reporters: ReporterStore;
  readonly rules: CaseRules;
  readonly erase: Erase;
  readonly links: Pick<FileLinks, 'resolve'>;
  readonly service: CaseService;
  readonly opensByCode: OpensByCode;
  readonly surveys: Pick<SurveyStore, 'add'>;
  readonly requests: DataRequests;
  readonly rowScope: Pick<RowScope, 'add' | 'refresh'>;
  readonly consentOf: ConsentOf;
  readonly linking: LinkingDeps;
}

/** What flows may have done once a turn is durable. Each comes to once under its key, however often it runs. */
export function createEffects(deps: EffectDeps): EffectHandlers {
  const { keys, cases, reporters, rules, erase, requests, consentOf } = deps;
  const giveArrived = createGiveArrived(cases, deps.links);
  const linkEffects = createLinkEffects(deps.linking);
  const onCases = createCaseEffects({ ...deps, giveArrived, monthOf: (at) => localDate(at, rules.home).slice(0, 7) });
  return {
    ...onCases,
    async join_case(args, context) {
      const outcome = await onCases.join_case(args, context);
      await deps.rowScope.refresh(context.turn.conversationId);
      return outcome;
    },
    ...linkEffects,
    async use_link(args, context) {
      const outcome = await linkEffects.use_link(args, context);
      await deps.rowScope.refresh(context.turn.conversationId);
      return outcome;
    },
    async file_case(args, { turn, content, key, now }) {
      const consent = consentOf('file_case', turn.after.locale, turn.at);
      const filed = caseOf(keys, args, {
        effectKey: key,
        // the turn's time, not the time of applying: a deadline doesn't move because the store was away
        receivedAt: turn.at,
        rules,
        ...(consent ? { consent } : {}),
        ...(content.displayName ? { displayName: content.displayName } : {}),
        ...(turn.source.kind === 'staff' && turn.after.staffId ? { filedBy: turn.after.staffId } : {}),
      });
      const stored = await cases.insert(filed);
      if (stored === 'taken') return { state: 'refused', reason: 'number_taken' };
      await reporters.add({
        caseNumber: filed._id,
        conversationId: turn.conversationId,
        audience: 'complainant',
        at: filed.receivedAt,
      });
      // after the case is there: a file that arrives from now on finds it
      await giveArrived(turn.lane, filed.evidence);
      // one that is made up for later may not be the newest any more
      const isFresh = now.getTime() - turn.at.getTime() < FRESH_MS;
      if (stored === 'added' && isFresh) await deps.rowScope.add(turn.conversationId, filed);
      else await deps.rowScope.refresh(turn.conversationId);
      return { state: 'done' };
    },
    async copy_data(_args, { turn, key }) {
      await requests.open({ _id: key, kind: 'copy', conversationId: turn.conversationId, at: turn.at });
      return { state: 'done' };
    },
    async erase_data(_args, { turn, key, now }) {
      await requests.open({ _id: key, kind: 'erasure', conversationId: turn.conversationId, at: turn.at });
      await erase(turn);
      await requests.close(key, now);
      return { state: 'done' };
    },
  };
}

/** Files that arrived from their platform before a case knew of them become its own. */
export type GiveArrived = (lane: string, evidence: readonly Attachment[]) => Promise<void>;

function createGiveArrived(cases: CaseStore, links: Pick<FileLinks, 'resolve'>): GiveArrived {
  return async (lane, evidence) => {
    for (const file of await links.resolve(lane, evidence)) {
      if (!file.platformRef) continue;
      if (file.fileId) await cases.giveFile(file.platformRef, file);
      else if (file.refused) await cases.refuseFile(file.platformRef, file.refused);
    }
  };
}
