const MAX_WORDS = 3;
const segmenter = new Intl.Segmenter('id', { granularity: 'grapheme' });
const HIDDEN = '•••';

/** What stands for the name of somebody who wants none told. */
export const ANONIM_NAME = 'Anonim';

/** A name as staff see it until it is revealed: `S••• A•••`; empty when none is known. */
export function maskName(name: string | undefined): string {
  const words = (name ?? '').split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words
    .slice(0, MAX_WORDS)
    .map((word) => `${firstLetter(word)}${HIDDEN}`)
    .join(' ');
}

function firstLetter(word: string): string {
  for (const { segment } of segmenter.segment(word)) if (/[\p{L}\p{N}]/u.test(segment)) return segment;
  return '';
}
