import type { App } from '../../src/app.js';
import { buildTurn } from '../../src/conversations/build-turn.js';
import type { Turn } from '../../src/conversations/turn.js';
import { openContent } from '../../src/conversations/turn-content.js';

const BATCH = 2000;

/** Writes on in a chat, straight into the store, until it is so many turns long: `pesan <seq>` each, of the citizen. */
export async function lengthenChat(
  { keys, connection, conversations }: Pick<App, 'keys' | 'connection' | 'conversations'>,
  conversationId: string,
  upTo: number,
): Promise<void> {
  const tip = await conversations.turns.tip(conversationId);
  if (!tip) throw new Error('no turn');
  const { address, answers } = openContent(keys, tip);
  const turns = Array.from({ length: upTo - tip.seq }, (_, index): Turn => {
    const seq = tip.seq + 1 + index;
    const key = `m${seq}`;
    const draft = {
      ...{ conversationId, seq, at: tip.at, source: { kind: 'citizen' as const, key }, address, answers },
      inbound: { externalId: key, address, sentAt: tip.at, text: `pesan ${seq}`, attachments: [] },
      ...{ after: { ...tip.after, saidSeq: seq }, say: [], effects: [] },
    };
    return buildTurn(keys, draft, { type: 'pull' }).turn;
  });
  const stored = connection.getClient().db(connection.name).collection<Turn>('turns');
  for (let from = 0; from < turns.length; from += BATCH) await stored.insertMany(turns.slice(from, from + BATCH));
}
