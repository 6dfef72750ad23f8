import type { Choice, Option } from '../../messages/message.js';

/** As the Bot API has it: 1 to 64 bytes. */
const MAX_BYTES = 64;
const INDEX_MARK = '#';

/**
 * What a button carries: `<seq36>:<step>:<option>`. When that is too long, `<seq36>::#<index>`: the tap is then read as
 * the words on the button, which come back with it.
 */
export function buttonDataOf(seq: number, step: string, option: Option, index: number): string {
  const data = `${seq.toString(36)}:${step}:${option.id}`;
  return Buffer.byteLength(data) <= MAX_BYTES ? data : `${seq.toString(36)}::${INDEX_MARK}${index}`;
}

export type ReadButton =
  | { readonly type: 'choice'; readonly choice: Choice }
  /** The option's id was too long: the label on the button says which. */
  | { readonly type: 'label'; readonly seq: number };

/** Matches no step, so that a button we can't read is answered as one that no longer holds. */
const NO_CHOICE: ReadButton = { type: 'choice', choice: { step: '', seq: 0, option: '' } };

/** Total: old, foreign and forged data become a choice that nothing offered. */
export function readButtonData(data: string): ReadButton {
  const [, seq36, step, option] = /^([0-9a-z]{1,9}):([^:]*):(.+)$/s.exec(data) ?? [];
  if (seq36 === undefined || step === undefined || option === undefined) return NO_CHOICE;
  const seq = Number.parseInt(seq36, 36);
  if (step !== '') return { type: 'choice', choice: { step, seq, option } };
  return option.startsWith(INDEX_MARK) ? { type: 'label', seq } : NO_CHOICE;
}
