import type { CaseCard } from '../wire.js';

export type Stage = CaseCard['stage'];

/** How a deadline stands now: it may have passed since the service said so. */
export function stageNow(
  { stage, dueAt, isPaused }: Pick<CaseCard, 'stage' | 'dueAt' | 'isPaused'>,
  nowMs: number,
): Stage {
  return !isPaused && dueAt !== undefined && Date.parse(dueAt) <= nowMs ? 'breached' : stage;
}
