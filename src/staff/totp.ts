import { createHmac, randomBytes } from 'node:crypto';
import { base32 } from '../core/ids.js';

const STEP_SECONDS = 30;
const DIGITS = 6;
const SECRET_BYTES = 20;
/** Phones whose clock is up to half a minute off still fit. */
const STEPS_AROUND = [0, -1, 1] as const;

export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** The address that an authenticator app reads from a QR code. */
export function totpUri(secret: Buffer, issuer: string, login: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(login)}`;
  return `otpauth://totp/${label}?secret=${showTotpSecret(secret)}&issuer=${encodeURIComponent(issuer)}`;
}

/** The secret as it is typed into an app: base32, upper case. */
export function showTotpSecret(secret: Buffer): string {
  return base32(secret).toUpperCase();
}

/**
 * The time step a code was made for (RFC 6238: SHA-1, 30 s, 6 digits), or undefined when it isn't right.
 *
 * @param afterStep a step whose code was used already: it and those before it don't count again
 */
export function totpStepOf(secret: Buffer, code: string, now: Date, afterStep = -1): number | undefined {
  const current = Math.floor(now.getTime() / 1000 / STEP_SECONDS);
  return STEPS_AROUND.map((each) => current + each).find((step) => step > afterStep && codeAt(secret, step) === code);
}

export function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const at = (digest[digest.length - 1] ?? 0) & 0xf;
  const number = digest.readUInt32BE(at) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}
