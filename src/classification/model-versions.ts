import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type ModelFile, readModelFile } from './model-file.js';

/** Named by the pointer when the shipped model is in use. */
export const SHIPPED = '0000';
const POINTER = 'current';
const VERSION = /^\d{4}$/;
const MODEL_FILE = /^(\d{4})\.json$/;

/** Which model of the folder is in use; {@link SHIPPED} when none is. */
export function currentVersion(folder: string): string {
  try {
    const named = readFileSync(join(folder, POINTER), 'utf8').trim();
    return VERSION.test(named) ? named : SHIPPED;
  } catch {
    return SHIPPED;
  }
}

/** The model of a version; undefined for the shipped one. @throws {AppError} `flow.invalid` when it isn't whole */
export function readVersion(folder: string, version: string): ModelFile | undefined {
  return version === SHIPPED ? undefined : readModelFile(join(folder, `${version}.json`));
}

/** Keeps a model as the next version and puts it to use. Nothing is overwritten. @returns its version */
export function addVersion(folder: string, model: ModelFile): string {
  mkdirSync(folder, { recursive: true });
  const last = versionsOf(folder).at(-1) ?? SHIPPED;
  const version = String(Number(last) + 1).padStart(SHIPPED.length, '0');
  writeWhole(join(folder, `${version}.json`), JSON.stringify(model));
  writeWhole(join(folder, POINTER), `${version}\n`);
  return version;
}

/** Puts the version before the current one to use; before the first stands the shipped model. @returns its version */
export function rollBack(folder: string): string {
  const current = currentVersion(folder);
  const before =
    versionsOf(folder)
      .filter((version) => version < current)
      .at(-1) ?? SHIPPED;
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, POINTER), `${before}\n`);
  return before;
}

function versionsOf(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((name) => MODEL_FILE.exec(name)?.[1] ?? [])
    .sort();
}

/** A reader sees the whole file or the one before, also after a power cut. */
function writeWhole(file: string, content: string): void {
  const made = `${file}.new`;
  const handle = openSync(made, 'w', 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(made, file);
}
