import type { Keys } from '../core/crypto.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

/** Whoever changes an older message changes history, not a report that is being written. */
const LOOKED_AT = 50;

/** What a message said before it was changed, newest first: its earlier changes, then its first form. */
export type EarlierForms = (conversationId: string, externalId: string) => Promise<readonly string[]>;

export function createEarlierForms(turns: Pick<TurnStore, 'newest'>, keys: Keys): EarlierForms {
  return async (conversationId, externalId) => {
    const newest = await turns.newest(conversationId, LOOKED_AT);
    return newest.flatMap((turn) => {
      const { kind, key } = turn.source;
      // a change is known by the message it is of
      if (kind !== 'citizen' || (key !== externalId && !key.startsWith(`${externalId}:`))) return [];
      return openContent(keys, turn).inbound?.text ?? [];
    });
  };
}
