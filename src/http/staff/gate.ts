import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../../core/clock.js';
import { equalSecrets, type Keys } from '../../core/crypto.js';
import { AppError } from '../../core/errors.js';
import type { Logger } from '../../core/log.js';
import type { Actor } from '../../staff/actor.js';
import { csrfTokenOf } from '../../staff/csrf.js';
import type { Seat, Seats } from '../../staff/seat.js';
import type { Cookies } from './auth-cookies.js';

const BEARER = /^Bearer +(\S+)$/i;
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
/** A stream whose person lost their rights ends within twice this. */
const LOOK_EVERY_MS = 2000;

export interface GateDeps {
  readonly seats: Seats;
  readonly cookies: Pick<Cookies, 'read'>;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  /** The address people reach the service by, if it is known; its origin is ours besides the request's own host. */
  readonly publicUrl?: string | undefined;
}

/** The door of `/api/staff`: every route behind `signedIn` knows who asks. */
export interface Gate {
  /**
   * Lets through who holds a session (cookie) or an API token (`Authorization: Bearer`), as a 401 problem otherwise.
   * By session a request must come from our own page: same origin, and with the `X-CSRF-Token` of `GET /me` unless it
   * only reads; 403 otherwise.
   */
  readonly signedIn: RequestHandler;
  /** Refuses (403) what another site makes a browser send. For routes before sign-in; `signedIn` does it by itself. */
  readonly sameOrigin: RequestHandler;
  /** Who asks. @throws {Error} on a route that isn't behind `signedIn`: a fault of ours */
  actorOf(response: Response): Actor;
  seatOf(response: Response): Seat;
  /**
   * For a stream: calls `close` once, within five seconds of whoever opened it losing their session, token, account,
   * role or units, in this process or another. @returns stops watching
   */
  onRevoked(response: Response, close: () => void): () => void;
}

export function createGate({ seats, cookies, keys, clock, log, publicUrl }: GateDeps): Gate {
  const known = new WeakMap<Response, Seat>();
  const watched = new Map<object, { readonly seat: Seat; readonly close: () => void }>();
  const ourOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  let isLooking = false;

  async function look(): Promise<void> {
    try {
      const held = await seats.stillHeld([...new Set([...watched.values()].map(({ seat }) => seat))]);
      for (const [key, { seat, close }] of watched) {
        if (held.has(seat)) continue;
        watched.delete(key);
        close();
      }
    } catch (error) {
      // who can't be looked up is not cut off: nothing new can be read of a store that is away either
      log.warn({ err: error }, 'could not look whether open streams are still allowed');
    }
    if (watched.size > 0) clock.after(LOOK_EVERY_MS, () => void look());
    else isLooking = false;
  }

  function seatOf(response: Response): Seat {
    const seat = known.get(response);
    if (!seat) throw new Error('this route is not behind signedIn');
    return seat;
  }

  async function admit(request: Request): Promise<Seat> {
    const bearer = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return (await seats.byApiToken(bearer)) ?? refuse();
    const cookie = cookies.read(request, 'session');
    if (cookie === undefined) refuse();
    demandSameOrigin(request, ourOrigin);
    const seat = (await seats.bySession(cookie)) ?? refuse();
    if (!SAFE_METHODS.has(request.method)) demandCsrfToken(request, csrfTokenOf(keys, seat.credential));
    return seat;
  }

  return {
    async signedIn(request, response, next) {
      known.set(response, await admit(request));
      next();
    },
    sameOrigin(request, _response, next) {
      demandSameOrigin(request, ourOrigin);
      next();
    },
    seatOf,
    actorOf: (response) => seatOf(response).actor,
    onRevoked(response, close) {
      const key = {};
      watched.set(key, { seat: seatOf(response), close });
      if (!isLooking) {
        isLooking = true;
        clock.after(LOOK_EVERY_MS, () => void look());
      }
      return () => watched.delete(key);
    },
  };
}

function refuse(): never {
  throw new AppError('request.unauthorized', 'Sign in first');
}

/** What browsers say of where a request comes from. Who says nothing of it is no browser, and needs the token. */
function demandSameOrigin(request: Request, ourOrigin: string | undefined): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  const isRead = SAFE_METHODS.has(request.method);
  // `none` is an address typed or a bookmark: a person's own doing, but never a write
  const isOwnSite = site === undefined || site === 'same-origin' || (isRead && site === 'none');
  const isOwnOrigin = origin === undefined || origin === ourOrigin || isOfHost(origin, request.host);
  if (!isOwnSite || !isOwnOrigin)
    throw new AppError('request.forbidden', 'This request comes from another site (or PUBLIC_URL is not set right)');
}

/** The scheme isn't looked at: behind a proxy that ends https ours is unknown, and browsers tell sites of two schemes apart. */
function isOfHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

function demandCsrfToken(request: Request, expected: string): void {
  const given = request.headers['x-csrf-token'];
  if (typeof given !== 'string' || !equalSecrets(given, expected))
    throw new AppError('request.forbidden', 'Send the token of GET /api/staff/me as X-CSRF-Token');
}
