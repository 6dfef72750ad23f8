import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect } from 'chai';

const SRC = 'src';

/** From the inside out: a folder may import its own layer's peers where named, and any layer before it. */
const PURE = ['core', 'messages', 'flows', 'classification'];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  messages: ['core'],
  classification: ['core', 'messages'],
  flows: ['core', 'messages', 'classification'],
  store: [...PURE],
  cases: [...PURE, 'store'],
  conversations: [...PURE, 'store', 'cases'],
  staff: [...PURE, 'store', 'cases', 'conversations'],
  jobs: [...PURE, 'store', 'cases', 'conversations', 'staff'],
  http: [...PURE, 'store', 'cases', 'conversations', 'staff'],
  channels: [...PURE, 'store', 'cases', 'conversations', 'staff'],
  console: [...PURE, 'staff'],
};
/** The seam that every edge below it implements, and what no rule holds: they wire everything. */
const ENTRY = new Set(['', 'cli']);

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function sourceFiles(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(SRC, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map((match) => {
    const target = normalize(join(dirname(file), match[1] ?? ''));
    return { file, from: partOf(file), to: partOf(target) };
  });
}

/** `src/cases/sla.ts` -> `cases`; `src/channels/telegram/parse.ts` -> `channels/telegram`; `src/app.ts` -> `` */
function partOf(path: string): string {
  const parts = path.split('/').slice(1, -1);
  return parts[0] === 'channels' ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

function isAllowed({ from, to }: Import): boolean {
  if (from === to || ENTRY.has(from)) return true;
  const layer = from.split('/')[0] ?? '';
  if (from.startsWith('channels/') && to === 'channels') return true;
  return MAY_IMPORT[layer]?.includes(to) ?? false;
}

describe('the structure of src', () => {
  const files = sourceFiles();

  it('imports one way only: edges, use cases, pure parts, messages, core', () => {
    const wrong = files.flatMap(importsOf).filter((each) => !isAllowed(each));
    expect(wrong.map((each) => `${each.file} imports ${each.to || 'an entry file'}`)).to.deep.equal([]);
  });

  it('keeps every file under 400 lines', () => {
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 401);
    expect(long).to.deep.equal([]);
  });

  it('puts nothing of the server into the pages: of staff they take types, the tone rules, and the kinds of alerts', () => {
    const pages = files.filter((file) => file.startsWith('src/console/'));
    const taken = pages.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type\b)[^;]*? from '(\.[^']+)'/gm)]
        .map((match) => normalize(join(dirname(file), match[1] ?? '')))
        .filter((path) => path.startsWith('src/staff/')),
    );
    expect([...new Set(taken)].sort()).to.deep.equal(['src/staff/alert-kinds.js', 'src/staff/tone.js']);
    expect(importsOf('src/staff/alert-kinds.ts')).to.deep.equal([]);
  });

  it('reads the time only in core/clock.ts', () => {
    // the page has the browser's clock, and the commands at the edge have their own
    const ruled = files.filter((file) => !/core\/clock\.ts|src\/console\/|src\/cli\//.test(file));
    const wrong = ruled.filter((file) => /new Date\(\)|Date\.now\(\)/.test(readFileSync(file, 'utf8')));
    expect(wrong).to.deep.equal([]);
  });

  it('never writes to the console, nor ignores a type', () => {
    const ruled = files.filter((file) => !file.startsWith('src/cli/'));
    const wrong = ruled.filter((file) =>
      /console\.(log|error|warn)\(|@ts-(ignore|expect-error)/.test(readFileSync(file, 'utf8')),
    );
    expect(wrong).to.deep.equal([]);
  });
});
