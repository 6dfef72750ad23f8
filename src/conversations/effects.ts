import type { CaseStore } from '../cases/case-store.js';
import { caseOf } from '../cases/file-case.js';
import type { Keys } from '../core/crypto.js';
import type { EffectHandlers } from './apply.js';
import type { Erase } from './erase.js';

export interface EffectDeps {
  readonly keys: Keys;
  readonly cases: CaseStore;
  /** By when a case received at an instant must have been verified. */
  readonly verifyDueAt: (receivedAt: Date) => Date;
  /** The office a category usually goes to. */
  readonly unitOf: (category: string) => string;
  readonly erase: Erase;
}

/** What flows may have done once a turn is durable. Each comes to once under its key, however often it runs. */
export function createEffects({ keys, cases, verifyDueAt, unitOf, erase }: EffectDeps): EffectHandlers {
  return {
    async file_case(args, { turn, content, key }) {
      const filed = caseOf(keys, args, {
        effectKey: key,
        // the turn's time, not the time of applying: a deadline doesn't move because the store was away
        receivedAt: turn.at,
        verifyDueAt: verifyDueAt(turn.at),
        unitOf,
        ...(content.displayName ? { displayName: content.displayName } : {}),
      });
      const isFiled = await cases.file(filed, turn.conversationId);
      return isFiled ? { state: 'done' } : { state: 'refused', reason: 'number_taken' };
    },
    async erase_data(_args, { turn }) {
      await erase(turn);
      return { state: 'done' };
    },
  };
}
