import { AppError } from '../core/errors.js';
import { type RunningTurn, topRun } from './running-turn.js';
import { DRAFT_STEP } from './state.js';

/**
 * Fits stored runs to the flows of today, by step id: a run of an older flow stands where it stood if that step still
 * is, else at the start with its answers; a run of a flow that is gone is dropped.
 *
 * @returns true when the open question is no longer there and the flow must be gone through again
 * @throws {AppError} `flow.newer_version` for a run that a newer process wrote
 */
export function restore(turn: RunningTurn): boolean {
  const { all } = turn.deps.flows;
  let isMoved = false;
  const runs = turn.runs.flatMap((run) => {
    const flow = all.get(run.flow);
    if (!flow) return [];
    if (run.version > flow.version) {
      throw new AppError(
        'flow.newer_version',
        `Run of flow ${flow.id} is of version ${run.version}, known is ${flow.version}`,
        {
          flow: flow.id,
          known: flow.version,
          met: run.version,
        },
      );
    }
    if (run.step === DRAFT_STEP || Object.hasOwn(flow.steps, run.step)) {
      return [run.version === flow.version ? run : { ...run, version: flow.version }];
    }
    isMoved = run === topRun(turn);
    return [{ ...run, version: flow.version, step: flow.start }];
  });
  turn.runs = runs;
  return isMoved;
}
