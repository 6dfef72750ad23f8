import { benchCases } from './bench-cases.js';
import { benchClassify } from './bench-classify.js';
import { benchConsole } from './bench-console.js';
import { benchEngine } from './bench-engine.js';
import { benchService, benchStart } from './bench-service.js';
import { benchStore } from './bench-store.js';
import { benchTelegram } from './bench-telegram.js';
import { benchWhatsapp } from './bench-whatsapp.js';

/** Each prints what it measured; the last line is one JSON object. */
const BENCHES: Readonly<Record<string, (isQuick: boolean) => Promise<Record<string, number>>>> = {
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
  const name = args.find((each) => !each.startsWith('--')) ?? '';
  const bench = BENCHES[name];
  if (!bench) {
    process.stderr.write(`npm run bench -- NAME [--json] [--quick], NAME one of ${Object.keys(BENCHES).join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  const measured = await bench(args.includes('--quick'));
  if (!args.includes('--json')) {
    for (const [figure, value] of Object.entries(measured)) process.stdout.write(`${figure.padEnd(20)} ${value}\n`);
  }
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
