import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import type { ReceiveMessage } from '../channel.js';
import { createTakeOrGiveUp } from '../take-or-give-up.js';
import { type Control, type ParseContext, parseUpdate } from './parse.js';

export interface IntakeDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly lane: string;
  readonly context: () => Omit<ParseContext, 'receivedAt'>;
  readonly receive: ReceiveMessage;
  /** Keeps what can't be taken in, sealed, for a person to look at; resolves once that is durable. */
  readonly quarantine: (raw: string, reason: string) => Promise<void>;
  readonly obey: (control: Control) => Promise<void>;
  readonly answerTap: (tapId: string) => void;
}

/**
 * Takes one update in. Resolves once it may be confirmed: its turn is durable, or it is in quarantine, or nothing in it
 * concerns us.
 *
 * @param raw the update as text, for quarantine
 * @throws {AppError} when it must come again later, see `isForLater`; any other error means that not even
 *   quarantine took it
 */
export type TakeUpdate = (update: unknown, raw: () => string, signal: AbortSignal) => Promise<void>;

export function createIntake(deps: IntakeDeps): TakeUpdate {
  const { clock, log } = deps;
  const takeOrGiveUp = createTakeOrGiveUp({ ...deps, onHang: 'try_on' });

  return async (update, raw, signal) => {
    const parsed = parseUpdate(update, { ...deps.context(), receivedAt: clock.now() });
    switch (parsed.type) {
      case 'ignore':
        log.debug({ channel: 'telegram', reason: parsed.reason }, 'update ignored');
        return;
      case 'unreadable':
        log.error({ channel: 'telegram', reason: parsed.reason }, 'update could not be read');
        return deps.quarantine(raw(), parsed.reason);
      case 'control':
        return deps.obey(parsed.control);
      case 'inbound': {
        if (parsed.tapId !== undefined) deps.answerTap(parsed.tapId);
        const reason = await takeOrGiveUp(parsed.message, signal);
        if (reason === undefined) return;
        log.error({ channel: 'telegram', reason }, 'update given up');
        return deps.quarantine(raw(), reason);
      }
    }
  };
}
