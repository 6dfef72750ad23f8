import { move, type Next, reask, startFlow } from './moves.js';
import { flowNamed, type RunningTurn, replaceTop, topRun } from './running-turn.js';
import type { FlowRun, Input } from './state.js';
import { DRAFT_STEP } from './state.js';
import { type SwapContext, swapWords } from './swap-words.js';
import { warn } from './warn.js';

/** Both forms are kept until they are answered for, beside a story that may be as long as a state allows. */
const MAX_FORM_BYTES = 2500;

/** Offers a changed message as a change of what its first form answered; says nothing where that no longer counts. */
export function offerEdit(turn: RunningTurn, { flow, before, text }: Extract<Input, { type: 'edit' }>): Next {
  const run = turn.runs.findLast((each) => each.flow !== flow);
  if (!run || run.step === DRAFT_STEP || Buffer.byteLength(text) > MAX_FORM_BYTES) return undefined;
  const ctx = contextOf(turn, run);
  const was = before.find((form) => Buffer.byteLength(form) <= MAX_FORM_BYTES && swapWords(ctx, form, text));
  if (was === undefined) return undefined;
  warn(turn, text);
  return startFlow(turn, flow, { was, now: text });
}

/** Makes the change in the run beneath, which goes on from there: what the new words left open is asked. */
export function takeEdit(turn: RunningTurn, was: string, now: string): Next {
  const run = topRun(turn);
  const swapped = run && swapWords(contextOf(turn, run), was, now);
  if (!run || !swapped) return reask(turn);
  const kept = Object.entries(run.answers).filter(([name]) => !swapped.forget.includes(name));
  replaceTop(turn, { ...run, answers: { ...Object.fromEntries(kept), ...swapped.set } });
  const next = flowNamed(turn, run.flow).absorb?.next;
  return next === undefined ? reask(turn) : move(turn, next, false);
}

function contextOf(turn: RunningTurn, run: FlowRun): SwapContext {
  return { answers: run.answers, absorb: flowNamed(turn, run.flow).absorb, extract: turn.extract };
}
