import type { Binary } from 'mongodb';
import type { Keys } from '../core/crypto.js';
import type { Turn } from './turn.js';
import { openContent, sealContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const PAGE = 200;

/**
 * Erases what a person said in a chat, up to the turn that asks for it (UU 27/2022 on personal data, erasure on
 * request). Content is overwritten; ids, order and routing stay, so a redelivered message still finds its turn.
 * Cases that were filed stay: they are records of the office, kept and destroyed by its retention schedule.
 */
export type Erase = (asking: Turn) => Promise<void>;

export function createErase(deps: { turns: TurnStore; keys: Keys }): Erase {
  const { keys, turns } = deps;

  return async (asking) => {
    for (let seq = 0; ; ) {
      const page = await turns.after(asking.conversationId, seq, PAGE);
      const old = page.filter((turn) => turn.seq < asking.seq);
      await Promise.all(
        old.map((turn) =>
          turns.mark({
            filter: { _id: turn._id },
            update: { $set: { content: eraseContent(keys, turn, { keepAddress: true }) } },
          }),
        ),
      );
      const last = old.at(-1);
      if (!last || page.length < PAGE) return;
      seq = last.seq;
    }
  };
}

/**
 * A turn's content with nothing said in it.
 *
 * @param keepAddress where it is what answers are sent to: without it nothing could be answered
 */
export function eraseContent(keys: Keys, turn: Turn, { keepAddress }: { readonly keepAddress: boolean }): Binary {
  const { address, inbound, answers, out, effects } = openContent(keys, turn);
  return sealContent(keys, turn._id, {
    address: keepAddress ? address : { ...address, chatId: '' },
    ...(inbound ? { inbound: { text: '', attachments: [] } } : {}),
    answers: answers.map(() => ({})),
    // a bubble may repeat what was reported
    out: out.map((bubble) => ({ text: '', ...(bubble.step ? { step: bubble.step } : {}) })),
    // a case still to be filed was confirmed before the erasure was asked for
    effects: turn.applyAt ? effects : [],
  });
}
