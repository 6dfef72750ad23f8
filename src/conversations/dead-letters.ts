import type { Calendar } from '../cases/calendar.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Said } from './build-turn.js';
import type { Commit, Committed } from './commit.js';
import { sayAside } from './system-turn.js';
import type { Tips } from './tips.js';
import { openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

/** A message that will not arrive unless somebody acts. */
export interface DeadLetter {
  /** `<turnId>/<index>` */
  readonly id: string;
  readonly conversationId: string;
  readonly lane: string;
  readonly kind: string;
  readonly at: Date;
  readonly reason: string;
}

export interface DeadLetters {
  /** Newest first. */
  list(since: Date, limit: number): Promise<DeadLetter[]>;
  /**
   * Owes the message again, as a new turn at the end of its conversation: asking twice makes one.
   * @throws {AppError} `request.not_found` when there is no such dead message
   */
  resend(id: string): Promise<Committed | undefined>;
}

export function createDeadLetters(deps: {
  turns: TurnStore;
  tips: Tips;
  keys: Keys;
  clock: Clock;
  hours: Calendar;
  inOrder: InOrder;
  commit: Commit;
}): DeadLetters {
  const { turns, keys, inOrder } = deps;

  const find = async (id: string): Promise<{ conversationId: string; said: Said }> => {
    const cut = id.lastIndexOf('/');
    const turn = await turns.find(id.slice(0, cut));
    const index = Number(id.slice(cut + 1));
    const bubble = turn && openContent(keys, turn).out[index];
    const out = turn?.out[index];
    if (!turn || !bubble || out?.state !== 'dead')
      throw new AppError('request.not_found', `No dead message is called ${id}`);
    // an old question would be mistaken for the open one: it goes out as words only
    const { options: _options, step: _step, expect: _expect, ...words } = bubble;
    return {
      conversationId: turn.conversationId,
      said: { bubble: words, kind: out.kind === 'prompt' ? 'reply' : out.kind },
    };
  };

  return {
    async list(since, limit) {
      const found = await turns.dead(since, limit);
      return found.flatMap((turn) =>
        turn.out.flatMap((out, index) =>
          out.state === 'dead'
            ? [
                {
                  id: `${turn._id}/${index}`,
                  conversationId: turn.conversationId,
                  lane: turn.lane,
                  kind: out.kind,
                  at: out.at,
                  reason: out.reason,
                },
              ]
            : [],
        ),
      );
    },
    async resend(id) {
      const { conversationId, said } = await find(id);
      const key = `resend:${id.split('#').at(-1)}`.slice(0, 128);
      return inOrder(conversationId, () => sayAside(deps, conversationId, () => ({ key, say: [said] })));
    },
  };
}
