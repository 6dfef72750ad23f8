import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { StoreError } from '../errors.js';

const ITERATIONS = 15_000;
const KEY_BYTES = 32;
/** `n,,` in base64: no channel binding. */
const NO_BINDING = 'biws';

/** The one user of a store that listens on TCP. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What is kept of a password (RFC 5802): enough to check a proof, not enough to make one. */
export interface Verifier {
  readonly username: string;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

export function verifierOf({ username, password }: Credentials): Verifier {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, KEY_BYTES, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  return { username, salt, storedKey, serverKey: hmac(salted, 'Server Key') };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** One authentication of one client by SCRAM-SHA-256 (RFC 7677), the server's side. */
export class ScramConversation {
  private readonly firstBare: string;
  private readonly nonce: string;
  readonly serverFirst: string;
  private readonly knownUser: boolean;

  /** @throws {StoreError} 18 for a first message that is none */
  constructor(
    private readonly verifier: Verifier,
    clientFirst: string,
  ) {
    const parts = /^n,,(n=([^,]*),r=([^,]+).*)$/s.exec(clientFirst);
    if (!parts) throw failed();
    const [, bare = '', name = '', clientNonce = ''] = parts;
    this.firstBare = bare;
    this.knownUser = name.replace(/=2C/g, ',').replace(/=3D/g, '=') === verifier.username;
    this.nonce = clientNonce + randomBytes(18).toString('base64');
    this.serverFirst = `r=${this.nonce},s=${verifier.salt.toString('base64')},i=${ITERATIONS}`;
  }

  /**
   * Checks the client's proof.
   *
   * @returns the message that proves the server to the client
   * @throws {StoreError} 18 for a wrong name or password; which of the two it was is not told
   */
  finish(clientFinal: string): string {
    const parts = /^(c=([^,]*),r=([^,]+)),p=([^,]+)$/.exec(clientFinal);
    if (!parts) throw failed();
    const [, withoutProof = '', binding, nonce, proof = ''] = parts;
    const message = `${this.firstBare},${this.serverFirst},${withoutProof}`;
    const { storedKey, serverKey } = this.verifier;
    const signature = hmac(storedKey, message);
    const given = Buffer.from(proof, 'base64');
    if (given.length !== KEY_BYTES || binding !== NO_BINDING || nonce !== this.nonce) throw failed();
    const clientKey = Buffer.from(signature.map((byte, at) => byte ^ (given[at] ?? 0)));
    const right = timingSafeEqual(createHash('sha256').update(clientKey).digest(), storedKey);
    if (!right || !this.knownUser) throw failed();
    return `v=${hmac(serverKey, message).toString('base64')}`;
  }
}

function failed(): StoreError {
  return new StoreError(18, 'Authentication failed.');
}
