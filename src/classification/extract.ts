import { findAgency } from './agency.js';
import { findAmounts } from './amounts.js';
import { findPlace } from './place.js';
import { findPlates } from './plates.js';
import { findTime } from './time.js';
import { tokenize } from './tokenize.js';
import type { Extract, Extraction } from './types.js';

/** An address further back than this isn't looked for; it bounds the work on any input. */
const MAX_CHARS_READ = 4_000;

/**
 * A reader of place, time, sums of money, plates and the office addressed in free text. Pure, linear, never throws; it would rather find nothing than nonsense,
 * because what it finds isn't asked for again.
 */
export function createExtract(): Extract {
  return (text, today): Extraction => {
    const read = text.length > MAX_CHARS_READ ? text.slice(0, MAX_CHARS_READ) : text;
    const tokens = tokenize(read);
    const place = findPlace(read, tokens);
    const time = findTime(read, tokens, today);
    const amounts = findAmounts(read, tokens);
    const plates = findPlates(read, tokens);
    const agency = findAgency(read, tokens);
    return {
      ...(place === undefined ? {} : { place }),
      ...(time === undefined ? {} : { time }),
      ...(amounts.length === 0 ? {} : { amounts }),
      ...(plates.length === 0 ? {} : { plates }),
      ...(agency === undefined ? {} : { agency }),
    };
  };
}
