import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCategories } from '../classification/categories.js';
import { createClassifier } from '../classification/classify.js';
import { readCsv } from '../classification/csv.js';
import { loadLanguageGuess } from '../classification/language.js';
import { readModelFile } from '../classification/model-file.js';
import { type Prediction, type Score, score } from '../classification/score.js';
import { AppError } from '../core/errors.js';

const FLOWS = fileURLToPath(new URL('../../flows/', import.meta.url));
const COLUMNS = ['category', 'kind', 'language'] as const;
type Column = (typeof COLUMNS)[number];
type Predict = (text: string) => Omit<Prediction, 'actual'>;

const USAGE = `Usage: npm run eval -- FILE.csv --column ${COLUMNS.join('|')} [--json]
       npm run eval -- [--category FILE.csv] [--kind FILE.csv] [--language FILE.csv] [--json]
The file has a header line with the columns "text" and the one that is measured.`;

function predictorFor(column: Column): Predict {
  if (column === 'language') {
    const guess = loadLanguageGuess(`${FLOWS}languages`);
    return (text) => {
      const { language, confidence } = guess(text);
      return { ranked: [language], confidence };
    };
  }
  const { classify } = createClassifier(loadCategories(`${FLOWS}categories.yaml`), readModelFile(`${FLOWS}model.json`));
  return (text) => {
    const { kind, candidates } = classify(text);
    if (column === 'kind') return { ranked: [kind], confidence: 1 };
    return { ranked: candidates.map(({ category }) => category), confidence: candidates[0]?.confidence ?? 0 };
  };
}

function measure(column: Column, file: string): Score {
  const rows = readCsv(readFileSync(file, 'utf8'), ['text', column]);
  const predict = predictorFor(column);
  return score(rows.map((row) => ({ actual: row.get(column) ?? '', ...predict(row.get('text') ?? '') })));
}

function print(column: string, result: Score): void {
  const { rows, accuracy, macroF1, top3, coverage, calibrationError } = result;
  console.log(`${column}: ${rows} rows, accuracy ${accuracy}, macro-F1 ${macroF1}`);
  if (column === 'category') {
    const surest = coverage.map(({ share, accuracy: own }) => `${share * 100} %: ${own}`).join(', ');
    console.log(`right among three ${top3}; accuracy of the surest ${surest}; calibration error ${calibrationError}`);
  }
  console.table(result.perClass);
  console.table(result.confusion);
}

function run(args: string[]): number {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      column: { type: 'string' },
      category: { type: 'string' },
      kind: { type: 'string' },
      language: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [file] = positionals;
  const column = COLUMNS.find((name) => name === values.column);
  if (file !== undefined && column !== undefined) {
    const result = measure(column, file);
    if (values.json !== true) print(column, result);
    console.log(JSON.stringify(result));
    return 0;
  }
  const results: Partial<Record<Column, Score>> = {};
  for (const name of COLUMNS) {
    const own = values[name];
    if (own !== undefined) results[name] = measure(name, own);
  }
  if (file !== undefined || Object.keys(results).length === 0) {
    console.error(USAGE);
    return 1;
  }
  if (values.json !== true) for (const [name, result] of Object.entries(results)) print(name, result);
  console.log(JSON.stringify(results));
  return 0;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (error instanceof AppError) console.error(error.message);
  else if (error instanceof Error && 'code' in error) console.error(`${error.message}\n${USAGE}`);
  else throw error;
  process.exitCode = 1;
}
