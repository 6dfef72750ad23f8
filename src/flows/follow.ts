import { absorb, move, type Next, reask, startFlow } from './moves.js';
import { messageOf, note, type RunningTurn, replaceTop, topRun } from './running-turn.js';
import type { Answers } from './state.js';
import type { Outcome } from './step.js';
import { tell } from './tell.js';

const MISSES_BEFORE_OFFER = 2;

/** Applies what a step decided and says what comes next. */
export function follow(turn: RunningTurn, outcome: Outcome): Next {
  turn.effects.push(...(outcome.effects ?? []));
  if (outcome.locale) turn.locale = outcome.locale;
  const run = topRun(turn);
  if (run && (outcome.set || outcome.forget)) replaceTop(turn, { ...run, answers: changed(run.answers, outcome) });
  switch (outcome.type) {
    case 'wait':
      return undefined;
    case 'goto':
      return move(turn, outcome.next, outcome.ask ?? false);
    case 'missed':
      note(turn, outcome.text);
      return miss(turn);
    case 'free_text':
      return freeText(turn);
    case 'end':
      return finish(turn, outcome);
  }
}

/** Text where a choice was asked: part of the report, or meant for what was asked before, or not understood. */
function freeText(turn: RunningTurn): Next {
  const absorbed = absorb(turn);
  if (absorbed) return absorbed.next;
  const message = messageOf(turn);
  if (!message) return reask(turn);
  turn.runs.pop();
  return tell(turn, message);
}

function miss(turn: RunningTurn): Next {
  turn.isMissed = true;
  turn.misses++;
  const { offer } = turn.deps.flows.globals;
  if (turn.misses < MISSES_BEFORE_OFFER || topRun(turn)?.flow === offer) return reask(turn);
  turn.misses = 0;
  return startFlow(turn, offer, {});
}

function finish(turn: RunningTurn, outcome: Extract<Outcome, { type: 'end' }>): Next {
  if (outcome.clear) turn.runs = [];
  else turn.runs.pop();
  if (outcome.missed) return miss(turn);
  if (outcome.start) return startFlow(turn, outcome.start.flow, outcome.start.answers);
  const isHandedOver = turn.effects.some((effect) => effect.type === 'handover');
  if (isHandedOver || !topRun(turn)) return undefined;
  note(turn, 'engine.back');
  return reask(turn);
}

function changed(answers: Answers, { set, forget }: Outcome): Answers {
  if (!forget) return { ...answers, ...set };
  const kept = Object.entries(answers).filter(([key]) => !forget.includes(key));
  return { ...Object.fromEntries(kept), ...set };
}
