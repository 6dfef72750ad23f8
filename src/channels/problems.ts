import type { Logger } from '../core/log.js';

/** Told once when a problem begins and once when it ends. */
export type OnProblem<P extends string> = (problem: P, state: 'raised' | 'cleared') => void;

/** What a person must know of a channel account, in a word each. */
export interface Problems<P extends string> {
  /** @param detail a constant, a code, or what the platform said; free of tokens and of anybody's words */
  raise(problem: P, detail: string): void;
  clear(...problems: readonly P[]): void;
  current(): readonly P[];
}

export function createProblems<P extends string>(lane: string, log: Logger, onProblem: OnProblem<P>): Problems<P> {
  const raised = new Set<P>();
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
