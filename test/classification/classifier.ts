import { fileURLToPath } from 'node:url';
import { type Categories, loadCategories } from '../../src/classification/categories.js';
import { createClassifier } from '../../src/classification/classify.js';

export const CATEGORIES_FILE = fileURLToPath(new URL('../../flows/categories.yaml', import.meta.url));

/** Built once: what is under test is what it says, not how it starts. */
export const shippedCategories: Categories = loadCategories(CATEGORIES_FILE);
export const { classify: classifyShipped, findDanger: findDangerShipped } = createClassifier(shippedCategories);
