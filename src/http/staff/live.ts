import type { ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import type { Logger } from '../../core/log.js';
import type { Actor } from '../../staff/actor.js';
import type { InboxCounts } from '../../staff/api/inbox.js';
import type { Feed } from '../../staff/feed.js';
import type { ResumeFeed } from '../../staff/feed-resume.js';

const BEAT_MS = 15_000;
const RECONNECT_MS = 1000;
/** Counts are read anew at most so often for one stream. */
const COUNTS_EVERY_MS = 3000;
/** Whoever reads so slowly that this much waits for them reads the lists anew in the end. */
const MAX_WAITING_BYTES = 512 * 1024;
const CURSOR = /^\d{1,15}$/;
const RELOAD = JSON.stringify({ type: 'reload' });

export interface LiveDeps {
  readonly feed: Pick<Feed, 'follow'>;
  readonly resume: ResumeFeed;
  readonly counts: (actor: Actor) => Promise<InboxCounts>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** @throws {AppError} `request.invalid` unless it is an id that a stream gave, or absent */
export function parseLastEventId(id: unknown): Date | undefined {
  if (id === undefined) return undefined;
  if (typeof id !== 'string' || !CURSOR.test(id))
    throw new AppError('request.invalid', 'Last-Event-ID: is none of ours', { field: 'Last-Event-ID' });
  return new Date(Number(id));
}

/**
 * Follows what changes as server-sent events, until the other side, the service or {@link end} ends it. Each id is the
 * instant up to which everything was told: whoever comes back with it gets what changed since.
 *
 * @returns ends it
 */
export function streamLive(
  response: ServerResponse,
  actor: Actor,
  since: Date | undefined,
  deps: LiveDeps,
): () => void {
  const { feed, resume, counts, clock, log } = deps;
  let ended = false;
  let isLagging = false;
  /** Until all that was missed is out, nobody may come back with a later id. */
  let owedSince = since;
  let countsDue = false;
  let countsTimer: (() => void) | undefined;
  let cancelBeat: () => void = () => undefined;

  response.statusCode = 200;
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  // nginx would otherwise keep events back until its buffer is full
  response.setHeader('X-Accel-Buffering', 'no');
  response.write(`retry: ${RECONNECT_MS}\n\n`);

  function send(event: string): void {
    if (ended || isLagging) return;
    response.write(`id: ${(owedSince ?? clock.now()).getTime()}\ndata: ${event}\n\n`);
    if (response.writableLength > MAX_WAITING_BYTES) lag();
  }

  /** Nothing more is kept for them; once they have caught up, one word stands for all they missed. */
  function lag(): void {
    isLagging = true;
    response.once('drain', () => {
      isLagging = false;
      send(RELOAD);
    });
  }

  function beat(): void {
    send(JSON.stringify({ type: 'beat', now: clock.now().toISOString() }));
    cancelBeat = clock.after(BEAT_MS, beat);
  }

  function countsChanged(): void {
    countsDue = true;
    countsTimer ??= clock.after(COUNTS_EVERY_MS, () => {
      countsTimer = undefined;
      if (!countsDue || ended) return;
      countsDue = false;
      void counts(actor)
        .then((found) => send(JSON.stringify({ type: 'counts', counts: found })))
        .catch((error: unknown) => log.warn({ err: error }, 'counts could not be read for an open console'));
    });
  }

  const unfollow = feed.follow({ actor, send, countsChanged });
  const end = () => {
    if (!ended) response.end();
  };
  response.once('close', () => {
    ended = true;
    cancelBeat();
    countsTimer?.();
    unfollow();
  });
  // also whoever opens the page: what changed while its lists were on their way is in none of them
  void resume(actor, since ?? clock.now())
    .then((missed) => {
      for (const event of missed) send(event);
      owedSince = undefined;
      if (since) beat();
    })
    .catch((error: unknown) => {
      // they come back with the same id, and are told then
      log.warn({ err: error }, 'what a console missed could not be read');
      end();
    });
  if (!since) beat();
  return end;
}
