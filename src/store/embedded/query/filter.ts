import type { RawValue } from '../bson/raw.js';
import type { Path } from './path.js';

/** A parsed filter. Negations ($ne, $nin, $not, $nor, $exists: false) are `not` around what they negate. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly op: 'not'; readonly filter: Filter }
  | { readonly op: 'never' }
  | { readonly op: 'expression'; readonly holds: (document: Buffer) => boolean }
  | LeafFilter;

/** One test on the values a path leads to; true if one of them passes. */
export interface LeafFilter {
  readonly op: 'leaf';
  readonly path: Path;
  readonly test: Test;
}

export type Comparison = 'eq' | 'lt' | 'lte' | 'gt' | 'gte';

export type Test =
  | { readonly kind: Comparison; readonly value: RawValue }
  | { readonly kind: 'in'; readonly values: readonly RawValue[]; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'exists' }
  | { readonly kind: 'pattern'; readonly pattern: Pattern }
  | { readonly kind: 'size'; readonly count: number }
  | { readonly kind: 'elemMatchObject'; readonly filter: Filter }
  | { readonly kind: 'elemMatchValue'; readonly tests: readonly ElementTest[] };

/** A test on one array element, as `$elemMatch` with operators makes them. */
export interface ElementTest {
  readonly test: Test;
  readonly negated: boolean;
}

export interface Pattern {
  readonly regex: RegExp;
  /** The value as the client sent it: a stored regex equal to it matches too. */
  readonly value: RawValue | undefined;
  /** What every match begins with; empty where case is ignored. */
  readonly prefix: string;
}
