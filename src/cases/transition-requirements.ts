import { OPEN_CIRCLE } from './circle.js';
import type { CaseOutcome, CaseStatus } from './status.js';
import { ENDED_STATUSES } from './status.js';
import type { CaseStanding } from './transitions.js';

/** What a transition can ask for, besides the right person. */
export type Requirement =
  | 'reason'
  | 'rightAgency'
  | 'appealWay'
  | 'question'
  | 'unit'
  | 'destination'
  | 'result'
  | 'proof'
  | 'outcome'
  | 'confirmation'
  | 'silence'
  | 'openWindow'
  | 'heldStatus'
  | 'mergeInto'
  | 'unworked';

/** What came with the request to move a case. Texts are the person's own words; ids were checked to exist. */
export interface TransitionInput {
  readonly at: Date;
  readonly reason?: string;
  /** Who is really responsible, by a name the complainant can go to. */
  readonly rightAgency?: string;
  /** Where and until when the complainant can object. */
  readonly appealWay?: string;
  readonly question?: string;
  readonly unit?: string;
  readonly result?: string;
  /** File ids. */
  readonly proof?: readonly string[];
  /** Why there is nothing to show; told to the complainant. */
  readonly noProofReason?: string;
  readonly outcome?: CaseOutcome;
  /** The complainant said that it is solved. */
  readonly confirmed?: boolean;
  readonly mergeInto?: Pick<CaseStanding, 'number' | 'status' | 'worked' | 'circle'>;
}

const MIN_LETTERS = 5;

/** True when there is something to read in it, not only a dot or a dash. */
function says(text: string | undefined): boolean {
  return (text?.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= MIN_LETTERS;
}

/** A name may be as short as "PLN". */
function names(text: string | undefined): boolean {
  return /[\p{L}\p{N}]{2}/u.test(text ?? '');
}

type Check = (current: CaseStanding, to: CaseStatus, input: TransitionInput) => boolean;

const MET: Readonly<Record<Requirement, Check>> = {
  reason: (_current, _to, input) => says(input.reason),
  rightAgency: (_current, _to, input) => names(input.rightAgency),
  appealWay: (_current, _to, input) => says(input.appealWay),
  question: (_current, _to, input) => says(input.question),
  unit: (_current, _to, input) => names(input.unit),
  destination: (_current, _to, input) => names(input.unit) || names(input.rightAgency),
  result: (_current, _to, input) => says(input.result),
  // an answer to a question or a wish is its own proof; work on the street is not
  proof: (current, _to, input) =>
    current.kind !== 'pengaduan' || (input.proof?.length ?? 0) > 0 || says(input.noProofReason),
  outcome: (_current, _to, input) => input.outcome !== undefined,
  confirmation: (_current, _to, input) => input.confirmed === true,
  silence: (current, _to, input) => current.silenceDueAt !== undefined && input.at >= current.silenceDueAt,
  openWindow: (current, _to, input) => current.reopenUntil !== undefined && input.at <= current.reopenUntil,
  heldStatus: (current, to) => current.heldFrom === to,
  // the other case must be able to carry on: it is open, merging must not undo the claim that work was done, and nobody
  // is to hear of a case that isn't for them
  mergeInto: (current, _to, { mergeInto }) =>
    mergeInto !== undefined &&
    mergeInto.number !== current.number &&
    !ENDED_STATUSES.has(mergeInto.status) &&
    (mergeInto.worked || !current.worked) &&
    [OPEN_CIRCLE, current.circle ?? OPEN_CIRCLE].includes(mergeInto.circle ?? OPEN_CIRCLE),
  unworked: (current) => !current.worked,
};

/** Whether a requirement is not met. */
export function isMissing(
  requirement: Requirement,
  current: CaseStanding,
  to: CaseStatus,
  input: TransitionInput,
): boolean {
  return !MET[requirement](current, to, input);
}
