import { createCipheriv, createDecipheriv } from 'node:crypto';
import { mac } from '../../core/crypto.js';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The page finds a file by the name of its message, which holds the number of whoever sent it. References to files are
 * kept in clear, with cases too, so what is kept is that name sealed.
 */
export interface FileRefs {
  /** The same for the same name, so that a file told twice is one file. */
  seal(ref: string): string;
  /** A name that wasn't sealed is given back as it is: references from before there were seals. */
  open(sealed: string): string;
}

/** @param addressKey never rotates, so that what is owed can still be fetched after a change of keys */
export function createFileRefs(addressKey: Buffer): FileRefs {
  const key = mac(addressKey, 'whatsapp web file refs');

  return {
    seal(ref) {
      // of the name itself: another name never has the same, and the same name may
      const iv = mac(key, ref).subarray(0, IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv);
      const body = Buffer.concat([cipher.update(ref, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES));
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const body = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
        return Buffer.concat([body, decipher.final()]).toString('utf8');
      } catch {
        return sealed;
      }
    },
  };
}
