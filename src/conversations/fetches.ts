import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Logger } from '../core/log.js';
import type { FetchAttachment, FetchOutcome } from '../messages/fetch.js';
import type { Attachment } from '../messages/message.js';
import type { Committed } from './commit.js';
import type { FileLinks } from './file-links.js';
import type { TellUnusableFile } from './tell-unusable-file.js';
import type { Turn } from './turn.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

/** Downloads at once, over all lanes. */
const AT_ONCE = 4;
const MAX_PER_SWEEP = 100;
const STORE_AWAY_RETRY_MS = 10_000;

export interface FetchesDeps {
  readonly turns: TurnStore;
  readonly links: FileLinks;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly inOrder: InOrder;
  /** Of the lanes this process can fetch for. */
  readonly fetchers: ReadonlyMap<string, FetchAttachment>;
  readonly signal: AbortSignal;
  readonly onUnusable: TellUnusableFile;
}

/** Brings files that citizens sent from their platform into our store, for as long as the platform keeps them. */
export interface Fetches {
  /** Begins with the files of a turn that was just committed. */
  accept(committed: Committed): void;
  /** Takes up what is due: later tries, and what a crash left. By index fetchAt. */
  sweep(): Promise<number>;
}

/**
 * A turn owes its files by `fetchAt`. Each is fetched, stored once by its hash, and linked to its platform reference;
 * a file that was linked before isn't fetched again, so a crash half-way costs nothing.
 */
export function createFetches(deps: FetchesDeps): Fetches {
  const { turns, clock, log, fetchers, inOrder } = deps;
  const underWay = new Set<string>();
  let next = 0;

  const fetchAll = async (turn: Turn, attachmentsOf: () => readonly Attachment[] | undefined) => {
    const fetch = fetchers.get(turn.lane);
    if (!fetch || underWay.has(turn._id)) return;
    underWay.add(turn._id);
    next = (next + 1) % AT_ONCE;
    try {
      await inOrder(`fetch:${next}`, () => settle(deps, fetch, turn, attachmentsOf() ?? []));
    } catch (error) {
      log.warn({ lane: turn.lane, seq: turn.seq, err: error }, 'files could not be fetched, will retry');
      const fetchAt = new Date(clock.now().getTime() + STORE_AWAY_RETRY_MS);
      await turns.mark({ filter: { _id: turn._id }, update: { $set: { fetchAt } } }).catch(() => undefined);
    } finally {
      underWay.delete(turn._id);
    }
  };

  return {
    accept({ turn, content }) {
      if (turn.fetchAt) void fetchAll(turn, () => content.inbound?.attachments);
    },
    async sweep() {
      const owing = await turns.owingFiles([...fetchers.keys()], clock.now(), MAX_PER_SWEEP);
      await Promise.all(owing.map((turn) => fetchAll(turn, () => openContent(deps.keys, turn).inbound?.attachments)));
      return owing.length;
    },
  };
}

async function settle(
  deps: FetchesDeps,
  fetch: FetchAttachment,
  turn: Turn,
  attachments: readonly Attachment[],
): Promise<void> {
  const attempt = (turn.fetchAttempt ?? 0) + 1;
  const outcomes: FetchOutcome[] = [];
  for (const attachment of attachments) {
    const { platformRef } = attachment;
    if (!platformRef || (await deps.links.find(turn.lane, platformRef))) continue;
    const outcome = await fetch(turn.conversationId, attachment, attempt, deps.signal);
    outcomes.push(outcome);
    // first told, then noted: after a crash between the two it is told under the same key
    if (outcome.type === 'saved') {
      const { condition } = outcome.attachment;
      if (condition) await deps.onUnusable(turn, condition);
      await deps.links.link(turn.lane, platformRef, outcome.attachment);
    }
    if (outcome.type === 'refused') {
      await deps.onUnusable(turn, outcome.reason);
      await deps.links.refuse(turn.lane, platformRef, outcome.reason);
    }
  }
  const delays = outcomes.flatMap((outcome) => (outcome.type === 'later' ? [outcome.delayMs] : []));
  const fetchAt = new Date(deps.clock.now().getTime() + Math.min(...delays));
  await deps.turns.mark({
    filter: { _id: turn._id },
    update: delays.length > 0 ? { $set: { fetchAt, fetchAttempt: attempt } } : { $unset: { fetchAt: '' } },
  });
}
