import { createHmac, timingSafeEqual } from 'node:crypto';

const FORM = /^sha256=([0-9a-f]{64})$/i;

/** True when a header could be a signature at all, so that nothing more is read of a request that has none. */
export function looksSigned(header: string | undefined): boolean {
  return header !== undefined && FORM.test(header);
}

/**
 * True when `X-Hub-Signature-256` is the HMAC of exactly these bytes under one of the secrets. The bytes must be those
 * that came over the wire: Meta escapes what isn't ASCII, so a body that was parsed and written again has another HMAC
 * from the first emoji on.
 *
 * @param secrets more than one while a secret is being changed
 */
export function isSigned(header: string | undefined, body: Buffer, secrets: readonly string[]): boolean {
  const hex = FORM.exec(header ?? '')?.[1];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, 'hex');
  // every secret is tried, so that the time taken doesn't tell which one holds
  const matches = secrets.map((secret) => timingSafeEqual(given, createHmac('sha256', secret).update(body).digest()));
  return matches.includes(true);
}
