import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openTestDatabase } from '../support/database.js';
import { runFile, type TestResult } from './run-file.js';

/**
 * Runs a folder of unified-format JSON files and prints one JSON object as the last line.
 *
 * @returns the exit code: 1 when a result was wrong; a clear refusal is none
 */
export async function runFolder(folder: string): Promise<number> {
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
  return of('wrong').length > 0 ? 1 : 0;
}
