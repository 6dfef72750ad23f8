import { absorbText } from './absorb.js';
import { contextOf, flowNamed, push, type RunningTurn, replaceTop, stepKey, stepOf, topRun } from './running-turn.js';
import { type Answers, DRAFT_STEP } from './state.js';
import type { Outcome } from './step.js';
import { kindOf } from './step-kinds.js';

/** What to do next; undefined when the turn rests. */
export type Next = Outcome | undefined;

/** Enters a step of the top run; `asked` puts its question even if the answer is known. */
export function move(turn: RunningTurn, step: string, asked: boolean): Next {
  const run = topRun(turn);
  if (!run) return undefined;
  const moved = { ...run, step };
  replaceTop(turn, moved);
  turn.path.push(stepKey(moved));
  const next = stepOf(turn, moved);
  return kindOf(next).enter(next, contextOf(turn, moved, asked));
}

/** Puts the open question again. */
export function reask(turn: RunningTurn): Next {
  const run = topRun(turn);
  return run && move(turn, run.step, true);
}

/** Starts a flow; one that is under way is gone back to, or gone through anew if there are answers to begin with. */
export function startFlow(turn: RunningTurn, id: string, answers: Answers): Next {
  const flow = flowNamed(turn, id);
  const at = turn.runs.findIndex((run) => run.flow === id && run.step !== DRAFT_STEP);
  const open = turn.runs[at];
  if (!open) {
    push(turn, flow, answers);
    return move(turn, flow.start, false);
  }
  turn.runs.length = at + 1;
  if (Object.keys(answers).length === 0) return reask(turn);
  replaceTop(turn, { ...open, answers });
  return move(turn, flow.start, false);
}

/** Takes in what the open question didn't ask for, then goes on from where the flow says. */
export function absorb(turn: RunningTurn): { readonly next: Next } | undefined {
  const run = topRun(turn);
  if (!run || !absorbText(turn)) return undefined;
  const next = flowNamed(turn, run.flow).absorb?.next;
  return { next: next === undefined ? reask(turn) : move(turn, next, false) };
}
