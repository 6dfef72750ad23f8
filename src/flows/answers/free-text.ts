const FREE_TEXT_LETTERS = 12;

/** Two words, or one long one, say something; less is a slip. A number out of range is never a text. */
export function isFreeText(text: string): boolean {
  const words = text.match(/\p{L}{2,}/gu) ?? [];
  return words.length >= 2 || (words[0]?.length ?? 0) >= FREE_TEXT_LETTERS;
}
