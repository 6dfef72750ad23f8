import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { type AccountStore, createAccountStore } from './account-store.js';
import { type Accounts, createAccounts } from './accounts.js';
import { type Answers, createAnswers } from './answers.js';
import { type ApiTokens, createApiTokens } from './api-tokens.js';
import type { Audit } from './audit.js';
import { createLinks } from './links.js';
import { createLoginThrottle } from './login-throttle.js';
import { createOidc, type Oidc, type OidcConfig } from './oidc.js';
import { createPasswords, type Passwords } from './password.js';
import { createRoster, type Roster } from './roster.js';
import type { Seats } from './seat.js';
import { createSeats } from './seats.js';
import { createSecondFactor, type SecondFactor } from './second-factor.js';
import { createSessions, type SessionLimits, type Sessions } from './sessions.js';
import { createSignIn, type SignIn } from './sign-in.js';

export interface StaffDeps {
  readonly db: Db;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly audit: Pick<Audit, 'append'>;
  readonly limits: SessionLimits;
  /** Ids of the units there are. */
  readonly units: ReadonlySet<string>;
  /** What the service is called in an authenticator app. */
  readonly siteName: string;
  readonly oidc?: OidcConfig | undefined;
  /** Left out: argon2id at its full cost. */
  readonly passwords?: Passwords;
}

/** Who works here, and how they come in. */
export interface Staff {
  readonly store: AccountStore;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: ApiTokens;
  readonly passwords: Passwords;
  readonly secondFactor: SecondFactor;
  readonly signIn: SignIn;
  readonly seats: Seats;
  readonly roster: Roster;
  readonly answers: Answers;
  readonly limits: SessionLimits;
  readonly oidc: Oidc | undefined;
}

export function createStaff(deps: StaffDeps): Staff {
  const { db, keys, clock, audit, limits, units, siteName, oidc, passwords = createPasswords() } = deps;
  const now = () => clock.now();
  const store = createAccountStore(db);
  const sessions = createSessions(db, clock, limits);
  const tokens = createApiTokens(db, clock);
  const secondFactor = createSecondFactor({ accounts: store, keys, clock, issuer: siteName });
  const links = createLinks(db, clock);
  const reserve = createLoginThrottle(db, clock);
  return {
    store,
    sessions,
    tokens,
    passwords,
    secondFactor,
    limits,
    accounts: createAccounts({ store, sessions, tokens, links, passwords, secondFactor, audit, clock, units }),
    signIn: createSignIn({ accounts: store, sessions, passwords, secondFactor, reserve, audit, keys, now }),
    seats: createSeats({ accounts: store, sessions, tokens, now }),
    roster: createRoster(store, clock, limits.idleMs),
    answers: createAnswers(db, keys, clock),
    oidc: oidc && createOidc(oidc, store),
  };
}
