import { foldWords, phrasesIn } from './answers/holds-phrase.js';
import { isSpoken } from './answers/match-option.js';
import { withoutAnyFillers } from './answers/normalise.js';
import { SURE_OF_QUESTION } from './follow.js';
import { move, type Next, reask } from './moves.js';
import { flowNamed, note, type RunningTurn, replaceTop, topRun } from './running-turn.js';
import type { Aside } from './schema.js';
import type { Message } from './step.js';

/** With more words than these beside the phrase, a message has something else to say. */
const MAX_OTHER_WORDS = 3;
/** So sure of what they are about, those words are a report of their own. */
const TELLING = 0.4;

/** What a whole message says of the report beside the open question, such as "anonim"; undefined when it says nothing. */
export function asideIn(turn: RunningTurn, { text, choice }: Message): Aside | undefined {
  const run = topRun(turn);
  if (!run || choice || text === '') return undefined;
  const { texts } = turn.deps;
  const { asides } = flowNamed(turn, run.flow);
  return (
    asides?.find(({ words }) => isSpoken(text, words, texts)) ??
    asides?.find(({ phrases }) => phrases !== undefined && isHardlyMore(turn, text, phrases))
  );
}

/** "jangan sampai ketahuan nama saya ya": the phrase, with a few words around it that tell nothing. */
function isHardlyMore(turn: RunningTurn, text: string, list: string): boolean {
  const { texts } = turn.deps;
  const [phrase] = phrasesIn(text, texts.spoken(list));
  if (phrase === undefined) return false;
  const folded = foldWords(text);
  if (folded.split(' ').length - phrase.split(' ').length > MAX_OTHER_WORDS) return false;
  if ((turn.deps.findAnswer?.(text)?.likeness ?? 0) >= SURE_OF_QUESTION) return false;
  const said = texts.spoken('acks');
  const rest = withoutAnyFillers(folded.replace(phrase, ' '), texts.spoken('fillers'))
    .split(' ')
    .filter((word) => !said.has(word))
    .join(' ');
  return (turn.classify(rest).candidates[0]?.confidence ?? 0) < TELLING && turn.extract(rest).place === undefined;
}

/** Does what it says, and puts the open question again or goes where it says. */
export function takeAside(turn: RunningTurn, { set, forget = [], text, next }: Aside): Next {
  const run = topRun(turn);
  if (!run) return undefined;
  const kept = Object.entries(run.answers).filter(([name]) => !forget.includes(name));
  replaceTop(turn, { ...run, answers: { ...Object.fromEntries(kept), ...set } });
  if (text !== undefined) note(turn, text);
  return next === undefined ? reask(turn) : move(turn, next, false);
}
