import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createLabelStore } from '../cases/label-store.js';
import { type Categories, loadCategories } from '../classification/categories.js';
import { addVersion, currentVersion, rollBack, SHIPPED } from '../classification/model-versions.js';
import { readLabels, toLabel } from '../classification/read-labels.js';
import { type TrainingReport, trainShipped, trainWithLabels } from '../classification/train.js';
import type { TrainingLine } from '../classification/training.js';
import { loadConfig } from '../config.js';
import { systemClock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { createLog } from '../core/log.js';
import { loadKeys } from '../keys.js';
import { connectStore } from '../store/connect.js';
import { findRunningStore, startEmbeddedStore } from '../store/embedded/start.js';

const FLOWS = fileURLToPath(new URL('../../flows/', import.meta.url));
const SHIPPED_MODEL = join(FLOWS, 'model.json');

const USAGE = `Usage: npm run train -- [FILE.csv]   learns from the shipped lines and labels: of the store, or of a CSV file with
                                     the columns "text", "category" and "kind"; keeps the model if it isn't worse
       npm run train -- --dry-run    only reports
       npm run train -- --rollback   puts the version before back to use
       npm run train -- --shipped    writes ${'flows/model.json'} from the shipped lines alone
A running service takes a new model up within seconds.`;

async function labelsOfStore(data: Categories): Promise<TrainingLine[]> {
  const config = loadConfig(process.env);
  const storeDir = join(config.DATA_DIR, 'store');
  const { keys } = await loadKeys(config, existsSync(storeDir));
  const running = config.MONGODB_URI ?? (await findRunningStore(storeDir));
  const embedded = running ? undefined : await startEmbeddedStore({ dataDir: storeDir, log: createLog('error') });
  const connection = await connectStore(running ?? embedded?.uri ?? '');
  try {
    const lines: TrainingLine[] = [];
    const labels = createLabelStore(connection.getClient().db(connection.name), keys);
    for await (const { text, to } of labels.all()) {
      const line = toLabel({ text, ...to }, data.categories);
      // a category that was renamed since teaches nothing
      if (line !== undefined) lines.push(line);
    }
    return lines;
  } finally {
    await connection.close();
    await embedded?.stop();
  }
}

function show({ labels, before, after, examples, refused }: TrainingReport): string {
  const row = (what: 'category' | 'kind') => [
    `${what}: accuracy ${before[what].accuracy} -> ${after[what].accuracy}`,
    `macro-F1 ${before[what].macroF1} -> ${after[what].macroF1}`,
  ];
  return [
    `${labels} labels, five-fold cross-validation (without -> with what they teach)`,
    row('category').join(', '),
    row('kind').join(', '),
    `examples told right: ${examples.before} -> ${examples.after} of ${examples.total}`,
    refused === undefined ? 'not worse' : `refused: ${refused}`,
  ].join('\n');
}

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean' },
      rollback: { type: 'boolean' },
      shipped: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true || positionals.length > 1) {
    console.error(USAGE);
    return values.help === true ? 0 : 1;
  }
  if (existsSync('.env')) process.loadEnvFile('.env');
  const data = loadCategories(join(FLOWS, 'categories.yaml'));
  const madeAt = systemClock.now().toISOString();
  if (values.shipped === true) {
    writeFileSync(SHIPPED_MODEL, `${JSON.stringify(trainShipped(data, madeAt))}\n`);
    console.log('flows/model.json is made of the shipped lines as they are now');
    return 0;
  }
  const folder = join(loadConfig(process.env).DATA_DIR, 'models');
  if (values.rollback === true) {
    const version = rollBack(folder);
    console.log(version === SHIPPED ? 'back to the shipped model' : `back to version ${version}`);
    return 0;
  }
  const [file] = positionals;
  const labels =
    file === undefined ? await labelsOfStore(data) : readLabels(readFileSync(file, 'utf8'), data.categories);
  if (labels.length === 0) {
    console.error('There are no labels yet: staff make them by correcting categories and kinds.');
    return 1;
  }
  const { report, model } = trainWithLabels(data, labels, madeAt);
  console.log(values.json === true ? JSON.stringify(report) : show(report));
  if (report.refused !== undefined) return 1;
  if (values['dry-run'] === true) return 0;
  const before = currentVersion(folder);
  console.log(
    `version ${addVersion(folder, model)} is in use instead of ${before === SHIPPED ? 'the shipped one' : before}`,
  );
  return 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof AppError) console.error(error.message);
  else if (error instanceof Error && 'code' in error) console.error(`${error.message}\n${USAGE}`);
  else throw error;
  process.exitCode = 1;
}
