import { type Document, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import type { FileEditBody } from './api/admin-files.js';
import type { Audit } from './audit.js';
import type { TenantData } from './tenant-data.js';
import type { TenantFiles } from './tenant-files.js';
import { hashOf } from './tenant-folder.js';
import { demandNothingLost } from './tenant-load.js';
import { findTenantPath, movesDeadlines } from './tenant-paths.js';

export interface TenantChangeDeps {
  readonly data: TenantData;
  readonly files: TenantFiles;
  readonly audit: Pick<Audit, 'append'>;
  readonly clock: Clock;
  /** Works deadlines out anew; resolves to how many cases' moved. */
  readonly retime: () => Promise<number>;
}

export interface WrittenBy {
  readonly by: string;
  readonly note?: string | undefined;
  /** The version the change was made on. */
  readonly seenVersion: number;
}

export interface TenantChange {
  /** What is wrong with a text, one line each; empty when it can be used. */
  check(path: string, text: string): string[];
  /**
   * Keeps a new version and puts it in force.
   *
   * @param text undefined takes the shipped file back
   * @returns how many cases got another deadline, where the file decides on deadlines
   * @throws {AppError} `admin.file_refused` saying what is wrong and where, `request.conflict` when another version was
   * written meanwhile, `request.not_found` for a file that isn't the office's to write
   */
  write(path: string, text: string | undefined, by: WrittenBy): Promise<{ readonly retimed?: number }>;
  /** The same with single values changed; comments and order stay. */
  edit(path: string, edits: FileEditBody['edits'], by: WrittenBy): ReturnType<TenantChange['write']>;
  /** An earlier version is written again as the newest; 0 is the shipped one. */
  revert(path: string, toVersion: number, by: WrittenBy): ReturnType<TenantChange['write']>;
}

export function createTenantChange({ data, files, audit, clock, retime }: TenantChangeDeps): TenantChange {
  /** @throws {AppError} `admin.file_refused` */
  function demandUsable(path: string, text: string | undefined): void {
    try {
      demandNothingLost(data.live.current(), data.readWith(path, text));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError('admin.file_refused', error.message, { path });
    }
  }

  const write: TenantChange['write'] = async (path, text, { by, note, seenVersion }) => {
    if (!findTenantPath(path)) throw new AppError('request.not_found', `${path} is not a file to be written here`);
    await data.refresh();
    if ((data.newest.get(path)?.version ?? 0) !== seenVersion)
      throw new AppError('request.conflict', `${path} has been changed by somebody else: read it again`, { path });
    demandUsable(path, text);
    const version = seenVersion + 1;
    await files.insert({
      path,
      version,
      ...(text === undefined ? {} : { text }),
      shippedHash: hashOf(data.shippedText(path)),
      by,
      at: clock.now(),
      ...(note ? { note } : {}),
    });
    await audit.append({ by, what: 'admin.file_changed', subject: path, details: { version } });
    await data.refresh();
    return movesDeadlines(path) ? { retimed: await retime() } : {};
  };

  return {
    write,
    check(path, text) {
      try {
        demandUsable(path, text);
        return [];
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return error.message.split('\n').map((line) => line.trim());
      }
    },
    edit: async (path, edits, by) => write(path, editYaml(path, data.textOf(path) ?? '', edits), by),
    async revert(path, toVersion, by) {
      if (toVersion === 0) return write(path, undefined, by);
      const found = await files.find(path, toVersion);
      if (!found) throw new AppError('request.not_found', `${path} has no version ${toVersion}`);
      return write(path, found.text, by);
    },
  };
}

/** @throws {AppError} `admin.file_refused` when a way leads nowhere */
export function editYaml(path: string, text: string, edits: FileEditBody['edits']): string {
  const document = parseDocument(text);
  for (const edit of edits) {
    const at = edit.at.map((key, index) => keyIn(document, edit.at.slice(0, index), key));
    try {
      if (edit.do === 'set') document.setIn(at, document.createNode(edit.value));
      else if (edit.do === 'remove') demandThere(document.deleteIn(at));
      else if (isSeq(document.getIn(at))) document.addIn(at, document.createNode(edit.value));
      else document.setIn(at, document.createNode([edit.value]));
    } catch (cause) {
      const message = `${path}: there is no ${edit.at.join('.')} that could be changed`;
      throw new AppError('admin.file_refused', message, { path }, { cause });
    }
  }
  return document.toString({ lineWidth: 120 });
}

function demandThere(deleted: boolean): void {
  if (!deleted) throw new RangeError('nothing is there');
}

/** A key as the document holds it: a page says `"5"` or `5`, and YAML keeps either. */
function keyIn(document: Document, parent: readonly unknown[], key: string | number): string | number {
  const node = parent.length === 0 ? document.contents : document.getIn(parent);
  if (!isMap(node)) return key;
  const found = node.items.find(({ key: each }) => isScalar(each) && String(each.value) === String(key));
  const value = found && isScalar(found.key) ? found.key.value : key;
  return typeof value === 'string' || typeof value === 'number' ? value : key;
}
