import type { Db, Filter } from 'mongodb';
import type { ConversationRow } from '../conversations/rows.js';
import type { Turn } from '../conversations/turn.js';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { Delivery } from './api/conversation.js';
import type { LiveEvent } from './api/live.js';
import type { Feed } from './feed.js';
import type { FindReceipts } from './message-receipts.js';
import { deliveryOf } from './staff-entries.js';
import type { Viewers } from './viewers.js';

const LOOK_EVERY_MS = 1000;
/** A page tells of itself every 15 seconds. */
const OPEN_FOR_MS = 40_000;
const MAX_OPEN = 200;
/** Nobody waits for ticks of what lies further back. */
const LOOK_BACK_TURNS = 6;
const FIELDS = { conversationId: 1, seq: 1, source: 1, lane: 1, out: 1 } as const;

type SentTurn = Pick<Turn, 'conversationId' | 'seq' | 'source' | 'lane' | 'out'>;
type Told = Extract<LiveEvent, { type: 'deliveries' }>['deliveries'];

interface OpenChat {
  readonly lastSeq: number;
  readonly turns: readonly SentTurn[];
  /** By seq and part: what was told last. */
  readonly told: Map<string, string>;
}

export interface DeliveryTailDeps {
  readonly db: Db;
  readonly feed: Pick<Feed, 'size' | 'delivered'>;
  readonly viewers: Pick<Viewers, 'changedSince'>;
  readonly findReceipts: FindReceipts;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Tells how the newest messages of chats that are open on a screen get on: sent by whichever process holds the lane,
 * delivered and read by the platform's word. Turns are read only while something of them is still under way with us.
 *
 * @returns stops it
 */
export function tailDeliveries({ db, feed, viewers, findReceipts, clock, log }: DeliveryTailDeps): () => void {
  const rows = db.collection<ConversationRow>('conversations');
  const turns = db.collection<Turn>('turns');
  let known = new Map<string, OpenChat>();
  let stopped = false;
  let cancel: () => void = () => undefined;

  /** By index (conversationId, seq). */
  const readTurns = async (chats: readonly Pick<ConversationRow, '_id' | 'lastSeq'>[]): Promise<SentTurn[]> => {
    const wanted = chats.flatMap(({ _id: conversationId, lastSeq }) =>
      Array.from({ length: Math.min(LOOK_BACK_TURNS, lastSeq) }, (_, back) => ({
        conversationId,
        seq: lastSeq - back,
      })),
    );
    if (wanted.length === 0) return [];
    return turns.find({ $or: wanted } as Filter<Turn>, { projection: FIELDS }).toArray();
  };

  const look = async () => {
    const open =
      feed.size() > 0 ? await viewers.changedSince(new Date(clock.now().getTime() - OPEN_FOR_MS), MAX_OPEN) : [];
    if (open.length === 0) return known.clear();
    const chats = await rows.find({ _id: { $in: open } }, { projection: { lastSeq: 1 } }).toArray();
    const read = await readTurns(chats.filter((row) => isBehind(known.get(row._id), row)));
    known = new Map(
      chats.map(({ _id, lastSeq }) => {
        const before = known.get(_id);
        const anew = read.filter(({ conversationId }) => conversationId === _id);
        const turnsNow = anew.length > 0 ? anew : (before?.turns ?? []);
        return [_id, { lastSeq, turns: turnsNow, told: before?.told ?? new Map() }];
      }),
    );
    const receiptOf = await findReceipts([...known.values()].flatMap((chat) => chat.turns));
    for (const [conversationId, { turns: sent, told }] of known) {
      const deliveries = newsOf(sent, told, receiptOf);
      if (deliveries.length > 0) feed.delivered(conversationId, deliveries);
    }
  };

  const loop = () => {
    void look()
      .catch((error: unknown) => log.warn({ err: error }, 'deliveries could not be read'))
      .finally(() => {
        if (!stopped) cancel = clock.after(LOOK_EVERY_MS, loop);
      });
  };
  loop();
  return () => {
    stopped = true;
    cancel();
  };
}

function isBehind(chat: OpenChat | undefined, { lastSeq }: Pick<ConversationRow, 'lastSeq'>): boolean {
  return !chat || chat.lastSeq !== lastSeq || chat.turns.some(isUnderWay);
}

/** Its turn will say how it went on; news of the web chat says so once it is fetched. */
function isUnderWay({ source, out }: SentTurn): boolean {
  return out.some(
    (each) =>
      each.state === 'due' ||
      each.state === 'sending' ||
      (each.state === 'sent' && each.platformId === '' && source.kind === 'notice'),
  );
}

/** What hasn't been told of yet; notes it as told. */
function newsOf(
  turns: readonly SentTurn[],
  told: Map<string, string>,
  receiptOf: Awaited<ReturnType<FindReceipts>>,
): Told {
  const news: Told = [];
  for (const { seq, out } of turns) {
    for (const [index, each] of out.entries()) {
      const delivery: Delivery = deliveryOf(each, { receiptOf });
      const [part, text] = [index + 1, JSON.stringify(delivery)];
      if (told.get(`${seq}/${part}`) === text) continue;
      told.set(`${seq}/${part}`, text);
      news.push({ seq, part, delivery });
    }
  }
  return news;
}
