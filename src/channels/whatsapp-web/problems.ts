import type { Logger } from '../../core/log.js';

/**
 * What a person must know of this channel:
 * - `needs_qr`: somebody must scan the QR code with the phone
 * - `needs_person`: the session failed again and again; it is now tried once each half hour
 * - `memory`: the browser grew over its limit and was started anew
 * - `history_cut`: more came while we were away than is fetched; the oldest of it must be read on the phone
 * - `behind`: messages wait in WhatsApp because they can't be taken in
 */
export type WhatsappWebProblem = 'needs_qr' | 'needs_person' | 'memory' | 'history_cut' | 'behind';

/** Told once when a problem begins and once when it ends. */
export type OnProblem = (problem: WhatsappWebProblem, state: 'raised' | 'cleared') => void;

export interface Problems {
  /** @param detail a constant or a code, never anybody's words */
  raise(problem: WhatsappWebProblem, detail: string): void;
  clear(...problems: readonly WhatsappWebProblem[]): void;
  current(): readonly WhatsappWebProblem[];
}

export function createProblems(lane: string, log: Logger, onProblem: OnProblem): Problems {
  const raised = new Set<WhatsappWebProblem>();
  return {
    raise(problem, detail) {
      if (raised.has(problem)) return;
      raised.add(problem);
      log.error({ lane, problem, detail }, 'channel problem raised');
      onProblem(problem, 'raised');
    },
    clear(...problems) {
      for (const problem of problems) {
        if (!raised.delete(problem)) continue;
        log.info({ lane, problem }, 'channel problem cleared');
        onProblem(problem, 'cleared');
      }
    },
    current: () => [...raised],
  };
}
