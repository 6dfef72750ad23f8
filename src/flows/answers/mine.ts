import type { Extraction } from '../../classification/types.js';
import type { GeoPoint } from '../../messages/message.js';
import type { Answers, Moment, Place } from '../state.js';
import type { StepContext } from '../step.js';
import { boundText, MAX_PLACE_BYTES, MAX_TIME_BYTES } from './bound-text.js';

/** A place that was shared on a map; under the words that came with it, or under `otherwise`. */
export function sharedPlace(point: GeoPoint, words: string, otherwise: string): Place {
  const text = boundText(words || point.name || otherwise, MAX_PLACE_BYTES);
  return { type: 'place', text, latitude: point.latitude, longitude: point.longitude };
}

type Known = Pick<StepContext, 'absorb' | 'answers'>;

/** The place found in a text, if the flow keeps places and knows none yet. */
export function minedPlace({ absorb, answers }: Known, found: Extraction, overwrite = false): Answers {
  if (!absorb?.place || !found.place || (answers[absorb.place] !== undefined && !overwrite)) return {};
  const place: Place = { type: 'place', ...found.place, text: boundText(found.place.text, MAX_PLACE_BYTES) };
  return { [absorb.place]: place };
}

/** The time found in a text, if the flow keeps times and knows none yet. */
export function minedTime({ absorb, answers }: Known, found: Extraction, overwrite = false): Answers {
  if (!absorb?.time || !found.time || (answers[absorb.time] !== undefined && !overwrite)) return {};
  const moment: Moment = { type: 'moment', ...found.time, text: boundText(found.time.text, MAX_TIME_BYTES) };
  return { [absorb.time]: moment };
}
