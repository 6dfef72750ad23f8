import { appendText, MAX_DESCRIPTION_BYTES } from './answers/bound-text.js';
import { isFreeText } from './answers/free-text.js';
import { minedPlace, minedTime, sharedPlace } from './answers/mine.js';
import { normalise } from './answers/normalise.js';
import { addFiles, filesAnswer, MAX_FILES, textAnswer } from './answers/typed-answers.js';
import { contextOf, flowNamed, messageOf, note, type RunningTurn, replaceTop, topRun } from './running-turn.js';
import type { Answers, FlowRun } from './state.js';
import type { Message, StepKind } from './step.js';

/** What a message brought that the waiting question didn't ask for. */
export type TakenIn = 'files' | 'files_full' | 'place' | undefined;

/** Keeps photos and a shared place that come at a question about something else. */
export function takeIn(turn: RunningTurn, message: Message, takes: StepKind<never>['takes']): TakenIn {
  const run = topRun(turn);
  const absorb = run && flowNamed(turn, run.flow).absorb;
  if (!run || !absorb) return undefined;
  if (message.attachments.length > 0 && absorb.files) {
    if (takes === 'files') {
      // the step keeps the files; what was written under them belongs to the report
      if (absorb.text && isFreeText(message.text, turn.deps.texts)) {
        save(turn, run, { [absorb.text]: described(run, absorb.text, message.text) });
      }
      return undefined;
    }
    const before = filesAnswer(run.answers[absorb.files]);
    save(turn, run, { [absorb.files]: addFiles(before, message.attachments) });
    return before.length + message.attachments.length > MAX_FILES ? 'files_full' : 'files';
  }
  if (message.location && absorb.place && takes !== 'location') {
    const otherwise = turn.deps.texts.format(turn.locale, 'engine.shared_location');
    // text that came with it is judged by itself
    save(turn, run, { [absorb.place]: sharedPlace(message.location, '', otherwise) });
    return 'place';
  }
  return undefined;
}

/**
 * Takes a text that answers no question into the report, with the place and time in it.
 *
 * @returns false when this flow keeps no such texts, or the text holds nothing worth keeping
 */
export function absorbText(turn: RunningTurn): boolean {
  const run = topRun(turn);
  const text = messageOf(turn)?.text ?? '';
  const absorb = run && flowNamed(turn, run.flow).absorb;
  if (!run || !absorb?.text || text === '') return false;
  const isCorrection = startsWithAny(normalise(text.slice(0, CORRECTION_CHARS)), turn.deps.texts.spoken('corrections'));
  // of "bukan jl elang tapi jl rajawali" the second is meant
  const found = turn.extract(isCorrection ? afterTurn(text, turn.deps.texts.spoken('correction_turns')) : text);
  if (!isFreeText(text, turn.deps.texts) && !found.place && !found.time) return false;
  const ctx = contextOf(turn, run, false);
  const isPlace = isMostOf(text, found.place?.text);
  const isTime = isMostOf(text, found.time?.text);
  save(turn, run, {
    // a bare place or time is an answer put right, and no part of the story
    ...(isPlace || isTime ? {} : { [absorb.text]: described(run, absorb.text, text) }),
    ...minedPlace(ctx, found, isCorrection || isPlace),
    ...minedTime(ctx, found, isCorrection || isTime),
  });
  note(turn, 'engine.added');
  return true;
}

const CORRECTION_CHARS = 40;
const MOST = 0.6;

function isMostOf(text: string, part: string | undefined): boolean {
  return part !== undefined && part.length >= text.length * MOST;
}

function described(run: FlowRun, name: string, text: string): string {
  return appendText(textAnswer(run.answers[name]), text, MAX_DESCRIPTION_BYTES);
}

function save(turn: RunningTurn, run: FlowRun, answers: Answers): void {
  replaceTop(turn, { ...run, answers: { ...run.answers, ...answers } });
}

/** What follows the last of these words; the whole text when none is in it. */
function afterTurn(text: string, words: ReadonlySet<string>): string {
  const lower = text.toLowerCase();
  let from = 0;
  for (const word of words) {
    const at = lower.lastIndexOf(` ${word} `);
    if (at >= 0) from = Math.max(from, at + word.length + 2);
  }
  return text.slice(from);
}

function startsWithAny(text: string, words: ReadonlySet<string>): boolean {
  return [...words].some((word) => text === word || text.startsWith(`${word} `));
}
