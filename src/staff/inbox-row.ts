import type { ConversationRow } from '../conversations/rows.js';
import type { CaseCard, InboxRow } from './api/inbox.js';
import { ANONIM_NAME, maskName } from './mask-name.js';
import type { NewestWords } from './newest-words.js';

export interface RowFacts {
  readonly words: NewestWords | undefined;
  /** Of its newest case, for whoever may read it. */
  readonly card: CaseCard | undefined;
  readonly nameOf: (staffId: string) => string | undefined;
}

/** How many of the citizen's messages nobody of staff has seen. */
export function unreadOf({ unread, inbound, readInbound = 0 }: ConversationRow): number {
  return Math.max(0, Math.min(unread, inbound - readInbound));
}

/** One chat as the inbox shows it: no name, no address. Pure. */
export function inboxRowOf(row: ConversationRow, { words, card, nameOf }: RowFacts): InboxRow {
  const [channel = '', account = ''] = splitLane(row.lane);
  const { staffId, handoverReason, queuedAt, waitUntil } = row;
  const unit = row.mode === 'queued' ? (row.queueUnit ?? row.unit) : row.unit;
  const staffName = staffId && nameOf(staffId);
  return {
    conversationId: row._id,
    lastSeq: row.lastSeq,
    lastAt: row.lastAt.toISOString(),
    channel,
    account,
    name: row.anonim ? ANONIM_NAME : maskName(words?.displayName),
    locale: row.locale,
    mode: row.mode,
    ...(staffId ? { staffId } : {}),
    ...(staffName ? { staffName } : {}),
    ...(unit ? { unit } : {}),
    unread: unreadOf(row),
    ...(handoverReason ? { handoverReason } : {}),
    ...(queuedAt ? { queuedAt: queuedAt.toISOString() } : {}),
    ...(waitUntil ? { waitUntil: waitUntil.toISOString() } : {}),
    lastText: words?.text ?? '',
    lastFrom: words?.from ?? 'bot',
    isBlocked: row.blockedAt !== undefined,
    ...(card ? { case: card } : {}),
  };
}

function splitLane(lane: string): [string, string] {
  const at = lane.indexOf(':');
  return [lane.slice(0, at), lane.slice(at + 1)];
}
