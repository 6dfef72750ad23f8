import type { ChatEntry } from '../../messages/chat-entry.js';
import type { Attachment, Choice, GeoPoint } from '../../messages/message.js';

export type { Attachment, Choice, GeoPoint };

/** A line of the chat as it comes over HTTP. */
export type Entry = Omit<ChatEntry, 'at'> & { readonly at: string };

/** What is posted; the same `key` again is the same message. */
export interface Outgoing {
  readonly key: string;
  readonly text?: string;
  readonly choice?: Choice;
  readonly location?: GeoPoint;
  readonly attachments?: readonly string[];
  readonly seenSeq?: number;
}
