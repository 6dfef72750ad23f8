import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import { pause } from '../../core/pause.js';
import type { Address, OutboundMessage } from '../../messages/message.js';
import type { OwnMessage } from './parse.js';
import { renderMessage } from './render.js';

const LOOK_AGAIN_MS = 5000;
/** A process that has just begun takes up what is owed within seconds; until then it knows of no doubt. */
const LOAD_WAIT_MS = 300;
const MAX_LOAD_WAITS = 20;
/** A send in doubt is settled by then: 35 s for it, as much for its repetition, and what waits between. */
const MAX_LOOKS = 36;

/** What the conversation side knows of messages that left our number, and wants to be told of them. */
export interface OwnMessageDeps {
  /**
   * True when a message of ours to this chat was sent under this platform id, or when these are the words of one that may
   * have left under an id that we never learned.
   */
  readonly isOurs: (address: Address, platformId: string, text: string) => Promise<boolean>;
  /** Messages to this chat of which nobody knows whether they arrived: `sending`, or `due` again after a doubt. */
  readonly inDoubt: (address: Address) => Promise<readonly OutboundMessage[]>;
  /** True while the store holds a message to this chat whose send is not settled, taken up by this process or not yet. */
  readonly isSending?: (address: Address) => Promise<boolean>;
  /** That message did arrive, as `platformId`: it must not be sent again. */
  readonly settle: (message: OutboundMessage, platformId: string) => Promise<void>;
  /** Somebody who holds the phone wrote: the conversation is theirs. The same `externalId` may come again. */
  readonly takeover: (own: OwnMessage) => Promise<void>;
}

export interface OwnMessageJudge {
  /** Resolves once it is clear whose message it is and that is durable, or once it was put off until it becomes clear. */
  judge(own: OwnMessage): Promise<void>;
}

/**
 * Tells our own messages from those that somebody typed on the phone. Nothing is judged while we send to that chat: the
 * message may be the very one whose answer hasn't come yet.
 */
export function createOwnMessageJudge(
  deps: OwnMessageDeps & {
    readonly clock: Clock;
    readonly log: Logger;
    readonly lane: string;
    /** Resolves when no send of this channel to that chat is under way. */
    readonly whenIdle: (chatId: string) => Promise<void>;
    /** What this process sent lately, by platform id. */
    readonly wasSentHere: (platformId: string) => boolean;
    readonly stopped: AbortSignal;
  },
): OwnMessageJudge {
  const { log, lane, clock, stopped } = deps;

  const isSending = async (address: Address) => (await deps.isSending?.(address)) ?? false;

  /** Waits for what another process had in its hands to be taken up by this one. */
  const doubtsOf = async (address: Address): Promise<readonly OutboundMessage[]> => {
    for (let waits = 0; ; waits++) {
      const open = await deps.inDoubt(address);
      const isLoaded = open.length > 0 || !(await isSending(address));
      if (isLoaded || waits >= MAX_LOAD_WAITS || stopped.aborted) return open;
      await pause(clock, LOAD_WAIT_MS, stopped);
    }
  };

  const look = async (own: OwnMessage): Promise<'clear' | 'in_doubt'> => {
    const { address, externalId } = own;
    await deps.whenIdle(address.chatId);
    if (deps.wasSentHere(externalId) || (await deps.isOurs(address, externalId, own.text))) return 'clear';
    const open = await doubtsOf(address);
    const same = open.find((message) => renderMessage(message).some(({ text }) => text === own.text));
    if (same) {
      log.info({ lane, outId: same.id }, 'message in doubt had arrived');
      await deps.settle(same, externalId);
      return 'clear';
    }
    if (open.length > 0 || (await isSending(address))) return 'in_doubt';
    // settled while we looked
    if (await deps.isOurs(address, externalId, own.text)) return 'clear';
    await deps.takeover(own);
    return 'clear';
  };

  const lookAgain = async (own: OwnMessage): Promise<void> => {
    for (let looks = 1; looks <= MAX_LOOKS; looks++) {
      await pause(clock, LOOK_AGAIN_MS, stopped);
      // it still stands in the chat's history when we are back
      if (stopped.aborted || (await look(own)) === 'clear') return;
    }
    // a send that stays in doubt for longer isn't this one
    await deps.takeover(own);
  };

  return {
    async judge(own) {
      if ((await look(own)) === 'clear') return;
      void lookAgain(own).catch((error: unknown) => log.error({ lane, err: error }, 'own message was not judged'));
    },
  };
}
