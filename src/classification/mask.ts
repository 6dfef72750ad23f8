const NIK_DIGITS = 16;
const MIN_PHONE_DIGITS = 9;
/** With this many, the next group of digits is something else (a year, a house number). */
const USUAL_PHONE_DIGITS = 11;
const MAX_PHONE_DIGITS = 15;
const MAX_MAIL_SIDE_CHARS = 64;
const MAIL_CHARACTER = /[A-Za-z0-9._%+-]/;
const JOINER = /[ .()-]/;
const MAX_JOINERS = 2;

/**
 * Replaces what identifies a person (NIK and family card numbers, phone numbers, e-mail addresses) by [NIK], [TELP] and
 * [EMAIL]. Amounts, dates, coordinates and house numbers stay. Linear in the text.
 */
export function maskPersonal(text: string): string {
  return maskNumbers(maskMails(text));
}

function maskMails(text: string): string {
  let masked = '';
  let copied = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > copied && at - start < MAX_MAIL_SIDE_CHARS && MAIL_CHARACTER.test(text.charAt(start - 1)))
      start -= 1;
    let end = at + 1;
    while (end < text.length && end - at <= MAX_MAIL_SIDE_CHARS && MAIL_CHARACTER.test(text.charAt(end))) end += 1;
    while (end > at + 1 && /[.-]/.test(text.charAt(end - 1))) end -= 1;
    if (start === at || !text.slice(at + 1, end).includes('.')) continue;
    masked += `${text.slice(copied, start)}[EMAIL]`;
    copied = end;
  }
  return masked + text.slice(copied);
}

function maskNumbers(text: string): string {
  let masked = '';
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    if (!isDigit(text, at)) {
      at += 1;
      continue;
    }
    const found = personalNumber(text, at);
    if (found === undefined) {
      while (isDigit(text, at)) at += 1;
      continue;
    }
    masked += text.slice(copied, /[+(]/.test(text.charAt(at - 1)) ? at - 1 : at) + found.mask;
    copied = found.end;
    at = found.end;
  }
  return masked + text.slice(copied);
}

/** The first groups of digits from `start` on that make a whole number; groups are parted by at most two joiners. */
function personalNumber(text: string, start: number): { mask: string; end: number } | undefined {
  let digits = '';
  let at = start;
  let found: { mask: string; end: number } | undefined;
  while (isDigit(text, at)) {
    while (isDigit(text, at)) {
      if (digits.length <= NIK_DIGITS) digits += text.charAt(at);
      at += 1;
    }
    const mask = maskFor(digits, text, start);
    if (mask !== undefined) found = { mask, end: at };
    if (digits.length > NIK_DIGITS || (found !== undefined && digits.length >= USUAL_PHONE_DIGITS)) return found;
    for (let joiners = 0; joiners < MAX_JOINERS && JOINER.test(text.charAt(at)); joiners += 1) at += 1;
  }
  return found;
}

function maskFor(digits: string, text: string, start: number): string | undefined {
  if (digits.length === NIK_DIGITS && !digits.startsWith('0')) return '[NIK]';
  if (digits.length < MIN_PHONE_DIGITS || digits.length > MAX_PHONE_DIGITS) return undefined;
  // "0.789" is a coordinate, "08" and "021" begin a number
  if (/^0[2-9]/.test(digits) && isDigit(text, start + 1)) return '[TELP]';
  return /^628/.test(digits) || (digits.startsWith('62') && text.charAt(start - 1) === '+') ? '[TELP]' : undefined;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
