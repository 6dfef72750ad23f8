import type { Attachment } from '../messages/message.js';
import type { EventWords } from './case.js';
import type { CaseOutcome, CaseStatus } from './status.js';
import type { CaseActor } from './transitions.js';

/** Whoever wants a case changed. */
export interface CaseRequester {
  readonly role: CaseActor;
  /** Staff only. */
  readonly id?: string;
}

/** What every wish to change a case carries. */
export interface CaseRequest {
  readonly number: string;
  readonly by: CaseRequester;
  /** The same key again is the same wish, whatever else it holds. */
  readonly key: string;
  /** The `rev` that a member of staff decided on: refused when the case has changed since. */
  readonly seenRev?: number;
  /** The conversation it was wished in, if it was. */
  readonly causedIn?: string;
}

/** A wish to move a case, with all that the step may require. Texts are the person's own words. */
export interface ChangeRequest extends CaseRequest, EventWords {
  readonly to: CaseStatus;
  /** Where it goes: a unit's id. Left out, it stays with the unit it has. */
  readonly unit?: string;
  /** An agency of flows/units.yaml; `rightAgency` names one that isn't there. */
  readonly agencyId?: string;
  /** Where to reach the agency; needed where flows/units.yaml has no confirmed address. */
  readonly agencyAddress?: string;
  /** Who gets it; left out, whoever of the unit has most room. */
  readonly staffId?: string;
  readonly outcome?: CaseOutcome;
  readonly proof?: readonly Attachment[];
  /** What the complainant sent along. */
  readonly evidence?: readonly Attachment[];
  /** The complainant said that it is solved. */
  readonly confirmed?: boolean;
  /** The number of the case that goes on for this one; see CaseMerge, which keeps its reporters informed. */
  readonly mergeInto?: string;
}

/** Only the words of a request. */
export function wordsOf(request: EventWords): EventWords {
  const { reason, question, result, note, rightAgency, appealWay, noProofReason } = request;
  return {
    ...(reason ? { reason } : {}),
    ...(question ? { question } : {}),
    ...(result ? { result } : {}),
    ...(note ? { note } : {}),
    ...(rightAgency ? { rightAgency } : {}),
    ...(appealWay ? { appealWay } : {}),
    ...(noProofReason ? { noProofReason } : {}),
  };
}
