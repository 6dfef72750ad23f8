import type { Filter } from '../query/filter.js';
import type { Path } from '../query/path.js';

export interface IndexField {
  readonly path: Path;
  readonly descending: boolean;
}

/** An index of a collection. Everything but the mutable fields is fixed when it is created. */
export interface Index {
  /** Unique over the whole store and never reused; the first four bytes of each of its keys. */
  readonly id: number;
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partial: Filter | undefined;
  readonly expireAfterSeconds: number | undefined;
  /** The document listIndexes shows. */
  readonly spec: Buffer;
  /**
   * For each field, the path components that have been arrays in some document, as bits (1 = the first component).
   * Only grows; persisted with the catalogue, because bounds and sorts from an index depend on it.
   */
  multikey: number[];
  /** False while it is being built: writes keep it up, reads don't use it. */
  ready: boolean;
}

export const ID_INDEX_NAME = '_id_';

export function isMultikey(index: Index): boolean {
  return index.multikey.some((bits) => bits !== 0);
}
