import type { Attachment, Expect, GeoPoint, Option } from './message.js';

/** One line of a conversation as the citizen may see it; what pull channels show. */
export interface ChatEntry {
  readonly seq: number;
  /** Place within its turn: the citizen's own message is 0, answers follow from 1. With `seq`, unique and ordered. */
  readonly part: number;
  readonly from: 'citizen' | 'bot' | 'staff';
  readonly at: Date;
  /** The citizen's own message only: the idempotency key it came with. */
  readonly key?: string;
  readonly text: string;
  readonly attachments?: readonly Attachment[];
  readonly location?: GeoPoint;
  readonly options?: readonly Option[];
  readonly step?: string;
  readonly expect?: Expect;
  /** Shown once at filing as a card to keep. `code` is 16 digits. */
  readonly receipt?: { readonly number: string; readonly code: string };
}

/** What taking a message in came to: the turn it became, and what the citizen sees of it. */
export interface Received {
  readonly conversationId: string;
  readonly seq: number;
  /** True when this message had become a turn before: nothing new happened. */
  readonly repeated: boolean;
  readonly entries: readonly ChatEntry[];
}
