import type { Index } from '../index/index-spec.js';

/** A stretch of an index, [low, high) over whole keys. */
export interface KeyRange {
  readonly low: Buffer;
  readonly high: Buffer;
}

/** How the candidates of a filter are found. The filter is applied to each of them in any case. */
export type Plan =
  | { readonly kind: 'collection'; readonly reverse: boolean }
  | {
      readonly kind: 'index';
      readonly index: Index;
      readonly ranges: readonly KeyRange[];
      readonly reverse: boolean;
      /** The candidates come in the order asked for. */
      readonly sorted: boolean;
      /** Each range is one complete key of a unique index. */
      readonly exact: boolean;
      /** How many leading fields are bounded, for explain. */
      readonly boundedFields: number;
    }
  | { readonly kind: 'union'; readonly plans: readonly Plan[] };

export interface SortField {
  readonly text: string;
  readonly descending: boolean;
}
