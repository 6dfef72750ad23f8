import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import type { Logger } from '../../core/log.js';
import type { InboundMessage } from '../../messages/message.js';
import { asUnavailable } from '../../store/connect.js';
import type { ReceiveMessage } from '../channel.js';
import { createTakeOrGiveUp, isForLater } from '../take-or-give-up.js';
import type { FileRefs } from './file-refs.js';
import { createLruSet } from './lru-set.js';
import type { OwnMessageJudge } from './own-messages.js';
import { type MessageEvent, type ParseContext, parseMessage } from './parse.js';

const MAX_REMEMBERED = 10_000;

/** A message as the child passed it on. */
export interface Arrival {
  readonly event: MessageEvent;
  readonly raw: unknown;
}

export interface TakeInDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly lane: string;
  readonly context: () => Omit<ParseContext, 'receivedAt'>;
  readonly receive: ReceiveMessage;
  /** Keeps what can't be taken in for its own fault. `reason` is a constant. */
  readonly quarantine: (raw: string, reason: string) => Promise<void>;
  readonly judge: OwnMessageJudge['judge'];
  readonly sealRef: FileRefs['seal'];
  readonly stopped: AbortSignal;
}

/**
 * Takes one message in. Resolves once its turn is durable, or it is in quarantine, or nothing in it concerns us.
 *
 * @returns true when somebody wrote to us and that is committed: the chat may be marked as seen
 * @throws {AppError} when it must be read again later
 */
export type TakeIn = (arrival: Arrival) => Promise<boolean>;

export function createTakeIn(deps: TakeInDeps): TakeIn {
  const { log, lane } = deps;
  const taken = createLruSet(MAX_REMEMBERED);
  const takeOrGiveUp = createTakeOrGiveUp({ ...deps, onHang: 'try_on' });

  return async ({ event, raw }) => {
    const parsed = parseMessage(raw, event, { ...deps.context(), receivedAt: deps.clock.now() });
    switch (parsed.type) {
      case 'ignore':
        log.debug({ lane, reason: parsed.reason }, 'message ignored');
        return false;
      case 'unreadable':
        await setAside(deps, raw, parsed.reason);
        return false;
      case 'own':
        await orLog(deps, deps.judge(parsed.own));
        return false;
      case 'inbound': {
        const key = `${parsed.message.address.chatId} ${parsed.message.externalId}`;
        // the library tells some messages several times, and each look at the history tells the latest again
        if (taken.has(key)) return true;
        const failure = await takeOrGiveUp(withSealedRefs(parsed.message, deps.sealRef), deps.stopped);
        if (failure !== undefined) await setAside(deps, raw, failure);
        taken.add(key);
        return true;
      }
    }
  };
}

function withSealedRefs(message: InboundMessage, seal: FileRefs['seal']): InboundMessage {
  const attachments = message.attachments.map(({ platformRef, ...file }) =>
    platformRef === undefined ? file : { ...file, platformRef: seal(platformRef) },
  );
  return { ...message, attachments };
}

async function setAside(deps: TakeInDeps, raw: unknown, reason: string): Promise<void> {
  deps.log.error({ lane: deps.lane, reason }, 'message given to quarantine');
  await orLog(deps, deps.quarantine(JSON.stringify(raw) ?? '', reason));
}

/** A newer version of the service has gone on with this chat, and only it may go on; the other chats are as ever. */
export function isOfNewerVersion(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'store.newer_schema' || error.code === 'flow.newer_version');
}

/** A step beside the conversation: a fault of its own must not keep everybody's messages waiting, the store's may. */
async function orLog({ log, lane }: TakeInDeps, step: Promise<void>): Promise<void> {
  try {
    await step;
  } catch (cause) {
    const error = asUnavailable(cause);
    if (isForLater(error)) throw error;
    log.error({ lane, err: error }, 'step beside the conversation failed');
  }
}
