import { takeIn } from './absorb.js';
import { boundText, MAX_DESCRIPTION_BYTES } from './answers/bound-text.js';
import { isFreeText } from './answers/free-text.js';
import { sharedPlace } from './answers/mine.js';
import { addFiles } from './answers/typed-answers.js';
import { absorb, type Next, reask, startFlow } from './moves.js';
import { contextOf, note, type RunningTurn, stepOf, topRun } from './running-turn.js';
import { type Answers, DRAFT_STEP } from './state.js';
import type { Message } from './step.js';
import { kindOf } from './step-kinds.js';

/** Gives a message to the waiting question, or to the entry flow when nothing is asked. */
export function tell(turn: RunningTurn, message: Message): Next {
  const run = topRun(turn);
  if (!run) return startFlow(turn, turn.deps.flows.globals.entry, opening(turn, message));
  const step = stepOf(turn, run);
  const kind = kindOf(step);
  const takenIn = takeIn(turn, message, kind.takes);
  const isForStep =
    (kind.takes === 'files' && message.attachments.length > 0) || (kind.takes === 'location' && message.location);
  if (!isForStep && message.text === '' && !message.choice) {
    note(turn, TAKEN_IN[takenIn ?? 'nothing']);
    return reask(turn);
  }
  if (message.early && message.text !== '' && !isForStep) {
    const absorbed = absorb(turn);
    if (absorbed) return absorbed.next;
    if (isFreeText(message.text, turn.deps.texts)) return pass(turn, message);
    note(turn, 'engine.early');
    return reask(turn);
  }
  const current = topRun(turn) ?? run;
  return kind.answer?.(step, contextOf(turn, current, false), message) ?? reask(turn);
}

/** Ends a side question that the message isn't about and gives it to what was asked before, or to the entry flow. */
export function pass(turn: RunningTurn, message: Message): Next {
  turn.runs.pop();
  return tell(turn, message);
}

const TAKEN_IN = {
  files: 'engine.got_files',
  files_full: 'engine.files_full',
  place: 'engine.got_place',
  nothing: 'engine.unsupported',
} as const;

function opening(turn: RunningTurn, message: Message): Answers {
  const { location } = message;
  const place = location && sharedPlace(location, '', turn.deps.texts.format(turn.locale, 'engine.shared_location'));
  return {
    ...(message.text === '' ? {} : { message: boundText(message.text, MAX_DESCRIPTION_BYTES) }),
    ...(message.attachments.length > 0 ? { evidence: addFiles([], message.attachments) } : {}),
    ...(place ? { place } : {}),
    ...(message.about ? { number: message.about } : {}),
    ...(turn.runs.some((run) => run.step === DRAFT_STEP) ? { draft: true } : {}),
  };
}
