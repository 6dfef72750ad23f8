import { revealLinks } from '../cases/link-tokens.js';
import type { Keys } from '../core/crypto.js';
import { receiptCodeOf, showReceiptCode } from '../core/ids.js';
import type { ChatEntry } from '../messages/chat-entry.js';
import type { Bubble } from '../messages/message.js';
import type { Turn, TurnContent } from './turn.js';
import { openContent } from './turn-content.js';

/** Stands in stored texts where a receipt code is to be read; the code itself is never stored. */
export const RECEIPT_MARK = '{{receipt}}';

/** A bubble as its citizen may read it: with the receipt code and one-time tokens in place of their marks. */
export function revealReceipt(keys: Keys, bubble: Bubble): Bubble {
  if (!bubble.receiptFor) return bubble;
  const code = showReceiptCode(receiptCodeOf(keys.receiptKey, bubble.receiptFor));
  return { ...bubble, text: revealLinks(keys, bubble.text.replaceAll(RECEIPT_MARK, code)) };
}

/**
 * What a turn shows its citizen. Messages whose filing effects are still owed are left out: nobody reads the number of
 * a case that doesn't exist.
 */
export function entriesOf(keys: Keys, turn: Turn, content: TurnContent): ChatEntry[] {
  const entries: ChatEntry[] = [];
  const { inbound } = content;
  if (inbound && turn.source.kind === 'citizen') {
    entries.push({
      seq: turn.seq,
      part: 0,
      from: 'citizen',
      at: turn.at,
      key: turn.source.key,
      text: inbound.text,
      ...(inbound.attachments.length > 0 ? { attachments: inbound.attachments } : {}),
      ...(inbound.location ? { location: inbound.location } : {}),
    });
  }
  if (turn.effects.some((effect) => effect.state === 'due')) return entries;
  content.out.forEach((bubble, index) => {
    if (turn.out[index]?.state === 'superseded') return;
    entries.push(saidEntry(keys, turn, bubble, index + 1));
  });
  return entries;
}

function saidEntry(keys: Keys, turn: Turn, bubble: Bubble, part: number): ChatEntry {
  const shown = revealReceipt(keys, bubble);
  return {
    seq: turn.seq,
    part,
    from: turn.source.kind === 'staff' ? 'staff' : 'bot',
    at: turn.at,
    text: shown.text,
    ...(shown.attachments?.length ? { attachments: shown.attachments } : {}),
    ...(shown.options ? { options: shown.options } : {}),
    ...(shown.step ? { step: shown.step } : {}),
    ...(shown.expect ? { expect: shown.expect } : {}),
    ...(shown.receiptFor
      ? { receipt: { number: shown.receiptFor, code: receiptCodeOf(keys.receiptKey, shown.receiptFor) } }
      : {}),
  };
}

/** {@link entriesOf} several turns, oldest first. */
export function transcriptOf(keys: Keys, turns: readonly Turn[]): ChatEntry[] {
  return turns.flatMap((turn) => entriesOf(keys, turn, openContent(keys, turn)));
}
