import { benchCases } from './bench-cases.js';
import { benchClassify } from './bench-classify.js';
import { benchConsole } from './bench-console.js';
import { benchEngine } from './bench-engine.js';
import { benchService, benchStart } from './bench-service.js';
import { benchStore } from './bench-store.js';
import { benchTelegram } from './bench-telegram.js';
import { benchWhatsapp } from './bench-whatsapp.js';

/** Each prints what it measured; the last line is one JSON object. */
const BENCHES: Readonly<
  Record<string, (isQuick: boolean, sizes: Readonly<Record<string, number>>) => Promise<Record<string, number>>>
> = {
  cases: benchCases,
  console: benchConsole,
  classify: benchClassify,
  engine: benchEngine,
  service: benchService,
  start: benchStart,
  store: benchStore,
  telegram: benchTelegram,
  whatsapp: benchWhatsapp,
};

async function main(args: readonly string[]): Promise<void> {
  const name = args.find((each) => !each.startsWith('--') && !/^\d/.test(each)) ?? '';
  const bench = BENCHES[name];
  if (!bench) {
    process.stderr.write(
      `npm run bench -- NAME [--json] [--quick] [--cases N --turns N], NAME one of ${Object.keys(BENCHES).join(', ')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  const measured = await bench(args.includes('--quick'), sizesIn(args));
  if (!args.includes('--json')) {
    for (const [figure, value] of Object.entries(measured)) process.stdout.write(`${figure.padEnd(20)} ${value}\n`);
  }
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}

/** `--cases 50000` as `{ cases: 50000 }`. @throws {Error} where no whole number follows */
function sizesIn(args: readonly string[]): Record<string, number> {
  const sizes = ['cases', 'turns'].flatMap((name): [string, number][] => {
    const at = args.indexOf(`--${name}`);
    if (at < 0) return [];
    const size = Number(args[at + 1]);
    if (!Number.isInteger(size) || size < 1) throw new Error(`--${name} needs a whole number`);
    return [[name, size]];
  });
  return Object.fromEntries(sizes);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
