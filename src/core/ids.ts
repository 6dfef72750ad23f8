import { mac } from './crypto.js';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const CONVERSATION_ID_CHARS = 26;
const RECEIPT_DIGITS = 16;

/** Lower-case RFC 4648 base32 without padding. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  if (bits > 0) text += BASE32[(value << (5 - bits)) & 31];
  return text;
}

/**
 * The id of the conversation with one address on one channel account: 26 characters, the same in every process,
 * and safe in logs and links because the address can't be had back from it without the key.
 */
export function conversationIdOf(addressKey: Buffer, channel: string, account: string, chatId: string): string {
  const known = idsOf(addressKey);
  const address = JSON.stringify([channel, account, chatId]);
  const found = known.get(address);
  if (found) return found;
  const id = base32(mac(addressKey, channel, account, chatId)).slice(0, CONVERSATION_ID_CHARS);
  if (known.size >= MAX_KNOWN_IDS) known.clear();
  known.set(address, id);
  return id;
}

const MAX_KNOWN_IDS = 20_000;
const knownIds = new WeakMap<Buffer, Map<string, string>>();

/** Ids derived lately; each message asks for its own several times. */
function idsOf(addressKey: Buffer): Map<string, string> {
  const known = knownIds.get(addressKey) ?? new Map<string, string>();
  knownIds.set(addressKey, known);
  return known;
}

/** `<conversationId>#<source.key>`: a redelivery collides on it. */
export function turnIdOf(conversationId: string, sourceKey: string): string {
  return `${conversationId}#${sourceKey}`;
}

/** `LP-YYMMDD-NNNN`; `day` is YYMMDD in the tenant's zone. Readable and not secret. Grows past four digits after 9,999. */
export function caseNumberOf(day: string, sequence: number): string {
  return `LP-${day}-${String(sequence).padStart(4, '0')}`;
}

/**
 * The 16-digit code that opens a case together with its number. It is derived, not stored: whoever has only the
 * database can't make one, and a message that is sent again carries the same code (ADR 0003).
 */
export function receiptCodeOf(receiptKey: Buffer, caseNumber: string): string {
  const number = mac(receiptKey, 'receipt', caseNumber).readBigUInt64BE(0) % 10n ** BigInt(RECEIPT_DIGITS);
  return String(number).padStart(RECEIPT_DIGITS, '0');
}

/** Four groups of four, as people read it: `1234 5678 9012 3456`. */
export function showReceiptCode(code: string): string {
  return code.replace(/(\d{4})(?=\d)/g, '$1 ');
}
