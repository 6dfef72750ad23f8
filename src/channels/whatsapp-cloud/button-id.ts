import type { Choice, Option } from '../../messages/message.js';

/** As the Cloud API has them. */
export const MAX_BUTTON_ID_BYTES = 256;
export const MAX_ROW_ID_BYTES = 200;
const INDEX_MARK = '#';

/**
 * What a button or list row carries: `<seq36>:<step>:<option>`. When that is too long, `<seq36>::#<index>`: the tap is
 * then read as the words on it, which come back with it.
 */
export function buttonIdOf(seq: number, step: string, option: Option, index: number, maxBytes: number): string {
  const id = `${seq.toString(36)}:${step}:${option.id}`;
  return Buffer.byteLength(id) <= maxBytes ? id : `${seq.toString(36)}::${INDEX_MARK}${index}`;
}

export type ReadButton =
  | { readonly type: 'choice'; readonly choice: Choice }
  /** The option's id was too long: the label on the button says which. */
  | { readonly type: 'label'; readonly seq: number };

/** Matches no step, so that a button we can't read is answered as one that no longer holds. */
const NO_CHOICE: ReadButton = { type: 'choice', choice: { step: '', seq: 0, option: '' } };

/** Total: old, foreign and forged ids become a choice that nothing offered. */
export function readButtonId(id: string): ReadButton {
  const [, seq36, step, option] = /^([0-9a-z]{1,9}):([^:]*):(.+)$/s.exec(id) ?? [];
  if (seq36 === undefined || step === undefined || option === undefined) return NO_CHOICE;
  const seq = Number.parseInt(seq36, 36);
  if (step !== '') return { type: 'choice', choice: { step, seq, option } };
  return option.startsWith(INDEX_MARK) ? { type: 'label', seq } : NO_CHOICE;
}
