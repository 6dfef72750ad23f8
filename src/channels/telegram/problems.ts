import type { Logger } from '../../core/log.js';

/**
 * What a person must know of this channel:
 * - `unreachable`: the Bot API doesn't answer
 * - `conflict`: somebody else polls with this token, or has set a webhook
 * - `unauthorized`: the token was revoked or is none
 * - `halted`: nothing can be sent, as the token is refused; tried again each minute
 * - `throttled`: Telegram wants silence for longer than ten minutes
 * - `webhook_taken`: the webhook points elsewhere
 * - `webhook_failing`: Telegram can't deliver to our webhook
 * - `backlog`: updates wait at Telegram in great number
 */
export type TelegramProblem =
  | 'unreachable'
  | 'conflict'
  | 'unauthorized'
  | 'halted'
  | 'throttled'
  | 'webhook_taken'
  | 'webhook_failing'
  | 'backlog';

/** Told once when a problem begins and once when it ends. */
export type OnProblem = (problem: TelegramProblem, state: 'raised' | 'cleared') => void;

export interface Problems {
  /** @param detail what the platform said, free of tokens */
  raise(problem: TelegramProblem, detail: string): void;
  clear(...problems: readonly TelegramProblem[]): void;
  current(): readonly TelegramProblem[];
}

export function createProblems(log: Logger, onProblem: OnProblem): Problems {
  const raised = new Set<TelegramProblem>();
  return {
    raise(problem, detail) {
      if (raised.has(problem)) return;
      raised.add(problem);
      log.error({ channel: 'telegram', problem, detail }, 'channel problem raised');
      onProblem(problem, 'raised');
    },
    clear(...problems) {
      for (const problem of problems) {
        if (!raised.delete(problem)) continue;
        log.info({ channel: 'telegram', problem }, 'channel problem cleared');
        onProblem(problem, 'cleared');
      }
    },
    current: () => [...raised],
  };
}
