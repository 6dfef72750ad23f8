import type { Locale } from '../flows/state.js';
import type { ChannelType } from '../messages/message.js';
import type { RecentTurn, TurnStore } from './turn-store.js';

/** A send that was refused for good is followed by no other, so it is among the newest turns. */
const LOOKBACK_TURNS = 12;

/** How somebody can be reached now. */
export interface Reach {
  readonly channel: ChannelType;
  readonly locale: Locale;
  /** When they last wrote. */
  readonly lastInboundAt: Date;
  /** The platform said that nothing reaches them, and they have not written since. */
  readonly blocked: boolean;
}

/** Undefined for a conversation that has no turn. */
export type FindReach = (conversationId: string) => Promise<Reach | undefined>;

export function createFindReach(turns: Pick<TurnStore, 'recent'>): FindReach {
  return async (conversationId) => {
    const recent = await turns.recent(conversationId, LOOKBACK_TURNS);
    const [tip] = recent;
    if (!tip) return undefined;
    const last = recent.findIndex(({ source }) => source.kind === 'citizen');
    const unheard = last < 0 ? recent : recent.slice(0, last);
    return {
      channel: tip.lane.slice(0, tip.lane.indexOf(':')) as ChannelType,
      locale: tip.after.locale,
      lastInboundAt: tip.after.lastInboundAt ?? new Date(0),
      blocked: unheard.some(isBlocked),
    };
  };
}

function isBlocked({ out }: RecentTurn): boolean {
  return out.some((each) => each.state === 'dead' && each.reason === 'blocked');
}
