import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { AppError } from '../core/errors.js';
import type { Categories } from './categories.js';

const linearModel = z.strictObject({
  labels: z.array(z.string()).min(2),
  words: z.string(),
  pairs: z.base64(),
  scale: z.number().positive(),
  weights: z.base64(),
});

const modelFileSchema = z.strictObject({
  version: z.literal(1),
  /** {@link fingerprintOf} the categories, words and lines that it was learned with. */
  madeFrom: z.string(),
  madeAt: z.string(),
  /** How many labels of staff are in it, besides the shipped lines. */
  labels: z.int().min(0),
  /** Words of those labels, parted by blanks, which affixes may be taken off to reach. */
  labelWords: z.string(),
  category: linearModel,
  kindWords: linearModel,
  kindPieces: linearModel,
});

export type ModelFile = z.infer<typeof modelFileSchema>;

/**
 * Reads a model that `npm run train` wrote.
 *
 * @returns undefined when there is no such file
 * @throws {AppError} `flow.invalid` naming the file, when it isn't such a model or not a whole one
 */
export function readModelFile(file: string): ModelFile | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const model = modelFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const each of [model.category, model.kindWords, model.kindPieces]) checkSize(each);
    return model;
  } catch {
    throw new AppError('flow.invalid', `${file}: this is no whole model; make it anew by npm run train`, { file });
  }
}

function checkSize({ labels, words, pairs, weights }: ModelFile['category']): void {
  const rows = 1 + words.split(' ').length + Buffer.byteLength(pairs, 'base64') / (2 * Int32Array.BYTES_PER_ELEMENT);
  const bytes = Buffer.byteLength(weights, 'base64');
  if (bytes !== rows * labels.length * Int16Array.BYTES_PER_ELEMENT) throw new RangeError('weights of another size');
}

/** Tells whether a model was learned with these very categories, words and lines; with others, words don't meet. */
export function fingerprintOf({ categories, kinds, lexicon, stopwords, training, ...rest }: Categories): string {
  const phrases = [...categories.values()].map(({ id, rules }) => [id, [...rules]]);
  const dangers = [...rest.dangers.values()].map(({ words, guards }) => [words, guards]);
  const wanted = Object.entries(kinds).map(([kind, rules]) => [kind, [...rules]]);
  const read = [phrases, dangers, wanted, [...lexicon.variants], lexicon.roots, lexicon.keep, stopwords, training];
  const others = [
    rest.softeners,
    rest.pastSigns,
    rest.bridges,
    [...rest.urgency.words],
    rest.urgency.people,
    rest.separators,
    rest.talk,
    rest.elsewhere,
  ];
  return createHash('sha256')
    .update(JSON.stringify([read, others]))
    .digest('hex')
    .slice(0, 32);
}
