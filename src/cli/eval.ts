import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCategories } from '../classification/categories.js';
import { createClassifier } from '../classification/classify.js';
import { readCsv } from '../classification/csv.js';
import { type Score, score } from '../classification/score.js';
import type { Classify } from '../classification/types.js';
import { AppError } from '../core/errors.js';

const CATEGORIES_FILE = fileURLToPath(new URL('../../flows/categories.yaml', import.meta.url));
const NONE = 'none';

const PREDICT: Readonly<Record<'category' | 'kind', (classify: Classify, text: string) => string>> = {
  category: (classify, text) => classify(text).candidates[0]?.category ?? NONE,
  kind: (classify, text) => classify(text).kind,
};

function measure(classify: Classify, column: 'category' | 'kind', file: string): Score {
  const rows = readCsv(readFileSync(file, 'utf8'), ['text', column]);
  const predicted = rows.map((row) => PREDICT[column](classify, row.get('text') ?? ''));
  return score(
    rows.map((row) => row.get(column) ?? ''),
    predicted,
  );
}

function run(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { category: { type: 'string' }, kind: { type: 'string' }, json: { type: 'boolean' } },
  });
  const classify = createClassifier(loadCategories(CATEGORIES_FILE));
  const scores: Record<string, Score> = {};
  for (const column of ['category', 'kind'] as const) {
    const file = values[column];
    if (file !== undefined) scores[column] = measure(classify, column, file);
  }
  if (Object.keys(scores).length === 0) {
    console.error('Usage: npm run eval -- [--category FILE.csv] [--kind FILE.csv] [--json]');
    return 1;
  }
  if (values.json !== true) for (const [column, result] of Object.entries(scores)) print(column, result);
  console.log(JSON.stringify(scores));
  return 0;
}

function print(column: string, result: Score): void {
  console.log(`${column}: ${result.rows} rows, accuracy ${result.accuracy}, macro-F1 ${result.macroF1}`);
  console.table(result.perLabel);
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
