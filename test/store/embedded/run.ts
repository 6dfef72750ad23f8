import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runFolder } from './unified/run-folder.js';

/**
 * `npm run test:store` runs the store's suite on the MongoDB that MONGODB_URI names, or on the embedded store when it
 * is unset; with `--unified DIR` it runs a folder of unified-format JSON tests instead.
 */
async function main(args: readonly string[]): Promise<number> {
  const at = args.indexOf('--unified');
  if (at >= 0) {
    const folder = args[at + 1];
    if (!folder) throw new Error('usage: npm run test:store -- [--unified DIR]');
    return runFolder(folder);
  }
  // tests of the process itself make no sense against another server
  const suites = process.env['MONGODB_URI']
    ? ['semantics', 'properties', 'plan'].map((name) => `test/store/embedded/${name}/**/*.test.ts`)
    : ['test/store/embedded/**/*.test.ts'];
  const options = ['--no-config', '--node-option', 'import=tsx', '--timeout', '30000'];
  const mocha = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...options, ...suites, ...args], {
    stdio: 'inherit',
  });
  const [code] = await once(mocha, 'exit');
  return Number(code ?? 1);
}

process.exitCode = await main(process.argv.slice(2));
