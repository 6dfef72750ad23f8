import { isFreeText } from './answers/free-text.js';
import { takeEdit } from './edit.js';
import { absorb, move, type Next, reask, startFlow } from './moves.js';
import { messageOf, note, type RunningTurn, replaceTop, topRun } from './running-turn.js';
import type { Answers } from './state.js';
import type { Outcome } from './step.js';
import { pass } from './tell.js';

const MISSES_BEFORE_OFFER = 2;
/** So like a stored question, a text is one. */
export const SURE_OF_QUESTION = 0.8;

/** Applies what a step decided and says what comes next. */
export function follow(turn: RunningTurn, outcome: Outcome): Next {
  if (!(outcome.type === 'end' && outcome.missed && isOfferDue(turn))) turn.effects.push(...(outcome.effects ?? []));
  if (outcome.locale) {
    turn.locale = outcome.locale;
    turn.isLocaleSettled = true;
  }
  const run = topRun(turn);
  if (run && (outcome.set || outcome.forget)) replaceTop(turn, { ...run, answers: changed(run.answers, outcome) });
  switch (outcome.type) {
    case 'wait':
      return undefined;
    case 'goto':
      return move(turn, outcome.next, outcome.ask ?? false);
    case 'missed':
      return miss(turn, outcome.text);
    case 'free_text':
      return freeText(turn, outcome.text);
    case 'end':
      return finish(turn, outcome);
  }
}

/** Part of the report, or meant for what was asked before, or not understood. */
function freeText(turn: RunningTurn, otherwise: string): Next {
  if (answerAside(turn)) return reask(turn);
  const absorbed = absorb(turn);
  if (absorbed) return absorbed.next;
  const message = messageOf(turn);
  if (!message || !isFreeText(message.text, turn.deps.texts)) return miss(turn, otherwise);
  return pass(turn, message);
}

/** A question that has an answer is no part of a report: it is answered, and the open question put again. */
function answerAside(turn: RunningTurn): boolean {
  // where an earlier answer is asked about, the next question is heard for itself
  if (topRun(turn)?.flow === turn.deps.flows.globals.entry) return false;
  const found = turn.deps.findAnswer?.(messageOf(turn)?.text ?? '');
  if (!found || found.likeness < SURE_OF_QUESTION) return false;
  note(turn, 'engine.aside', { params: { faq_answer: found.answer[turn.locale] ?? found.answer.id } });
  return true;
}

function isOfferDue(turn: RunningTurn): boolean {
  return turn.misses + 1 >= MISSES_BEFORE_OFFER && topRun(turn)?.flow !== turn.deps.flows.globals.offer;
}

function miss(turn: RunningTurn, text?: string): Next {
  const isDue = isOfferDue(turn);
  // the offer of a person says that it wasn't understood; saying so twice helps nobody
  if (text !== undefined && !isDue) note(turn, text);
  turn.isMissed = true;
  turn.misses = isDue ? 0 : turn.misses + 1;
  return isDue ? startFlow(turn, turn.deps.flows.globals.offer, {}) : reask(turn);
}

function finish(turn: RunningTurn, outcome: Extract<Outcome, { type: 'end' }>): Next {
  const ended = outcome.clear ? turn.runs.splice(0).at(-1) : turn.runs.pop();
  if (outcome.missed) return miss(turn);
  if (outcome.start) return startFlow(turn, outcome.start.flow, outcome.start.answers);
  // what the entry flow asked of an earlier message has lost its point once something was done
  const isDone = turn.effects.some((effect) => effect.type === 'do');
  if (isDone && topRun(turn)?.flow === turn.deps.flows.globals.entry) turn.runs.pop();
  const isHandedOver = turn.effects.some((effect) => effect.type === 'handover');
  if (isHandedOver || !topRun(turn)) return undefined;
  if (outcome.swap) return takeEdit(turn, outcome.swap.was, outcome.swap.now);
  if (ended?.flow !== turn.deps.flows.globals.offer) note(turn, 'engine.back');
  return reask(turn);
}

function changed(answers: Answers, { set, forget }: Outcome): Answers {
  if (!forget) return { ...answers, ...set };
  const kept = Object.entries(answers).filter(([key]) => !forget.includes(key));
  return { ...Object.fromEntries(kept), ...set };
}
