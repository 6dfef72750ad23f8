import type { Actor } from './actor.js';

/** Somebody of staff who has proved who they are, and by what. */
export interface Seat {
  readonly actor: Actor;
  /** `session:<id>` or `token:<id>`; not secret. */
  readonly credential: string;
  /** Grows whenever the rights of the account change: what was opened by the older ones must be opened anew. */
  readonly rightsRev: number;
}

/** Who holds which session or API token now. Read from the store each time, so that a revocation counts at once. */
export interface Seats {
  /** @param token as it came in the cookie. Counts as use, so that the session doesn't run out. */
  bySession(token: string): Promise<Seat | undefined>;
  /** @param token as it came as `Authorization: Bearer` */
  byApiToken(token: string): Promise<Seat | undefined>;
  /** Those of the seats that hold still, by the same rights. Doesn't count as use. */
  stillHeld(seats: readonly Seat[]): Promise<ReadonlySet<Seat>>;
}
