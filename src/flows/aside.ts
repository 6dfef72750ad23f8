import { isSpoken } from './answers/match-option.js';
import { type Next, reask } from './moves.js';
import { flowNamed, note, type RunningTurn, replaceTop, topRun } from './running-turn.js';
import type { Aside } from './schema.js';
import type { Message } from './step.js';

/** What a whole message says of the report beside the open question, such as "anonim"; undefined when it says nothing. */
export function asideIn(turn: RunningTurn, { text, choice }: Message): Aside | undefined {
  const run = topRun(turn);
  if (!run || choice || text === '') return undefined;
  return flowNamed(turn, run.flow).asides?.find(({ words }) => isSpoken(text, words, turn.deps.texts));
}

/** Does what it says, and puts the open question again. */
export function takeAside(turn: RunningTurn, { set, forget = [], text }: Aside): Next {
  const run = topRun(turn);
  if (!run) return undefined;
  const kept = Object.entries(run.answers).filter(([name]) => !forget.includes(name));
  replaceTop(turn, { ...run, answers: { ...Object.fromEntries(kept), ...set } });
  note(turn, text);
  return reask(turn);
}
