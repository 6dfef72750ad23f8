import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../..', import.meta.url).pathname;
/** What stays as it is, and is only pointed to. */
const SHARED = ['node_modules', 'flows', 'locales', 'dist', 'package.json', 'tsconfig.json'];

/** What a later version writes that this one has never heard of. */
const CHANGES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'src/conversations/turn.ts': [['export const TURN_SCHEMA = 1;', 'export const TURN_SCHEMA = 2;']],
  'src/conversations/build-turn.ts': [
    ['    schema: TURN_SCHEMA,', "    schema: TURN_SCHEMA,\n    ...({ sinceNext: { by: 'next' } } as object),"],
  ],
  'src/cases/case.ts': [['export const CASE_SCHEMA = 1;', 'export const CASE_SCHEMA = 2;']],
  'src/cases/file-case.ts': [
    ['    schema: CASE_SCHEMA,', "    schema: CASE_SCHEMA,\n    ...({ sinceNext: { by: 'next' } } as object),"],
  ],
};

/** The service as its next version: the same code, writing documents of a higher schema with fields of their own. */
export interface NextVersion {
  /** Starts it: as `startTelegramService` takes it. */
  readonly entry: string;
  remove(): Promise<void>;
}

export async function createNextVersion(): Promise<NextVersion> {
  const dir = await mkdtemp(join(tmpdir(), 'kanal-next-'));
  for (const name of SHARED) await symlink(join(ROOT, name), join(dir, name)).catch(() => undefined);
  await cp(join(ROOT, 'src'), join(dir, 'src'), { recursive: true });
  await cp(join(ROOT, 'test', 'fakes'), join(dir, 'test', 'fakes'), { recursive: true });
  for (const [file, changes] of Object.entries(CHANGES)) {
    let text = await readFile(join(dir, file), 'utf8');
    for (const [from, to] of changes) {
      if (!text.includes(from)) throw new Error(`${file} has no "${from}" to be changed`);
      text = text.replace(from, to);
    }
    await writeFile(join(dir, file), text);
  }
  return {
    entry: join(dir, 'test', 'fakes', 'telegram-server-service.ts'),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
