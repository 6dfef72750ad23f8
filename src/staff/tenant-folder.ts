import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The text of an office's own file by its path below flows/. */
export type Overrides = ReadonlyMap<string, string>;

/**
 * Lets `read` see flows/ with the office's own files in the place of the shipped ones: a folder that is gone when it
 * returns. Without any of its own it sees the shipped folder itself.
 *
 * @param read works synchronously, as every loader does; error messages of its own are rid of the folder's name
 */
export function withFlows<T>(shippedDir: string, overrides: Overrides, read: (dir: string) => T): T {
  if (overrides.size === 0) return read(shippedDir);
  const dir = mkdtempSync(join(tmpdir(), 'kanal-flows-'));
  try {
    for (const entry of readdirSync(shippedDir, { withFileTypes: true })) {
      const from = join(shippedDir, entry.name);
      // holidays/ takes further files; the other folders and files are only read
      if (entry.name === 'holidays') cpSync(from, join(dir, entry.name), { recursive: true });
      else if (!overrides.has(entry.name)) symlinkSync(from, join(dir, entry.name));
    }
    for (const [path, text] of overrides) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    return read(dir);
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(`${dir}/`, '');
    throw error;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The shipped text of a file; undefined when none is shipped. */
export function readShipped(shippedDir: string, path: string): string | undefined {
  const file = join(shippedDir, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

export function hashOf(text: string | undefined): string {
  return createHash('sha256')
    .update(text ?? '')
    .digest('hex');
}
