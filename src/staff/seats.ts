import type { Account } from './account.js';
import type { AccountStore } from './account-store.js';
import type { Actor } from './actor.js';
import type { ApiTokens } from './api-tokens.js';
import type { Seat, Seats } from './seat.js';
import type { Sessions } from './sessions.js';

export interface SeatDeps {
  readonly accounts: Pick<AccountStore, 'find' | 'findMany' | 'update'>;
  readonly sessions: Pick<Sessions, 'find' | 'findMany' | 'touch'>;
  readonly tokens: Pick<ApiTokens, 'find' | 'findMany'>;
  readonly now: () => Date;
}

export function createSeats({ accounts, sessions, tokens, now }: SeatDeps): Seats {
  return {
    async bySession(token) {
      const session = await sessions.find(token);
      if (!session) return undefined;
      const account = await accounts.find(session.staffId);
      if (!account?.isActive) return undefined;
      if (await sessions.touch(session)) await accounts.update(account._id, { $max: { seenAt: now() } });
      return seatOf(account, `session:${session._id}`, { via: 'session' });
    },
    async byApiToken(token) {
      const found = await tokens.find(token);
      if (!found) return undefined;
      const account = await accounts.find(found.staffId);
      if (!account?.isActive) return undefined;
      return seatOf(account, `token:${found._id}`, { via: 'token', scopes: found.scopes });
    },
    async stillHeld(seats) {
      if (seats.length === 0) return new Set();
      const [openSessions, openTokens, people] = await Promise.all([
        sessions.findMany(idsOf(seats, 'session')),
        tokens.findMany(idsOf(seats, 'token')),
        accounts.findMany([...new Set(seats.map(({ actor }) => actor.staffId))]),
      ]);
      const held = new Set([
        ...openSessions.map(({ _id }) => `session:${_id}`),
        ...openTokens.map(({ _id }) => `token:${_id}`),
      ]);
      const revs = new Map(people.filter(({ isActive }) => isActive).map(({ _id, rightsRev }) => [_id, rightsRev]));
      return new Set(
        seats.filter(
          ({ actor, credential, rightsRev }) => held.has(credential) && revs.get(actor.staffId) === rightsRev,
        ),
      );
    },
  };
}

function seatOf(account: Account, credential: string, by: Pick<Actor, 'via' | 'scopes'>): Seat {
  const { _id: staffId, name, role, units, rightsRev } = account;
  return { actor: { staffId, name, role, units, ...by }, credential, rightsRev };
}

function idsOf(seats: readonly Seat[], kind: 'session' | 'token'): string[] {
  const prefix = `${kind}:`;
  return seats.flatMap(({ credential }) => (credential.startsWith(prefix) ? [credential.slice(prefix.length)] : []));
}
