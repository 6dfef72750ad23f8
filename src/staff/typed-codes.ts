import { receiptCodeOf } from '../core/ids.js';

/** Stands in place of a receipt code: it opens the case to whoever has it, and is the complainant's alone. */
export const RECEIPT_DOTS = '•••• •••• •••• ••••';

/** Not from within a case number on, which often stands before the code. */
const SIXTEEN_DIGITS = /(?<![\d-])\d{4}(?:[ .-]?\d{4}){3}(?!\d)/g;
const CASE_NUMBER = /LP-\d{6}-\d{4,7}/gi;

/** Hides what a citizen typed where it is the receipt code of one of these cases; other long numbers stay. Pure. */
export type HideCodes = (text: string) => string;

/** @param numbers of the cases it may be about; those that the texts name are among them */
export function createHideCodes(receiptKey: Buffer, numbers: readonly string[], texts: readonly string[]): HideCodes {
  if (!texts.some((text) => text.search(SIXTEEN_DIGITS) >= 0)) return (text) => text;
  const named = texts.flatMap((text) => text.match(CASE_NUMBER) ?? []).map((number) => number.toUpperCase());
  const codes = new Set([...new Set([...numbers, ...named])].map((number) => receiptCodeOf(receiptKey, number)));
  return (text) =>
    text.replace(SIXTEEN_DIGITS, (digits) => (codes.has(digits.replace(/\D/g, '')) ? RECEIPT_DOTS : digits));
}
