import { createHash, randomBytes } from 'node:crypto';
import { base32 } from '../core/ids.js';

const ID_BYTES = 10;
const SECRET_BYTES = 32;
/** `<id>.<secret>`: the id finds the document, the secret proves the right to it. */
const TOKEN = /^([a-z2-7]{16})\.([\w-]{43})$/;

/** Sixteen characters that are in no other id (80 bits). */
export function newId(): string {
  return base32(randomBytes(ID_BYTES));
}

/** A token of 256 random bits, of which only the hash is stored. */
export interface IssuedToken {
  readonly id: string;
  /** Shown once, to whoever it is for. */
  readonly token: string;
  readonly hash: string;
}

export function issueToken(): IssuedToken {
  const id = newId();
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, token: `${id}.${secret}`, hash: hashOf(secret) };
}

/** The parts of a token; undefined for what can't be one of ours. */
export function readToken(token: string): { readonly id: string; readonly hash: string } | undefined {
  const [, id, secret] = TOKEN.exec(token) ?? [];
  return id && secret ? { id, hash: hashOf(secret) } : undefined;
}

// a plain hash is enough for what nobody can guess
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
