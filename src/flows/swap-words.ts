import type { Extraction } from '../classification/types.js';
import { boundText, MAX_DESCRIPTION_BYTES, MAX_PLACE_BYTES, MAX_TIME_BYTES } from './answers/bound-text.js';
import { minedPlace, minedTime } from './answers/mine.js';
import { guessAnswer, momentAnswer, placeAnswer, textAnswer } from './answers/typed-answers.js';
import type { Absorb } from './schema.js';
import type { Answers } from './state.js';

/** What changes in a run's answers. */
export interface Swapped {
  readonly set: Answers;
  readonly forget: readonly string[];
}

export interface SwapContext {
  readonly answers: Answers;
  readonly absorb: Absorb | undefined;
  readonly extract: (text: string) => Extraction;
}

/**
 * Puts a message that was changed in the place of its first form, wherever that has gone: into the story, the place, the
 * time. What was read out of the old words alone is read anew out of the new ones, or asked again.
 *
 * @returns undefined when nothing that still counts came from `was`
 */
export function swapWords(ctx: SwapContext, was: string, now: string): Swapped | undefined {
  if (was === now || was.trim() === '') return undefined;
  const story = swapStory(ctx, was, now);
  const place = swapPlace(ctx, was, now, story !== undefined);
  const time = swapTime(ctx, was, now, story !== undefined);
  const all = [story, place, time].filter((each) => each !== undefined);
  if (all.length === 0) return undefined;
  return { set: Object.assign({}, ...all.map(({ set }) => set)), forget: all.flatMap(({ forget }) => forget) };
}

function swapStory({ answers, absorb }: SwapContext, was: string, now: string): Swapped | undefined {
  if (!absorb?.text) return undefined;
  const story = textAnswer(answers[absorb.text]);
  // pieces of a story stand on lines of their own
  const at = `\n${story}\n`.indexOf(`\n${was}\n`);
  if (at < 0) return undefined;
  const swapped = boundText(story.slice(0, at) + now + story.slice(at + was.length), MAX_DESCRIPTION_BYTES);
  // what was made of the old story no longer holds, unless a person chose it
  const guesses = Object.keys(answers).filter((name) => guessAnswer(answers[name])?.by === 'classifier');
  return { set: { [absorb.text]: swapped }, forget: guesses };
}

function swapPlace(ctx: SwapContext, was: string, now: string, isStory: boolean): Swapped | undefined {
  const { answers, absorb, extract } = ctx;
  const known = absorb?.place ? placeAnswer(answers[absorb.place]) : undefined;
  if (!absorb?.place || !known || !holds(was, known.text) || holds(now, known.text)) return undefined;
  const found = extract(now);
  if (isStory) return found.place ? keep(minedPlace(ctx, found, true)) : { set: {}, forget: [absorb.place] };
  const { latitude, longitude } = found.place ?? {};
  const spot = latitude === undefined || longitude === undefined ? {} : { latitude, longitude };
  return keep({ [absorb.place]: { type: 'place', text: boundText(now, MAX_PLACE_BYTES), ...spot } });
}

function swapTime(ctx: SwapContext, was: string, now: string, isStory: boolean): Swapped | undefined {
  const { answers, absorb, extract } = ctx;
  const known = absorb?.time ? momentAnswer(answers[absorb.time]) : undefined;
  if (!absorb?.time || !known || !holds(was, known.text) || holds(now, known.text)) return undefined;
  const found = extract(now);
  if (found.time) return keep(minedTime(ctx, found, true));
  if (isStory) return { set: {}, forget: [absorb.time] };
  return keep({ [absorb.time]: { type: 'moment', text: boundText(now, MAX_TIME_BYTES) } });
}

function keep(set: Answers): Swapped {
  return { set, forget: [] };
}

function holds(text: string, part: string): boolean {
  return part.length > 1 && text.toLowerCase().includes(part.toLowerCase());
}
