import { foldCharacter } from './fold.js';

/** A run of letters or a run of digits. "RT.03/RW.05" is rt 03 rw 05, "e-KTP" is e ktp, "3hari" is 3 hari. */
export interface Token {
  /** Folded and lower case: what is compared. */
  readonly word: string;
  /** Where the citizen's own spelling stands in the text: [start, end). */
  readonly start: number;
  readonly end: number;
  readonly numeric: boolean;
}

/** A name longer than this is no word; what follows is read as the next word, so that work stays bounded. */
const MAX_WORD_CHARS = 40;
const BACKSLASH = 92;

enum Kind {
  Separator,
  Letter,
  Digit,
}

/** Linear in the text, whatever is in it. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let word = '';
  let start = 0;
  let end = 0;
  let kind: Kind = Kind.Separator;

  const close = (): void => {
    if (kind !== Kind.Separator) tokens.push({ word, start, end, numeric: kind === Kind.Digit });
    word = '';
    kind = Kind.Separator;
  };

  for (let index = 0; index < text.length; ) {
    const code = text.charCodeAt(index);
    const codePoint = code < 0xd800 || code > 0xdfff ? code : (text.codePointAt(index) ?? code);
    const width = codePoint > 0xffff ? 2 : 1;
    const piece = code < 128 ? ascii(code) : foldCharacter(codePoint);
    if (piece === undefined) {
      close();
    } else if (piece !== '') {
      const pieceCode = piece.charCodeAt(0);
      const pieceKind = pieceCode >= 48 && pieceCode <= 57 ? Kind.Digit : Kind.Letter;
      if (pieceKind !== kind || word.length >= MAX_WORD_CHARS) {
        close();
        start = index;
        kind = pieceKind;
      }
      word += piece;
      end = index + width;
    }
    index += width;
    // exports often write a line break as the two characters \\n
    if (code === BACKSLASH && text.charAt(index) === 'n') index += 1;
  }
  close();
  return tokens;
}

const ASCII: readonly (string | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[0-9a-z]/i.test(character) ? character.toLowerCase() : undefined;
});

function ascii(code: number): string | undefined {
  return ASCII[code];
}
