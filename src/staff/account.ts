import type { Binary } from 'mongodb';
import { AppError } from '../core/errors.js';
import type { Role } from './actor.js';

export const STAFF_LOCALES = ['id', 'en'] as const;
export type StaffLocale = (typeof STAFF_LOCALES)[number];
export const PRESENCES = ['available', 'away'] as const;
export type Presence = (typeof PRESENCES)[number];

/** How many open cases somebody can hold, unless told otherwise. */
export const DEFAULT_CAPACITY = 25;

/** One of staff, as stored. Never deleted: what they did keeps their name. */
export interface Account {
  readonly _id: string;
  /** Lower case, unique. May be an e-mail address; sign-in by OIDC finds the account by it. */
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly units: readonly string[];
  readonly isActive: boolean;
  readonly locale: StaffLocale;
  readonly capacity: number;
  readonly presence: Presence;
  /** The last request of theirs, to the minute; absent once signed out everywhere. */
  readonly seenAt?: Date;
  readonly createdAt: Date;
  /** Grows with each change of role, units or isActive. */
  readonly rightsRev: number;
  /** Argon2id; absent until an invitation is accepted, and after a reset. */
  readonly passwordHash?: string;
  /** Sealed secret of the second factor, once confirmed. */
  readonly totp?: Binary;
  /** Sealed secret that waits to be confirmed. */
  readonly totpOffered?: Binary;
  /** The newest step whose code was used. */
  readonly totpStep?: number;
  /** Hashes of the recovery codes that are left. */
  readonly recovery?: readonly string[];
  /** `<issuer> <subject>` of the identity they sign in with. */
  readonly oidcSubject?: string;
  /** Only on the very first admin: unique, so that of two who try only one is. */
  readonly first?: true;
}

const LOGIN = /^[a-z0-9][a-z0-9._@+-]{2,99}$/;

/**
 * A login as it is stored and looked up.
 * @throws {AppError} `request.invalid`
 */
export function toLogin(given: string): string {
  const login = normalLogin(given);
  if (!LOGIN.test(login))
    throw new AppError('request.invalid', 'login: 3 to 100 of a-z 0-9 . _ @ + -', { field: 'login' });
  return login;
}

export function normalLogin(given: string): string {
  return given.trim().toLowerCase();
}

/**
 * Holds role and units to each other: who works cases belongs somewhere.
 * @throws {AppError} `request.invalid`
 */
export function demandUnits(role: Role, units: readonly string[], known: ReadonlySet<string>): void {
  const stranger = units.find((unit) => !known.has(unit));
  if (stranger !== undefined)
    throw new AppError('request.invalid', `units: there is no unit ${stranger}`, { field: 'units' });
  if (units.length === 0 && (role === 'agent' || role === 'coordinator'))
    throw new AppError('request.invalid', 'units: agents and coordinators belong to at least one', { field: 'units' });
}
