import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCategories } from '../classification/categories.js';
import { checkFlows } from '../flows/check.js';
import { checkCategories } from '../flows/check-categories.js';
import { toGraphPage } from '../flows/graph.js';
import { readTexts } from '../flows/i18n.js';
import { type ReadFlows, readFlows, showProblem } from '../flows/load.js';

/**
 * `npm run flows:check [-- --graph]`: names file, line and mend of everything wrong in flows/ and locales/, and exits 1
 * if there is anything. With --graph it also draws each flow into docs/flows/.
 */
function main(root: string, args: readonly string[]): number {
  const read = readFlows(join(root, 'flows'));
  const { texts, files, problems } = readTexts(join(root, 'locales'));
  const found = [...problems, ...read.problems];
  if (found.length === 0) {
    found.push(...checkFlows(read, texts, files));
    found.push(...checkCategories(loadCategories(join(root, 'flows', 'categories.yaml')), read, texts, files));
  }
  for (const problem of found) console.error(showProblem(problem));
  if (found.length > 0) {
    console.error(`${found.length} to mend`);
    return 1;
  }
  if (args.includes('--graph')) drawAll(join(root, 'docs', 'flows'), read);
  const steps = read.flows.reduce((sum, { flow }) => sum + Object.keys(flow.steps).length, 0);
  console.log(`${read.flows.length} flows, ${steps} steps, ${texts.locales.length} locales: all good`);
  return 0;
}

function drawAll(dir: string, { flows }: ReadFlows): void {
  mkdirSync(dir, { recursive: true });
  for (const file of readdirSync(dir).filter((each) => each.endsWith('.md'))) rmSync(join(dir, file));
  for (const { flow } of flows) writeFileSync(join(dir, `${flow.id}.md`), toGraphPage(flow));
  console.log(`${flows.length} graphs in docs/flows/`);
}

process.exitCode = main(fileURLToPath(new URL('../..', import.meta.url)), process.argv.slice(2));
