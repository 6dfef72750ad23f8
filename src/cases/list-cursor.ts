import { AppError } from '../core/errors.js';
import type { Case } from './case.js';

/** `due`: what is due first, of what is owed. `newest`: what was reported last. `review`: what waits longest for one. */
export type ListOrder = 'due' | 'newest' | 'review';

/** The last row of a page: the next one begins behind it. */
export interface Cursor {
  readonly at: Date;
  readonly number: string;
}

export interface OrderRule {
  readonly field: 'dueAt' | 'receivedAt' | 'reviewAt';
  readonly direction: 1 | -1;
}

export const ORDERS: Readonly<Record<ListOrder, OrderRule>> = {
  due: { field: 'dueAt', direction: 1 },
  newest: { field: 'receivedAt', direction: -1 },
  review: { field: 'reviewAt', direction: 1 },
};

type Ordered = Pick<Case, '_id' | 'dueAt' | 'receivedAt' | 'reviewAt'>;

export function cursorOf(row: Ordered, order: ListOrder): string {
  return `${order}.${atOf(row, order)}.${row._id}`;
}

const CURSOR = /^(due|newest|review)\.(\d{1,16})\.(LP-\d{6}-\d{4,7})$/;

/** @throws {AppError} `request.invalid` unless it is a cursor of this order */
export function parseCursor(text: string, order: ListOrder): Cursor {
  const [, of, atMs, number] = CURSOR.exec(text) ?? [];
  if (of !== order || number === undefined)
    throw new AppError('request.invalid', 'The cursor is of another list', { field: 'cursor' });
  return { at: new Date(Number(atMs)), number };
}

/** Rows of several queries, each in order, as one list in that order; a row found by two of them is one. */
export function mergePages<T extends Ordered>(pages: readonly (readonly T[])[], order: ListOrder): T[] {
  const { direction } = ORDERS[order];
  const rows = [...new Map(pages.flat().map((row) => [row._id, row])).values()];
  const compare = (a: T, b: T) => atOf(a, order) - atOf(b, order) || (a._id < b._id ? -1 : 1);
  return rows.sort((a, b) => direction * compare(a, b));
}

function atOf(row: Ordered, order: ListOrder): number {
  return row[ORDERS[order].field]?.getTime() ?? 0;
}
