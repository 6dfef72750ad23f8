import type { CaseRules } from '../cases/case-rules.js';
import type { CaseService } from '../cases/case-service.js';
import { planRevealed } from '../cases/plan-review.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import { openContent } from '../conversations/turn-content.js';
import type { TurnStore } from '../conversations/turn-store.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { Address } from '../messages/message.js';
import type { Audit } from './audit.js';

const MIN_REASON_LETTERS = 10;

export interface RevealRequest {
  readonly number: string;
  readonly by: string;
  /** A second person, who must not be the first. */
  readonly approvedBy: string;
  readonly reason: string;
  readonly key: string;
}

/** Who is behind a case, as far as we know. */
export interface Revealed {
  readonly address: Address;
  readonly displayName?: string;
}

/**
 * Tells who reported an anonim case. Only for a reason, with the consent of a second person; it is audited first, and
 * put before a supervisor (`reviewAt`) under a clock of its own, so that nobody is revealed unseen.
 *
 * @throws {AppError} `request.invalid` without a reason or a second person; `case.not_found`
 */
export type Reveal = (request: RevealRequest) => Promise<Revealed[]>;

export function createReveal(deps: {
  readonly service: CaseService;
  readonly reporters: ReporterStore;
  readonly turns: Pick<TurnStore, 'tip'>;
  readonly keys: Keys;
  readonly rules: CaseRules;
  readonly audit: Pick<Audit, 'append'>;
}): Reveal {
  return async ({ number, by, approvedBy, reason, key }) => {
    if ((reason.match(/\p{L}/gu)?.length ?? 0) < MIN_REASON_LETTERS)
      throw new AppError('request.invalid', 'Say why the complainant must be known', { field: 'reason' });
    if (by === '' || approvedBy === '' || by === approvedBy)
      throw new AppError('request.invalid', 'A second person must approve', { field: 'approvedBy' });
    const request = { number, by: { role: 'supervisor', id: by }, key } as const;
    await deps.audit.append({ by, what: 'case.revealed', subject: number, details: { approvedBy } });
    await deps.service.apply(request, (found, now) => planRevealed(found, request, reason, deps, now));
    const revealed: Revealed[] = [];
    for (const { conversationId, audience } of await deps.reporters.of(number)) {
      const turn = audience === 'complainant' ? await deps.turns.tip(conversationId) : undefined;
      if (!turn) continue;
      const { address, displayName } = openContent(deps.keys, turn);
      revealed.push({ address, ...(displayName ? { displayName } : {}) });
    }
    return revealed;
  };
}
