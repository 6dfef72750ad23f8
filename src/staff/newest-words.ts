import type { Turn, TurnContent } from '../conversations/turn.js';
import { openContent } from '../conversations/turn-content.js';
import type { TurnStore } from '../conversations/turn-store.js';
import type { Keys } from '../core/crypto.js';
import { cutText } from '../core/text.js';
import type { Attachment, GeoPoint } from '../messages/message.js';
import { hideReceipt } from './staff-entries.js';
import { createHideCodes } from './typed-codes.js';

const MAX_CHARS = 120;

/** What was said last in a chat, and by whom. */
export interface NewestWords {
  readonly text: string;
  readonly from: 'citizen' | 'bot' | 'staff';
  readonly displayName?: string;
}

/** Pure. */
export function wordsOf(
  turn: Pick<Turn, 'source' | 'out' | 'after'>,
  content: TurnContent,
  { receiptKey }: Pick<Keys, 'receiptKey'>,
): NewestWords {
  const { inbound, displayName } = content;
  const named = displayName ? { displayName } : {};
  const last = content.out.findLastIndex((_, index) => turn.out[index]?.state !== 'superseded');
  const bubble = content.out[last];
  if (bubble) {
    const from = turn.out[last]?.kind === 'staff' ? 'staff' : 'bot';
    return { text: shortened(hideReceipt(bubble.text), bubble.attachments ?? []), from, ...named };
  }
  const said = inbound?.text ?? '';
  const hideCodes = createHideCodes(receiptKey, turn.after.lastCase ? [turn.after.lastCase] : [], [said]);
  const text = shortened(hideCodes(said), inbound?.attachments ?? [], inbound?.location);
  return { text, from: 'citizen', ...named };
}

function shortened(text: string, files: readonly Attachment[], location?: GeoPoint): string {
  const line = cutText(text.replace(/\s+/gu, ' ').trim(), MAX_CHARS);
  if (line !== '') return line;
  if (location) return '📍';
  return files.length > 0 ? '📎' : '';
}

/** The newest words of many chats, by one query. */
export async function findNewestWords(
  { turns, keys }: { readonly turns: Pick<TurnStore, 'each'>; readonly keys: Keys },
  rows: readonly { readonly _id: string; readonly lastSeq: number; readonly saidSeq?: number }[],
): Promise<ReadonlyMap<string, NewestWords>> {
  const found = await turns.each(
    rows.map(({ _id, lastSeq, saidSeq }) => ({ conversationId: _id, seq: saidSeq ?? lastSeq })),
  );
  return new Map(found.map((turn) => [turn.conversationId, wordsOf(turn, openContent(keys, turn), keys)]));
}
