import { ErrorSchema, StatusSchema } from './message-schema.js';
import { opaqueIdOf } from './opaque-id.js';

export type ReceiptStatus = 'sent' | 'delivered' | 'read' | 'failed';

/**
 * How far a message got. Statuses come repeated, early and in any order, so the highest that was ever seen holds:
 * `failed` is the last word, and a late `sent` never undoes a `read`.
 */
export const RANK: Readonly<Record<ReceiptStatus, number>> = { sent: 1, delivered: 2, read: 3, failed: 4 };

export interface Receipt {
  readonly platformId: string;
  readonly status: ReceiptStatus;
  readonly rank: number;
  /** Our own id of the message, `<turnId>/<index>`; Meta gives back what came with the send. */
  readonly messageId?: string;
  /** Why it failed, by Meta's error table. */
  readonly code?: number;
}

export type ParsedStatus =
  | { readonly type: 'receipt'; readonly receipt: Receipt }
  /** A status that says nothing of delivery. */
  | { readonly type: 'ignore' }
  | { readonly type: 'unreadable'; readonly reason: string };

const STATUSES: ReadonlyMap<string, ReceiptStatus> = new Map([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['played', 'read'], // a voice message that was listened to
  ['failed', 'failed'],
]);

/** Maps one element of `statuses[]`. Pure and total. */
export function parseStatus(raw: unknown): ParsedStatus {
  const parsed = StatusSchema.safeParse(raw);
  if (!parsed.success) return { type: 'unreadable', reason: 'status' };
  const { id, status: name, errors, biz_opaque_callback_data: messageId } = parsed.data;
  const status = STATUSES.get(name);
  if (!status) return { type: 'ignore' };
  const code = errors?.flatMap((each) => ErrorSchema.safeParse(each).data?.code ?? [])[0];
  return {
    type: 'receipt',
    receipt: {
      platformId: opaqueIdOf(id),
      status,
      rank: RANK[status],
      ...(messageId === undefined ? {} : { messageId }),
      ...(code === undefined ? {} : { code }),
    },
  };
}
