import { type Keys, mac } from '../core/crypto.js';

/** The token that a page of ours sends back with every write: only who can read our answers has it. Nothing is stored. */
export function csrfTokenOf(keys: Keys, credential: string): string {
  return mac(keys.receiptKey, 'csrf', credential).toString('base64url');
}
