/** Where messages come from and go to. `terminal` and `webchat` are pulled by the citizen; the others are pushed. */
export type ChannelType = 'webchat' | 'terminal' | 'telegram' | 'whatsapp_web' | 'whatsapp_cloud';

/** Channels on which citizens fetch what they are told; on all others a lane's holder sends it. */
export const PULL_CHANNELS: ReadonlySet<ChannelType> = new Set(['webchat', 'terminal']);

/** Where one person is on one account of one channel. `chatId` is an opaque string, never read as a phone number. */
export interface Address {
  readonly channel: ChannelType;
  readonly account: string;
  readonly chatId: string;
}

export type AttachmentKind = 'image' | 'audio' | 'video' | 'document';

/** What is wrong with a file we have, by its bytes: it doesn't open, it opens by a password only, or it may do harm. */
export type FileCondition = 'damaged' | 'locked' | 'quarantined';

/** Why a file will never be had. The report goes on without it. */
export type FetchRefusal = 'too_large' | 'unsupported_type' | 'quota_exceeded' | 'gone' | 'attempts_exhausted';

/** A file somebody sent. Exactly one of `fileId` (already in our store) and `platformRef` (still at the platform) is set. */
export interface Attachment {
  readonly kind: AttachmentKind;
  readonly fileId?: string;
  readonly platformRef?: string;
  readonly mimeType?: string;
  readonly sizeBytes?: number;
  /** Of its bytes, under a key outside the database: the same bytes have the same, and nothing else is told by it. */
  readonly sha256?: string;
  readonly condition?: FileCondition;
  /** Set on arrival when the platform says that it will never hand the file over; else once that was found out. */
  readonly refused?: FetchRefusal;
}

export interface GeoPoint {
  readonly latitude: number;
  readonly longitude: number;
  /** What the platform calls the place (a venue), if it says. */
  readonly name?: string;
}

/** A tapped button: the step that offered it, the turn that asked, the option's id. Any of them may be old or forged. */
export interface Choice {
  readonly step: string;
  readonly seq: number;
  readonly option: string;
}

/** One thing a citizen did, whatever the channel. */
export interface InboundMessage {
  /** The platform's id or the page's idempotency key, at most 128 bytes: the same id is the same message. */
  readonly externalId: string;
  readonly address: Address;
  /** By the platform's clock; the server's on arrival where there is none. */
  readonly sentAt: Date;
  /** The last turn the citizen had on screen while writing, where the channel knows it. */
  readonly seenSeq?: number;
  /** As sent, cleaned by `cleanText`; empty when there was none. */
  readonly text: string;
  readonly choice?: Choice;
  readonly attachments: readonly Attachment[];
  readonly location?: GeoPoint;
  readonly displayName?: string;
  /** Something we can't use as an answer (a sticker, a poll): gets a polite word and the question again. */
  readonly unsupported?: boolean;
  /** Messages of one album carry the same id: they are one set and want one reply. */
  readonly albumId?: string;
  /** A later form of an earlier message; `of` is that message's externalId. Never an answer by itself. */
  readonly edited?: { readonly of: string };
  /** What a deep link carried (`/start <payload>`), 1 to 64 of `A-Z a-z 0-9 _ -`; not part of the text. Anyone may make it up. */
  readonly startPayload?: string;
  /** The words or files are another's: forwarded, or written through another bot. */
  readonly forwarded?: boolean;
  /** It is a mark on a message of ours (👍), not words: an answer only where yes or no is asked. */
  readonly reaction?: { readonly to: string };
}

/** A way into a chat elsewhere that takes a token along. */
export interface ChatLink {
  /** What people call it: `Telegram`. */
  readonly name: string;
  readonly url: string;
}

export interface Option {
  readonly id: string;
  readonly label: string;
}

/** What a question hopes for, so that a channel can offer the right keyboard. */
export type Expect = 'text' | 'choice' | 'location' | 'photo' | 'nothing';

/** One bubble as the flow decided it, before a channel renders it. Stored sealed in its turn. */
export interface Bubble {
  readonly text: string;
  readonly options?: readonly Option[];
  readonly expect?: Expect;
  /** The step that `options` answer; goes into each button together with the turn's seq. */
  readonly step?: string;
  /** The case whose receipt this bubble hands over. The code itself is put in when it is shown, never stored. */
  readonly receiptFor?: string;
  /** Files of our own store that go with the text, in order. */
  readonly attachments?: readonly Attachment[];
  /** What to say in its stead where the platform lets only approved texts pass; `params` are values, in order. */
  readonly template?: { readonly name: string; readonly locale: string; readonly params: readonly string[] };
  /** The platform is known to let nothing but approved texts pass to this person now, whatever the clock says. */
  readonly asTemplate?: boolean;
}

/** `urgent` (danger numbers) is never superseded; a `prompt` is, by a newer one; `broadcast` yields to all. */
export type BubbleKind = 'urgent' | 'prompt' | 'reply' | 'staff' | 'notice' | 'broadcast';

/** One message a push channel must deliver. */
export interface OutboundMessage extends Bubble {
  /** `<turnId>/<index>`: stable over retries. */
  readonly id: string;
  readonly address: Address;
  readonly seq: number;
  readonly kind: BubbleKind;
  /** Of the conversation. */
  readonly locale?: string;
  /** When the citizen last wrote: some platforms let only approved texts pass a day later. */
  readonly lastInboundAt?: Date;
}
