import express, { type Request, type Response } from 'express';
import type { Clock } from '../../core/clock.js';
import type { Keys } from '../../core/crypto.js';
import { AppError } from '../../core/errors.js';
import type { Account } from '../../staff/account.js';
import { AcceptBody, type Door, FirstBody, LoginBody } from '../../staff/api/auth.js';
import type { Audit } from '../../staff/audit.js';
import type { Doorstep, SignedIn } from '../../staff/sign-in.js';
import type { Staff } from '../../staff/staff.js';
import { createCredentialRoutes } from './accounts-credentials.js';
import { createAccountRoutes } from './accounts-routes.js';
import type { Cookies } from './auth-cookies.js';
import { createMeRoutes } from './auth-me.js';
import { toMe } from './auth-me-card.js';
import { createOidcRoutes } from './auth-oidc.js';
import { createTotpRoutes } from './auth-totp.js';
import type { Gate } from './gate.js';
import { readInput } from './read-input.js';
import { DONE, send } from './send.js';
import type { WriteOnce } from './write-once.js';

const DEVICE_SECONDS = 180 * 24 * 60 * 60;

export interface StaffAuthDeps {
  readonly staff: Staff;
  readonly gate: Gate;
  readonly writeOnce: WriteOnce;
  readonly cookies: Cookies;
  readonly audit: Pick<Audit, 'append'>;
  readonly keys: Keys;
  readonly clock: Clock;
  /** The address people reach the service by, if it is known. */
  readonly publicUrl?: string | undefined;
}

/** Opens a session and leaves its cookies. */
export type Enter = (
  request: Request,
  response: Response,
  open: (at: Doorstep) => Promise<SignedIn>,
) => Promise<SignedIn>;

/** Signing in and out, oneself, and the accounts of others; to be mounted at `/api/staff`. */
export function createStaffAuthRoutes(deps: StaffAuthDeps): express.Router {
  const { staff, gate, cookies, audit, keys } = deps;
  const { accounts, signIn, sessions, store, limits } = staff;
  const router = express.Router();

  const enter: Enter = async (request, response, open) => {
    const done = await open({
      ip: request.ip,
      userAgent: request.headers['user-agent'] ?? '',
      device: cookies.read(request, 'device'),
    });
    // the session that this browser had is of no more use to it, only to whoever has copied its cookie
    const before = await sessions.find(cookies.read(request, 'session') ?? '');
    if (before) await sessions.end(before._id, before.staffId);
    cookies.set(request, response, 'session', done.token, Math.floor(limits.maxMs / 1000));
    cookies.set(request, response, 'device', done.device, DEVICE_SECONDS);
    return done;
  };

  const enterAnew = (request: Request, response: Response, account: Account) =>
    enter(request, response, (at) => signIn.open(account, at, 'link'));

  const sendMe = (response: Response, { account, sessionId }: SignedIn) =>
    send(response, { status: 200, body: toMe(account, `session:${sessionId}`, keys, limits.idleMs) });

  router.get('/door', (_request, response) => {
    const body: Door = { oidc: staff.oidc !== undefined };
    send(response, { status: 200, body });
  });

  router.post('/login', gate.sameOrigin, async (request, response) => {
    const body = await readInput(request, LoginBody);
    sendMe(response, await enter(request, response, (at) => signIn.byPassword(body, at)));
  });

  router.post('/first', gate.sameOrigin, async (request, response) => {
    const { token, ...wanted } = await readInput(request, FirstBody);
    sendMe(response, await enterAnew(request, response, await accounts.acceptFirst(token, wanted)));
  });

  router.post('/invite/accept', gate.sameOrigin, async (request, response) => {
    const { token, ...wanted } = await readInput(request, AcceptBody);
    sendMe(response, await enterAnew(request, response, await accounts.acceptInvitation(token, wanted)));
  });

  if (staff.oidc) router.use('/oidc', createOidcRoutes({ ...deps, oidc: staff.oidc, enter }));

  router.post('/logout', gate.signedIn, async (request, response) => {
    const { actor, credential } = gate.seatOf(response);
    if (actor.via !== 'session') throw new AppError('request.invalid', 'A token is ended at /tokens');
    await sessions.end(credential.slice('session:'.length), actor.staffId);
    // who has left everywhere is at work no more, and gets nothing assigned
    if ((await sessions.list(actor.staffId)).length === 0) await store.update(actor.staffId, { $unset: { seenAt: 1 } });
    await audit.append({ by: actor.staffId, what: 'staff.signed_out', subject: credential });
    cookies.clear(request, response, 'session');
    send(response, DONE);
  });

  router.use(createMeRoutes(deps), createTotpRoutes(deps), createCredentialRoutes(deps), createAccountRoutes(deps));
  return router;
}
