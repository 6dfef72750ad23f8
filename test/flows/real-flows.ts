import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCategories } from '../../src/classification/categories.js';
import { createClassifier } from '../../src/classification/classify.js';
import { createExtract } from '../../src/classification/extract.js';
import { loadFaq } from '../../src/classification/faq.js';
import { loadLanguageGuess } from '../../src/classification/language.js';
import { readRegions } from '../../src/classification/regions.js';
import type { Classification } from '../../src/classification/types.js';
import { createEngine } from '../../src/flows/engine.js';
import { loadTexts } from '../../src/flows/i18n.js';
import { loadFlows } from '../../src/flows/load.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A tenant's list; no other transcript names these. */
const findRegion = readRegions('code,parent,name\n359001,,Telagawangi\n3590011001,359001,Wanakerti\n');

export const FLOWS_DIR = join(ROOT, 'flows');
export const LOCALES_DIR = join(ROOT, 'locales');

/** Flows, texts and classification as they ship; `engineFinding` puts fixed findings over the classifier's. */
export function loadReal() {
  const texts = loadTexts(LOCALES_DIR);
  const categories = loadCategories(join(FLOWS_DIR, 'categories.yaml'));
  const flows = loadFlows(FLOWS_DIR, LOCALES_DIR, categories.categories);
  const { classify, findDanger } = createClassifier(categories);
  const extract = createExtract();
  const findAnswer = loadFaq(join(FLOWS_DIR, 'faq.yaml'), categories.lexicon);
  const guessLanguage = loadLanguageGuess(join(FLOWS_DIR, 'languages'));
  const engine = createEngine({ flows, texts, classify, findDanger, extract, findAnswer, findRegion, guessLanguage });
  const engineFinding = (finds: Partial<Classification>) =>
    createEngine({ flows, texts, classify: (text) => ({ ...classify(text), ...finds }), extract, findAnswer });
  return { texts, categories, flows, engine, engineFinding };
}
