import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/errors.js';
import { type LinearModel, toShares, trainLinearModel } from './linear-model.js';
import { pieces } from './pieces.js';
import { tokenize } from './tokenize.js';

export interface LanguageGuess {
  readonly language: string;
  /** 0..1; near 0.25 means that the text says nothing about it ("ok", "jl mawar 3"). */
  readonly confidence: number;
}

export type GuessLanguage = (text: string) => LanguageGuess;

/** The language of a message shows early; it bounds the work. */
const MAX_CHARS_READ = 600;

/**
 * A guesser of the language of a message, from whole words and their pieces of three letters, so that unknown words
 * count as well ("-ipun" is Javanese, "-keun" Sundanese).
 *
 * @param folder `<language>.txt` each, one sentence a line
 * @throws {AppError} `flow.invalid` when the folder isn't there
 */
export function loadLanguageGuess(folder: string): GuessLanguage {
  if (!existsSync(folder)) {
    throw new AppError('flow.invalid', `${folder}: the folder of sentences is missing; put it there`, { file: folder });
  }
  const examples = readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) => {
      const lines = readFileSync(join(folder, name), 'utf8').split('\n');
      const sentences = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
      return sentences.map((line) => ({
        words: pieces(tokenize(line)),
        label: name.slice(0, -'.txt'.length),
        weight: 1,
      }));
    });
  return guessWith(trainLinearModel(examples, { epochs: 15, learningRate: 0.5, decay: 0.001, pairs: false }));
}

function guessWith(model: LinearModel): GuessLanguage {
  return (text) => {
    const shares = new Float64Array(model.labels.length);
    const known = model.addScores(pieces(tokenize(text.slice(0, MAX_CHARS_READ))), shares);
    if (known === 0) return { language: model.labels[0] ?? '', confidence: 0 };
    toShares(shares);
    const best = shares.indexOf(Math.max(...shares));
    return { language: model.labels[best] ?? '', confidence: Math.round((shares[best] ?? 0) * 1_000) / 1_000 };
  };
}
