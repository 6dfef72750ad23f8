import { fileURLToPath } from 'node:url';
import { loadCategories } from '../classification/categories.js';
import { createClassifier } from '../classification/classify.js';
import { createExtract } from '../classification/extract.js';
import { loadFaq } from '../classification/faq.js';
import { loadLanguageGuess } from '../classification/language.js';
import { maskPersonal } from '../classification/mask.js';
import { readModelFile } from '../classification/model-file.js';
import { systemClock } from '../core/clock.js';
import { AppError } from '../core/errors.js';

const FLOWS = fileURLToPath(new URL('../../flows/', import.meta.url));

function run(args: readonly string[]): number {
  const text = args.join(' ').trim();
  if (text === '') {
    console.error('Usage: npm run classify -- "what a citizen writes"');
    return 1;
  }
  const categories = loadCategories(`${FLOWS}categories.yaml`);
  const { classify } = createClassifier(categories, readModelFile(`${FLOWS}model.json`));
  const language = loadLanguageGuess(`${FLOWS}languages`)(text);
  const faq = loadFaq(`${FLOWS}faq.yaml`, categories.lexicon)(text);
  const today = systemClock.now().toISOString().slice(0, 10);
  const extraction = createExtract()(text, today);
  console.log(
    JSON.stringify(
      { text: maskPersonal(text), language, ...classify(text), ...extraction, faq: faq?.entry },
      undefined,
      2,
    ),
  );
  return 0;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
