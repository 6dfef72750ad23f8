import type { Keys } from '../core/crypto.js';
import { textAnswer } from '../flows/answers/typed-answers.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

/** The case that a turn of a conversation asked about, for a button of it that is tapped later. */
export type FindAsked = (conversationId: string, seq: number) => Promise<string | undefined>;

export function createFindAsked(turns: Pick<TurnStore, 'after'>, keys: Keys): FindAsked {
  return async (conversationId, seq) => {
    if (!Number.isSafeInteger(seq) || seq < 1) return undefined;
    const [turn] = await turns.after(conversationId, seq - 1, 1);
    if (turn?.seq !== seq) return undefined;
    return textAnswer(openContent(keys, turn).answers.at(-1)?.['number']) || undefined;
  };
}
