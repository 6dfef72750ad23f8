import express, { type Request } from 'express';
import { z } from 'zod';
import { open, seal } from '../../core/crypto.js';
import { AppError } from '../../core/errors.js';
import type { Oidc, OidcTrip } from '../../staff/oidc.js';
import type { Enter, StaffAuthDeps } from './auth-routes.js';

const TRIP_SECONDS = 10 * 60;
const BOUND_TO = 'oidc-trip';
const CONSOLE = '/console/';
const Trip = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), until: z.number() });

/** Sign-in by an identity provider. What must be remembered meanwhile travels in a sealed cookie of ten minutes. */
export function createOidcRoutes(deps: StaffAuthDeps & { readonly oidc: Oidc; readonly enter: Enter }): express.Router {
  const { oidc, enter, cookies, staff, keys, clock, publicUrl } = deps;
  const router = express.Router();

  const addressOf = (request: Request, path: string) =>
    new URL(path, publicUrl ?? `${request.protocol}://${request.host}`);

  router.get('/start', async (request, response) => {
    const redirectUri = addressOf(request, `${request.baseUrl}/callback`).href;
    const { url, trip } = await oidc.start(redirectUri);
    const until = clock.now().getTime() + TRIP_SECONDS * 1000;
    const sealed = seal(keys, BOUND_TO, { ...trip, until }).toString('base64url');
    // the browser comes back from another site, which a Strict cookie would not survive
    cookies.set(request, response, 'oidc', sealed, TRIP_SECONDS, 'Lax');
    response.redirect(302, url);
  });

  router.get('/callback', async (request, response) => {
    const trip = readTrip(cookies.read(request, 'oidc'));
    cookies.clear(request, response, 'oidc');
    try {
      if (!trip) throw new AppError('request.unauthorized', 'Sign in again');
      const account = await oidc.finish(addressOf(request, request.originalUrl), trip);
      await enter(request, response, (at) => staff.signIn.open(account, at, 'oidc'));
      response.redirect(302, CONSOLE);
    } catch (error) {
      // a person is looking at this, not a program
      if (!(error instanceof AppError)) throw error;
      response.redirect(302, `${CONSOLE}#/login?failed=${error.code}`);
    }
  });

  function readTrip(cookie: string | undefined): OidcTrip | undefined {
    if (cookie === undefined) return undefined;
    try {
      const trip = Trip.parse(open(keys, BOUND_TO, Buffer.from(cookie, 'base64url')));
      return trip.until > clock.now().getTime() ? trip : undefined;
    } catch {
      return undefined;
    }
  }

  return router;
}
