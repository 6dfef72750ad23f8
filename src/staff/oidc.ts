import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { AppError } from '../core/errors.js';
import { type Account, normalLogin } from './account.js';
import type { AccountStore } from './account-store.js';

const SCOPE = 'openid email profile';
const TIMEOUT_SECONDS = 10;

export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What must be remembered, in the browser that began, between leaving for the provider and coming back. */
export interface OidcTrip {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Sign-in by an identity provider (OpenID Connect, code flow with PKCE). Makes no accounts: an admin does. */
export interface Oidc {
  /** @throws {AppError} `store.unavailable` when the provider can't be reached */
  start(redirectUri: string): Promise<{ readonly url: string; readonly trip: OidcTrip }>;
  /**
   * Whose the identity is: the account it signed in before, else (the first time) the one whose login is its verified
   * e-mail address.
   *
   * @param returned the whole address that the browser came back to
   * @throws {AppError} `request.unauthorized` when the answer isn't good, or no active account is meant
   */
  finish(returned: URL, trip: OidcTrip): Promise<Account>;
}

export function createOidc(
  { issuer, clientId, clientSecret }: OidcConfig,
  accounts: Pick<AccountStore, 'findByLogin' | 'findByOidc' | 'update'>,
): Oidc {
  let found: Promise<Configuration> | undefined;

  function configuration(): Promise<Configuration> {
    // config.ts lets http only to this machine: for tests, and a provider behind a proxy of it
    const insecure = issuer.startsWith('http:') ? [allowInsecureRequests] : [];
    // left to itself the library trusts the connection, and doesn't look at who signed
    const execute = [enableNonRepudiationChecks, ...insecure];
    found ??= discovery(new URL(issuer), clientId, clientSecret, undefined, { execute, timeout: TIMEOUT_SECONDS });
    return found.catch((cause: unknown) => {
      found = undefined;
      throw new AppError('store.unavailable', 'The identity provider can not be reached', {}, { cause });
    });
  }

  return {
    async start(redirectUri) {
      const trip = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: trip.state,
        nonce: trip.nonce,
        code_challenge: await calculatePKCECodeChallenge(trip.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, trip };
    },
    async finish(returned, { state, nonce, verifier }) {
      const claims = await authorizationCodeGrant(await configuration(), returned, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      }).then(
        (tokens) => tokens.claims(),
        (cause: unknown) => {
          throw new AppError('request.unauthorized', 'The identity provider did not confirm it', {}, { cause });
        },
      );
      const account =
        claims && (await accountOf(`${claims.iss} ${claims.sub}`, claims['email'], claims['email_verified']));
      if (!account?.isActive) throw new AppError('request.unauthorized', 'No account here belongs to this identity');
      return account;
    },
  };

  async function accountOf(oidcSubject: string, email: unknown, isVerified: unknown): Promise<Account | undefined> {
    const known = await accounts.findByOidc(oidcSubject);
    if (known || typeof email !== 'string' || isVerified !== true) return known;
    const named = await accounts.findByLogin(normalLogin(email));
    // an account that another identity has signed in stays that one's, whoever has the address now
    return named && accounts.update(named._id, { $set: { oidcSubject } }, { oidcSubject: { $exists: false } });
  }
}
