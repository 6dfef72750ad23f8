import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openTestDatabase } from '../support/database.js';
import { runFile, type TestResult } from './run-file.js';

/** Runs a folder of unified-format JSON files and prints one JSON object as the last line; exit 1 on a wrong result. */
async function main(folder: string): Promise<void> {
  const database = await openTestDatabase();
  const results: TestResult[] = [];
  try {
    for (const name of (await readdir(folder)).filter((each) => each.endsWith('.json')).sort()) {
      results.push(...(await runFile(join(folder, name), database.uri)));
    }
  } finally {
    await database.close();
  }
  const of = (kind: string) => results.filter(({ verdict }) => verdict.kind === kind);
  for (const { name, verdict } of results) {
    if (verdict.kind === 'refused' || verdict.kind === 'wrong')
      console.log(`${verdict.kind}  ${name}\n    ${verdict.why}`);
  }
  const applicable = results.length - of('not_applicable').length;
  const summary = {
    tests: results.length,
    applicable,
    passed: of('passed').length,
    refused: of('refused').length,
    wrong: of('wrong').length,
    passedPercent: Math.round((1000 * of('passed').length) / Math.max(applicable, 1)) / 10,
  };
  console.log(JSON.stringify(summary));
  process.exitCode = of('wrong').length > 0 ? 1 : 0;
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: main.ts FOLDER');
await main(folder);
