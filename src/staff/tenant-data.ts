import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelSource } from '../classification/model-source.js';
import { AppError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { TenantFile, TenantFiles } from './tenant-files.js';
import { hashOf, type Overrides, readShipped, withFlows } from './tenant-folder.js';
import { createLiveTenant, type LiveTenant } from './tenant-live.js';
import { loadTenant, type TenantLoadDeps, type TenantRead } from './tenant-load.js';

export interface TenantDataDeps extends TenantLoadDeps {
  /** The flows/ that came with the service. */
  readonly shippedDir: string;
  readonly files: TenantFiles;
  readonly models: ModelSource;
  readonly log: Logger;
}

/** The office's own data files over the shipped ones. */
export interface TenantData {
  readonly live: LiveTenant;
  /** Newest version of each path, as of the last look. */
  readonly newest: ReadonlyMap<string, TenantFile>;
  /** Version of each path that was in force when this process started. */
  readonly atStart: ReadonlyMap<string, number>;
  /** Paths whose own file can't be used (any more), and why; the shipped one is in force. */
  readonly refused: ReadonlyMap<string, string>;
  /** Lets a loader read flows/ as it is in force. */
  read<T>(load: (dir: string) => T): T;
  /** Checks and reads everything as it would be with one file changed. @param text undefined for the shipped one */
  readWith(path: string, text: string | undefined): TenantRead;
  /** The text in force, or shipped when there is no own one; undefined when there is neither. */
  textOf(path: string): string | undefined;
  shippedText(path: string): string | undefined;
  /** Years of which there is a holiday file. */
  years(): readonly number[];
  /** Takes up what was changed here or in another process. @returns whether anything was */
  refresh(): Promise<boolean>;
}

/**
 * Reads the data files in force. An own file that no longer fits what an update brought is left out and told of,
 * rather than keeping the service down.
 *
 * @throws {AppError} when even the shipped files can't be used
 */
export async function openTenantData(deps: TenantDataDeps): Promise<TenantData> {
  const { shippedDir, files, log } = deps;
  const newest = new Map<string, TenantFile>();
  const refused = new Map<string, string>();
  let overrides: Overrides = new Map();
  let seen = 0;

  /** What was read last: a change that was checked a moment ago is not read again to be put in force. */
  let last: { readonly key: string; readonly read: TenantRead } | undefined;
  const load = (own: Overrides): TenantRead => {
    const key = hashOf(JSON.stringify([...own].sort()));
    if (last?.key !== key) last = { key, read: withFlows(shippedDir, own, (dir) => loadTenant(dir, deps)) };
    return last.read;
  };

  /** All of them together when they fit; else one after the other, leaving out those that don't. */
  function accept(wanted: Overrides): { own: Overrides; read: TenantRead } {
    refused.clear();
    try {
      return { own: wanted, read: load(wanted) };
    } catch (error) {
      if (!(error instanceof AppError) || wanted.size === 0) throw error;
    }
    let own: Overrides = new Map();
    let read = load(own);
    for (const [path, text] of wanted) {
      const more = new Map([...own, [path, text]]);
      try {
        read = load(more);
        own = more;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        refused.set(path, error.message);
        log.error({ path, version: newest.get(path)?.version }, 'own data file left out: it can not be used any more');
      }
    }
    return { own, read };
  }

  async function fetch(): Promise<Overrides> {
    seen = await files.count();
    const found = seen === 0 ? [] : await files.newest();
    newest.clear();
    for (const each of found) newest.set(each.path, each);
    return new Map(found.flatMap(({ path, text }) => (text === undefined ? [] : [[path, text]])));
  }

  const first = accept(await fetch());
  overrides = first.own;
  const live = createLiveTenant(first.read, categoriesHash(overrides), deps.models);
  const atStart = new Map([...newest].map(([path, { version }]) => [path, refused.has(path) ? 0 : version]));

  return {
    live,
    newest,
    atStart,
    refused,
    read: (each) => withFlows(shippedDir, overrides, each),
    readWith(path, text) {
      const changed = new Map(overrides);
      if (text === undefined) changed.delete(path);
      else changed.set(path, text);
      return load(changed);
    },
    textOf: (path) => overrides.get(path) ?? readShipped(shippedDir, path),
    shippedText: (path) => readShipped(shippedDir, path),
    years() {
      const dir = join(shippedDir, 'holidays');
      const shipped = existsSync(dir) ? readdirSync(dir) : [];
      const own = [...overrides.keys()].flatMap((path) => (path.startsWith('holidays/') ? [path.slice(9)] : []));
      return [...new Set([...shipped, ...own])].map((name) => Number(name.slice(0, 4))).sort();
    },
    async refresh() {
      if ((await files.count()) === seen) return false;
      const { own, read } = accept(await fetch());
      overrides = own;
      live.set(read, categoriesHash(own));
      log.info({ files: own.size }, 'data files of the office read anew');
      return true;
    },
  };
}

function categoriesHash(own: Overrides): string {
  return hashOf(`${own.get('categories.yaml') ?? ''}\0${own.get('lexicon.yaml') ?? ''}`);
}
