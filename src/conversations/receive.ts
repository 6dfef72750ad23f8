import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { conversationIdOf, turnIdOf } from '../core/ids.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Logger } from '../core/log.js';
import { cleanText, keepText } from '../core/text.js';
import type { Received } from '../messages/chat-entry.js';
import type { InboundMessage } from '../messages/message.js';
import { asUnavailable } from '../store/connect.js';
import { AlreadyCommitted } from './already-committed.js';
import type { TurnDraft } from './build-turn.js';
import type { Commit, Committed } from './commit.js';
import type { Points } from './points.js';
import type { Tip, Tips } from './tips.js';
import { entriesOf } from './transcript.js';
import type { Turn } from './turn.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const MAX_TRIES = 10;

/** Decides what one message comes to, on top of where the conversation stands. Writes nothing. */
export type Reply = (
  conversationId: string,
  tip: Tip | undefined,
  message: InboundMessage,
  now: Date,
) => Promise<TurnDraft>;

export interface ReceiveDeps {
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly inOrder: InOrder;
  readonly turns: TurnStore;
  readonly tips: Tips;
  readonly reply: Reply;
  readonly commit: Commit;
  /** Applies the turn's effects; resolves to the turn as it is then, whether or not all could be applied. */
  readonly apply: (committed: Committed) => Promise<Turn>;
  /** Told of a turn that was stored before: those who follow may not know of it. Must not throw. */
  readonly onRepeated: (turn: Turn) => void;
  /** True for channels whose answers are returned here: they wait for the effects, the others don't. */
  readonly isPulled: (message: InboundMessage) => boolean;
  readonly points: Points;
}

/**
 * The inbound path, whole: every message from every channel passes here and nowhere else.
 *
 * Deciding writes nothing; `commit` writes everything in one insert, which collides for a message that came before.
 * So a crash anywhere before it leaves no trace, and the platform's redelivery simply runs the turn again.
 *
 * @returns resolves once the turn is durable; for pull channels, once its effects are applied too
 * @throws {AppError} `store.unavailable` or `conversation.busy`: not stored as far as is known, deliver it again
 */
export function createReceive(deps: ReceiveDeps): (message: InboundMessage) => Promise<Received> {
  const { keys, inOrder, points } = deps;

  return (given) => {
    const message = { ...given, text: keepText(cleanText(given.text)) };
    const { channel, account, chatId } = message.address;
    const conversationId = conversationIdOf(keys.addressKey, channel, account, chatId);
    return new Promise<Received>((acknowledge, refuse) => {
      // the next message of this chat waits for the effects of this one; its sender doesn't
      inOrder(conversationId, async () => {
        const { committed, repeated } = await takeIn(deps, conversationId, message);
        if (!committed.turn.applyAt || !deps.isPulled(message)) {
          acknowledge(receivedOf(keys, committed, repeated));
          await points('acknowledged', committed.turn);
        }
        if (committed.turn.applyAt) {
          const turn = await deps.apply(committed);
          // the turn is kept, but its answer can't be given yet: the same message again gets it
          if (turn.applyAt && deps.isPulled(message))
            throw new AppError('store.unavailable', 'Not all of it could be done yet');
          acknowledge(receivedOf(keys, { ...committed, turn }, repeated));
        }
      }).catch((error: unknown) => refuse(asUnavailable(error)));
    });
  };
}

async function takeIn(
  deps: ReceiveDeps,
  conversationId: string,
  message: InboundMessage,
): Promise<{ committed: Committed; repeated: boolean }> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const tip = await deps.tips.get(conversationId);
    try {
      const draft = await deps.reply(conversationId, tip, message, deps.clock.now());
      const committed = await deps.commit(draft);
      if (committed) return { committed, repeated: false };
    } catch (error) {
      if (!(error instanceof AlreadyCommitted)) throw error;
    }
    const before = await deps.turns.find(turnIdOf(conversationId, message.externalId));
    if (before) {
      // the answer to its insert may have been lost, and with it what follows here
      deps.onRepeated(before);
      return { committed: { turn: before, content: openContent(deps.keys, before) }, repeated: true };
    }
    // another process answered this chat meanwhile: decide again on what is there now
  }
  throw new AppError('conversation.busy', 'Too many turns at once in this conversation; send it again', {
    tries: MAX_TRIES,
  });
}

function receivedOf(keys: Keys, { turn, content }: Committed, repeated: boolean): Received {
  return { conversationId: turn.conversationId, seq: turn.seq, repeated, entries: entriesOf(keys, turn, content) };
}
