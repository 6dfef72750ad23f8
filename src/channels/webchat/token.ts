import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Keys, mac } from '../../core/crypto.js';
import { base32 } from '../../core/ids.js';

const ID_BYTES = 16;
const PROOF_BYTES = 20;
/** `<id>.<proof>` in base32: 26 + 1 + 32 characters. */
const TOKEN = /^([a-z2-7]{26})\.([a-z2-7]{32})$/;

/**
 * Makes the token of a new chat. Nothing is stored: the id is random (128 bits) and the proof shows that we made it.
 * Whoever holds it is the citizen of that chat, so it travels in a header and never in a URL.
 */
export function issueToken(keys: Keys, account: string): string {
  const id = base32(randomBytes(ID_BYTES));
  return `${id}.${proofOf(keys, account, id)}`;
}

/** The chat a token opens, or undefined when we did not make it for this account. */
export function chatIdOf(keys: Keys, account: string, token: string): string | undefined {
  const [, id, proof] = TOKEN.exec(token) ?? [];
  if (!id || !proof) return undefined;
  return timingSafeEqual(Buffer.from(proof), Buffer.from(proofOf(keys, account, id))) ? id : undefined;
}

function proofOf(keys: Keys, account: string, id: string): string {
  return base32(mac(keys.receiptKey, 'webchat', account, id).subarray(0, PROOF_BYTES));
}
