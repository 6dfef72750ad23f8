import {
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 1;

/** A named 32-byte key. Old content keys stay in the ring so that what they sealed can still be read. */
export interface ContentKey {
  /** 1 to 32 characters, stored beside every value it sealed. */
  readonly id: string;
  readonly key: Buffer;
}

/** All secrets of an installation; none of them is ever in the database. */
export interface Keys {
  /** Turns addresses into conversation ids. Never rotates: ids would change. */
  readonly addressKey: Buffer;
  /** The first seals; all of them open. */
  readonly contentKeys: readonly [ContentKey, ...ContentKey[]];
  /** Derives receipt codes, web-chat tokens and other lookup secrets. */
  readonly receiptKey: Buffer;
}

/**
 * Seals a JSON value with AES-256-GCM.
 *
 * Layout: format (1 byte), key id length (1), key id, IV (12), tag (16), ciphertext.
 *
 * @param boundTo what the value belongs to (a document's `_id`): a sealed value copied elsewhere does not open
 */
export function seal(keys: Keys, boundTo: string, value: unknown): Buffer {
  return sealBytes(keys, boundTo, JSON.stringify(value));
}

/** As {@link seal}, for bytes, or for text as UTF-8. */
export function sealBytes(keys: Keys, boundTo: string, content: Uint8Array | string): Buffer {
  const { id, key } = keys.contentKeys[0];
  const iv = nextIv();
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(boundTo));
  const head = Buffer.concat([Buffer.from([FORMAT, id.length]), Buffer.from(id, 'ascii')]);
  const body = Buffer.concat([bodyOf(cipher, content), cipher.final()]);
  return Buffer.concat([head, iv, cipher.getAuthTag(), body]);
}

function bodyOf(cipher: CipherGCM, content: Uint8Array | string): Buffer {
  return typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content);
}

const IVS_AT_ONCE = 512;
let ivPool = Buffer.alloc(0);
let ivAt = 0;

/** Random bytes are drawn for many values at once: one draw costs as much as sealing. */
function nextIv(): Buffer {
  if (ivAt === ivPool.length) {
    ivPool = randomBytes(IV_BYTES * IVS_AT_ONCE);
    ivAt = 0;
  }
  ivAt += IV_BYTES;
  return ivPool.subarray(ivAt - IV_BYTES, ivAt);
}

/**
 * Opens what {@link seal} made.
 *
 * @throws {Error} when the key is unknown, the value was altered, or it is bound to something else
 */
export function open<T>(keys: Keys, boundTo: string, sealed: Uint8Array): T {
  return JSON.parse(openBytes(keys, boundTo, sealed).toString('utf8')) as T;
}

/** Opens what {@link sealBytes} made. @throws {Error} as {@link open} */
export function openBytes(keys: Keys, boundTo: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes[0] !== FORMAT) throw new Error(`sealed value of unknown format ${bytes[0]}`);
  const idLength = bytes[1] ?? 0;
  const id = bytes.toString('ascii', 2, 2 + idLength);
  const key = keys.contentKeys.find((each) => each.id === id)?.key;
  if (!key) throw new Error(`content key "${id}" is not in CONTENT_KEYS; values it sealed can't be read without it`);
  const ivAt = 2 + idLength;
  const tagAt = ivAt + IV_BYTES;
  const bodyAt = tagAt + TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(ivAt, tagAt));
  decipher.setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(bytes.subarray(tagAt, bodyAt));
  return Buffer.concat([decipher.update(bytes.subarray(bodyAt)), decipher.final()]);
}

/** The id of the key that sealed a value. @throws {Error} when it isn't a sealed value */
export function keyIdOf(sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes[0] !== FORMAT) throw new Error(`sealed value of unknown format ${bytes[0]}`);
  return bytes.toString('ascii', 2, 2 + (bytes[1] ?? 0));
}

/** HMAC-SHA-256 over the parts, each preceded by its length so that no two lists of parts collide. */
export function mac(key: Buffer, ...parts: readonly string[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
  return hmac.digest();
}

/** Compares two secrets in constant time; different lengths are simply unequal. */
export function equalSecrets(a: string, b: string): boolean {
  const left = createHmac('sha256', COMPARE_KEY).update(a).digest();
  const right = createHmac('sha256', COMPARE_KEY).update(b).digest();
  return timingSafeEqual(left, right);
}

// hashing first gives equal lengths; the key is per process, so digests say nothing outside it
const COMPARE_KEY = randomBytes(32);
