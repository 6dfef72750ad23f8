import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

let loaded: ReadonlySet<string> | undefined;

/**
 * The root words of Indonesian that natural's stemmer ships (some 28,000). Read once, from its data file alone: the
 * package as a whole takes 120 MB and opens a `.env`.
 */
export function rootWords(): ReadonlySet<string> {
  loaded ??= new Set(readWords());
  return loaded;
}

function readWords(): readonly string[] {
  const file = createRequire(import.meta.url).resolve('natural/lib/natural/stemmers/indonesian/data/kata-dasar.json');
  // a schema would look at each of them, which takes a tenth of the time to load a model
  const words: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(words)) throw new TypeError(`${file}: no list of words`);
  return words;
}
