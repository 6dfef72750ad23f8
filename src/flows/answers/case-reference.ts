const NUMBER = /\bLP[-\s.]?(\d{6})[-\s.]?(\d{4,7})\b/i;
const CODE = /(?<!\d)(\d{4})[-\s.]?(\d{4})[-\s.]?(\d{4})[-\s.]?(\d{4})(?!\d)/;
/** With more words around it than this a number is part of a story, not a question about the case. */
const MAX_WORDS_AROUND = 5;

export interface CaseReference {
  /** `LP-YYMMDD-NNNN` */
  readonly number: string;
  /** 16 digits. */
  readonly code?: string;
}

/** A case number, and the receipt code if it is there too, in whatever way they were typed. */
export function findCaseReference(text: string): CaseReference | undefined {
  const found = NUMBER.exec(text);
  if (!found) return undefined;
  const rest = text.replace(found[0], ' ');
  const code = findReceiptCode(rest);
  return { number: `LP-${found[1]}-${found[2]}`, ...(code ? { code } : {}) };
}

export function findReceiptCode(text: string): string | undefined {
  const found = CODE.exec(text);
  return found ? found.slice(1, 5).join('') : undefined;
}

/** True when the message asks for a case rather than telling a story in which one occurs. */
export function isMainlyReference(text: string): boolean {
  if (text.length > 200) return false;
  const around = text.replace(NUMBER, ' ').replace(CODE, ' ');
  return (around.match(/\p{L}+/gu)?.length ?? 0) <= MAX_WORDS_AROUND;
}
