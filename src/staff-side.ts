import type { Db } from 'mongodb';
import type { Config } from './config.js';
import type { Clock } from './core/clock.js';
import type { Keys } from './core/crypto.js';
import type { Logger } from './core/log.js';
import type { MountedRouter } from './http/server.js';
import { createCookies } from './http/staff/auth-cookies.js';
import { createStaffAuthRoutes } from './http/staff/auth-routes.js';
import { createGate, type Gate } from './http/staff/gate.js';
import { createWriteOnce, type WriteOnce } from './http/staff/write-once.js';
import type { Audit } from './staff/audit.js';
import type { Passwords } from './staff/password.js';
import { createStaff, type Staff } from './staff/staff.js';

const STAFF_PATH = '/api/staff';

/** Who works here, and the door they come in by. */
export interface StaffSide {
  readonly staff: Staff;
  readonly gate: Gate;
  readonly writeOnce: WriteOnce;
  readonly routers: readonly MountedRouter[];
}

/** Wires accounts, rights and sign-in. @param passwords argon2id at its full cost when left out */
export function createStaffSide(deps: {
  readonly db: Db;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: Config;
  /** Ids of the units there are. */
  readonly unitIds: ReadonlySet<string>;
  readonly audit: Pick<Audit, 'append'>;
  readonly passwords?: Passwords | undefined;
}): StaffSide {
  const { db, keys, clock, log, config, audit, passwords } = deps;
  const publicUrl = config.PUBLIC_URL;
  const staff = createStaff({
    db,
    keys,
    clock,
    audit,
    limits: { idleMs: config.SESSION_IDLE_MINUTES * 60_000, maxMs: config.SESSION_MAX_HOURS * 3_600_000 },
    units: deps.unitIds,
    siteName: config.TENANT_NAME,
    oidc: oidcOf(config),
    ...(passwords ? { passwords } : {}),
  });
  const cookies = createCookies(publicUrl);
  const gate = createGate({ seats: staff.seats, cookies, keys, clock, log, publicUrl });
  const writeOnce = createWriteOnce(staff.answers, gate);
  const router = createStaffAuthRoutes({ staff, gate, writeOnce, cookies, audit, keys, clock, publicUrl });
  return { staff, gate, writeOnce, routers: [{ path: STAFF_PATH, router }] };
}

function oidcOf({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET }: Config) {
  if (!OIDC_ISSUER || !OIDC_CLIENT_ID || !OIDC_CLIENT_SECRET) return undefined;
  return { issuer: OIDC_ISSUER, clientId: OIDC_CLIENT_ID, clientSecret: OIDC_CLIENT_SECRET };
}
