import type { Db } from 'mongodb';
import { AppError } from '../core/errors.js';
import { isDuplicateKey } from '../store/connect.js';

/** One version of one of the office's data files. Never changed, never deleted: any of them can be taken back. */
export interface TenantFile {
  /** `<path>@<version>`: of two who write the next version one is refused. */
  readonly _id: string;
  /** Below flows/, with `/`. */
  readonly path: string;
  /** 1, 2, 3 ...; 0 is what came with the service and is not stored. */
  readonly version: number;
  /** Absent: the shipped file holds again. */
  readonly text?: string;
  /** SHA-256 of the file that came with the service at the time. */
  readonly shippedHash: string;
  readonly by: string;
  readonly at: Date;
  readonly note?: string;
}

export type TenantFileFacts = Omit<TenantFile, 'text'> & { readonly isShipped: boolean };

export interface TenantFiles {
  /** The newest version of each path that has one, oldest change first. */
  newest(): Promise<TenantFile[]>;
  /** Versions of one path without their text, newest first, 200 at most. */
  versions(path: string): Promise<TenantFileFacts[]>;
  find(path: string, version: number): Promise<TenantFile | undefined>;
  /** @throws {AppError} `request.conflict` when this version exists already */
  insert(file: Omit<TenantFile, '_id'>): Promise<void>;
  /** Grows with every version of any path. */
  count(): Promise<number>;
}

const MAX_VERSIONS_SHOWN = 200;

export function createTenantFiles(db: Db): TenantFiles {
  const files = db.collection<TenantFile>('tenant_files');
  return {
    async newest() {
      const known = await files.find({}, { projection: { path: 1, version: 1 } }).toArray();
      const last = new Map<string, TenantFile>();
      for (const each of known) if (each.version > (last.get(each.path)?.version ?? 0)) last.set(each.path, each);
      const ids = [...last.values()].map(({ _id }) => _id);
      if (ids.length === 0) return [];
      return (await files.find({ _id: { $in: ids } }).toArray()).sort((a, b) => a.at.getTime() - b.at.getTime());
    },
    async versions(path) {
      const found = await files.find({ path }, { sort: { version: -1 }, limit: MAX_VERSIONS_SHOWN }).toArray();
      return found.map(({ text, ...facts }) => ({ ...facts, isShipped: text === undefined }));
    },
    find: async (path, version) => (await files.findOne({ _id: `${path}@${version}` })) ?? undefined,
    async insert(file) {
      try {
        await files.insertOne({ _id: `${file.path}@${file.version}`, ...file });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        throw new AppError('request.conflict', `${file.path} has been changed by somebody else: read it again`);
      }
    },
    count: () => files.countDocuments({}),
  };
}
