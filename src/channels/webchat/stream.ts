import type { ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import type { ChatEntry } from '../../messages/chat-entry.js';

// below the 30 s after which mobile networks and proxies drop a silent connection
const HEARTBEAT_MS = 20_000;
const RECONNECT_MS = 3_000;
/** How many turns back are read again: the reply of a turn may show later than the turn, when its case is filed. */
const OVERLAP_TURNS = 4;
/** A transcript this long may have been cut: the rest is asked for at once. */
const MANY_TURNS = 100;

export interface StreamDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly transcript: (conversationId: string, afterSeq: number) => Promise<readonly ChatEntry[]>;
  readonly watch: (conversationId: string, wake: () => void) => () => void;
}

/**
 * Follows one conversation as server-sent events until the other side or the service ends it.
 *
 * One event is one turn: `id` its seq, `data` the array of its entries. Who comes back with the last id it saw gets
 * what follows, and the few turns before it once more, because a turn may have grown meanwhile: (seq, part) tells
 * what is new. A wake only says "look again": what is sent is always read from the transcript.
 */
export function streamConversation(
  response: ServerResponse,
  conversationId: string,
  afterSeq: number,
  { clock, log, transcript, watch }: StreamDeps,
): void {
  let lastSeq = afterSeq;
  const written = new Map<number, number>();
  let ended = false;
  let reading = false;
  let woken = false;
  let cancelHeartbeat: () => void = () => undefined;

  response.statusCode = 200;
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  // nginx would otherwise keep events back until its buffer is full
  response.setHeader('X-Accel-Buffering', 'no');
  response.write(`retry: ${RECONNECT_MS}\n\n`);

  async function look(): Promise<void> {
    woken = true;
    if (reading) return;
    reading = true;
    try {
      while (woken && !ended) {
        woken = false;
        const turns = bySeq(await transcript(conversationId, Math.max(0, lastSeq - OVERLAP_TURNS)));
        if (turns.size >= MANY_TURNS) woken = true;
        await write(turns);
      }
    } catch (error) {
      log.warn({ conversationId, err: error }, 'chat stream ended because the transcript could not be read');
      response.end();
    } finally {
      reading = false;
    }
  }

  async function write(turns: ReadonlyMap<number, readonly ChatEntry[]>): Promise<void> {
    for (const [seq, turn] of turns) {
      if (ended) return;
      if (written.get(seq) === turn.length) continue;
      written.set(seq, turn.length);
      lastSeq = Math.max(lastSeq, seq);
      for (const old of written.keys()) if (old <= lastSeq - OVERLAP_TURNS) written.delete(old);
      const more = response.write(`id: ${seq}\ndata: ${JSON.stringify(turn)}\n\n`);
      if (!more) await drained(response);
    }
  }

  function beat(): void {
    response.write(':\n\n');
    cancelHeartbeat = clock.after(HEARTBEAT_MS, beat);
  }

  const unwatch = watch(conversationId, () => void look());
  cancelHeartbeat = clock.after(HEARTBEAT_MS, beat);
  response.once('close', () => {
    ended = true;
    cancelHeartbeat();
    unwatch();
  });
  void look();
}

function bySeq(entries: readonly ChatEntry[]): Map<number, ChatEntry[]> {
  const turns = new Map<number, ChatEntry[]>();
  for (const entry of entries) {
    const turn = turns.get(entry.seq);
    if (turn) turn.push(entry);
    else turns.set(entry.seq, [entry]);
  }
  return turns;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}
