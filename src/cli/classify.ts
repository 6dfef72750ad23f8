import { fileURLToPath } from 'node:url';
import { loadCategories } from '../classification/categories.js';
import { createClassifier } from '../classification/classify.js';
import { createExtract } from '../classification/extract.js';
import { maskPersonal } from '../classification/mask.js';
import { systemClock } from '../core/clock.js';
import { AppError } from '../core/errors.js';

const CATEGORIES_FILE = fileURLToPath(new URL('../../flows/categories.yaml', import.meta.url));

function run(args: readonly string[]): number {
  const text = args.join(' ').trim();
  if (text === '') {
    console.error('Usage: npm run classify -- "what a citizen writes"');
    return 1;
  }
  const classify = createClassifier(loadCategories(CATEGORIES_FILE));
  const today = systemClock.now().toISOString().slice(0, 10);
  const extraction = createExtract()(text, today);
  console.log(JSON.stringify({ text: maskPersonal(text), ...classify(text), ...extraction }, undefined, 2));
  return 0;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
