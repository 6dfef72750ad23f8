/** How far a message of ours got. */
export interface Receipt {
  readonly platformId: string;
  /** 1 sent, 2 delivered, 3 read, 4 failed; only the highest counts, because they come late and repeated. */
  readonly rank: number;
}

const FAILED = 4;
const READ = 3;

/** Maps WhatsApp Web's ack (-1 error, 0 pending, 1 server, 2 device, 3 read, 4 played) to ours; undefined = nothing yet. */
export function receiptOf(platformId: string, ack: number): Receipt | undefined {
  if (ack < 0) return { platformId, rank: FAILED };
  const rank = Math.min(Math.floor(ack), READ);
  return rank >= 1 ? { platformId, rank } : undefined;
}
