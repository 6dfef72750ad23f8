import { createHash } from 'node:crypto';
import type { Calendar } from '../cases/calendar.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Bubble } from '../messages/message.js';
import type { Said } from './build-turn.js';
import type { Commit } from './commit.js';
import { sayAside } from './system-turn.js';
import type { Tips } from './tips.js';
import type { Turn } from './turn.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const KEY = 'again:';

/** A message that its platform took, and could not deliver after all. */
export interface FailedLater {
  /** Ours: `<turnId>/<index>`. */
  readonly messageId: string;
  /** Theirs. */
  readonly platformId: string;
  /** Their code for why. */
  readonly code: string;
  /**
   * What may help: `template`, as only approved texts pass now; `words`, as the platform had trouble of its own;
   * `nothing`, as this person or this message will never be served.
   */
  readonly helps: 'template' | 'words' | 'nothing';
}

/**
 * - `again`: it goes out once more, as a turn of its own
 * - `dead`: given up, among the dead letters
 * - `nothing`: it isn't ours, or it was seen to before
 */
export type SeenTo = 'again' | 'dead' | 'nothing';

/**
 * Sees to a message that failed after its send was answered. The same failure may be told any number of times, by any
 * number of processes: the new turn's key, and the state it leaves, let the first one act. What goes out once more and
 * fails again is given up.
 *
 * @throws {AppError} `conversation.busy` while its send is still being noted: tell it again; `store.unavailable`
 */
export type NoteFailedLater = (failed: FailedLater) => Promise<SeenTo>;

export function createNoteFailedLater(deps: {
  readonly turns: TurnStore;
  readonly tips: Tips;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly hours: Calendar;
  readonly inOrder: InOrder;
  readonly commit: Commit;
}): NoteFailedLater {
  const { turns, keys, clock, inOrder } = deps;

  const sayAgain = (turn: Turn, said: Said, key: string): Promise<SeenTo> =>
    inOrder(turn.conversationId, async () => {
      const committed = await sayAside(deps, turn.conversationId, ({ after }) =>
        // an older question would be mistaken for the open one
        said.bubble.step !== undefined && after.askedSeq !== turn.seq ? undefined : { key, say: [said] },
      );
      return committed ? 'again' : 'nothing';
    });

  const giveUp = async (turn: Turn, index: number, { code, platformId }: FailedLater): Promise<SeenTo> => {
    const kind = turn.out[index]?.kind ?? 'reply';
    const at = clock.now();
    const marked = await turns.markNow({
      filter: { _id: turn._id, [`out.${index}.state`]: 'sent', [`out.${index}.platformId`]: platformId },
      update: { $set: { [`out.${index}`]: { kind, state: 'dead', at, reason: `not_delivered:${code}` }, deadAt: at } },
    });
    return marked ? 'dead' : 'nothing';
  };

  return async (failed) => {
    const { messageId, platformId, helps } = failed;
    const cut = messageId.lastIndexOf('/');
    const index = Number(messageId.slice(cut + 1));
    const turn = await turns.find(messageId.slice(0, cut));
    const out = turn?.out[index];
    if (!turn || !out) return 'nothing';
    if (out.state === 'sending') throw new AppError('conversation.busy', 'The send is still being noted');
    if (out.state !== 'sent' || out.platformId !== platformId) return 'nothing';
    const said = sayable(openContent(keys, turn).out[index], out.kind, helps);
    const wasAgain = turn.source.key.startsWith(KEY);
    if (!said || wasAgain) return giveUp(turn, index, failed);
    return sayAgain(turn, said, keyOf(messageId));
  };
}

/** What is said the second time; undefined when saying it again can't help. */
function sayable(bubble: Bubble | undefined, kind: Said['kind'], helps: FailedLater['helps']): Said | undefined {
  if (!bubble || helps === 'nothing') return undefined;
  if (helps === 'words') return { bubble, kind };
  // a template shows on locked screens, and nobody needs an old question
  const hasTemplate = bubble.template !== undefined || kind === 'notice' || kind === 'staff';
  return hasTemplate && bubble.receiptFor === undefined ? { bubble: { ...bubble, asTemplate: true }, kind } : undefined;
}

/** A source key has 128 bytes, and a message's id may have more. */
function keyOf(messageId: string): string {
  return `${KEY}${createHash('sha256').update(messageId).digest('base64url')}`;
}
