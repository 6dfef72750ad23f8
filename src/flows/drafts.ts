import { move, type Next, reask } from './moves.js';
import { flowNamed, note, type RunningTurn, topRun } from './running-turn.js';
import { DRAFT_STEP, type FlowRun } from './state.js';

/** Stops what is under way. A report that was begun stays as a draft, so that a slip costs nothing. */
export function cancel(turn: RunningTurn): Next {
  const run = topRun(turn);
  if (!run) {
    note(turn, 'engine.nothing_to_cancel');
    return undefined;
  }
  turn.runs.pop();
  const isKept = isWorthKeeping(turn, run);
  if (isKept) keep(turn, run);
  note(turn, isKept ? 'engine.cancelled_draft' : 'engine.cancelled');
  return reask(turn);
}

/** Takes up the draft; what is known already isn't asked again. */
export function resumeDraft(turn: RunningTurn): Next {
  const draft = turn.runs.find((run) => run.step === DRAFT_STEP);
  if (!draft || turn.runs.some((run) => run.flow === draft.flow && run !== draft)) {
    if (!topRun(turn)) note(turn, 'engine.nothing_to_resume');
    return reask(turn);
  }
  const { start } = flowNamed(turn, draft.flow);
  turn.runs = [...turn.runs.filter((run) => run !== draft), { ...draft, step: start, turns: 0 }];
  note(turn, 'engine.resumed');
  return move(turn, start, false);
}

/** Puts the open question again, once, when its citizen has fallen silent. */
export function remind(turn: RunningTurn): Next {
  const run = topRun(turn);
  const text = run && flowNamed(turn, run.flow).idle?.remind;
  if (!text) return undefined;
  note(turn, text);
  return reask(turn);
}

/**
 * After long silence: a report that was begun becomes a draft, a side question is dropped and what waits beneath it is
 * asked again, a draft that nobody took up for a month is forgotten.
 */
export function expire(turn: RunningTurn): Next {
  const run = topRun(turn);
  turn.runs.pop();
  if (!run) return undefined;
  if (topRun(turn)) return remind(turn);
  if (!isWorthKeeping(turn, run)) return undefined;
  keep(turn, run);
  const expired = flowNamed(turn, run.flow).idle?.expired;
  if (expired) note(turn, expired);
  return undefined;
}

function isWorthKeeping(turn: RunningTurn, run: FlowRun): boolean {
  return flowNamed(turn, run.flow).draft?.some((answer) => run.answers[answer] !== undefined) ?? false;
}

/** There is one draft at most; a newer one takes its place. */
function keep(turn: RunningTurn, run: FlowRun): void {
  const others = turn.runs.filter((each) => each.step !== DRAFT_STEP);
  turn.runs = [{ ...run, step: DRAFT_STEP, turns: 0 }, ...others];
}
