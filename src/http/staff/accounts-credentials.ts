import express from 'express';
import { z } from 'zod';
import { AppError } from '../../core/errors.js';
import type { Actor } from '../../staff/actor.js';
import { type SessionList, TokenBody, type TokenCard, type TokenMade } from '../../staff/api/auth.js';
import type { ApiToken } from '../../staff/api-tokens.js';
import { demand } from '../../staff/rights.js';
import type { Session } from '../../staff/sessions.js';
import { createOwn } from './auth-own.js';
import type { StaffAuthDeps } from './auth-routes.js';
import { parseInput } from './read-input.js';
import { DONE, send } from './send.js';

/** Whose: one's own when left out; others' only for who manages staff. */
const Whose = z.object({ staffId: z.string().min(1).max(40).optional() });
const Nothing = z.strictObject({});

/** Sessions and API tokens: to be seen, and ended at once. */
export function createCredentialRoutes({ staff, gate, writeOnce, audit }: StaffAuthDeps): express.Router {
  const { sessions, tokens } = staff;
  const own = createOwn(staff, gate);
  const router = express.Router();
  router.use(['/sessions', '/tokens'], gate.signedIn);

  function whose(actor: Actor, query: unknown): string {
    const { staffId = actor.staffId } = parseInput(Whose, query);
    if (staffId !== actor.staffId) demand(actor, 'staff', 'manage');
    return staffId;
  }

  router.get('/sessions', async (request, response) => {
    const thisId = own.sessionOf(response);
    const found = await sessions.list(whose(gate.actorOf(response), request.query));
    const body: SessionList = { sessions: found.map((each) => toSessionCard(each, thisId)) };
    send(response, { status: 200, body });
  });

  router.delete(
    '/sessions/:id',
    writeOnce(Nothing, async ({ actor, request, response }) => {
      own.sessionOf(response);
      const staffId = whose(actor, request.query);
      const id = String(request.params['id']);
      if (!(await sessions.end(id, staffId))) throw new AppError('request.not_found', 'There is no such session');
      await audit.append({
        by: actor.staffId,
        what: 'staff.session_ended',
        subject: staffId,
        details: { session: id },
      });
      return DONE;
    }),
  );

  // all but the one that asks
  router.delete(
    '/sessions',
    writeOnce(Nothing, async ({ actor, request, response }) => {
      const thisId = own.sessionOf(response);
      const staffId = whose(actor, request.query);
      const ended = await sessions.endAll(staffId, thisId);
      await audit.append({ by: actor.staffId, what: 'staff.sessions_ended', subject: staffId, details: { ended } });
      return { status: 200, body: { ended } };
    }),
  );

  router.get('/tokens', async (request, response) => {
    own.sessionOf(response);
    const found = await tokens.list(whose(gate.actorOf(response), request.query));
    send(response, { status: 200, body: { tokens: found.map(toTokenCard) } });
  });

  router.post(
    '/tokens',
    writeOnce(TokenBody, async ({ actor, body, response }) => {
      own.sessionOf(response);
      const { stored, token } = await tokens.make(actor.staffId, body);
      await audit.append({ by: actor.staffId, what: 'staff.token_made', subject: stored._id });
      const made: TokenMade = { ...toTokenCard(stored), token };
      return { status: 201, body: made };
    }),
  );

  router.delete(
    '/tokens/:id',
    writeOnce(Nothing, async ({ actor, request, response }) => {
      own.sessionOf(response);
      const staffId = whose(actor, request.query);
      const id = String(request.params['id']);
      if (!(await tokens.end(id, staffId))) throw new AppError('request.not_found', 'There is no such token');
      await audit.append({ by: actor.staffId, what: 'staff.token_ended', subject: id });
      return DONE;
    }),
  );

  return router;
}

function toSessionCard(session: Session, thisId: string): SessionList['sessions'][number] {
  const { _id: id, createdAt, seenAt, expiresAt, userAgent } = session;
  return {
    id,
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    userAgent,
    isThis: id === thisId,
  };
}

function toTokenCard({ _id: id, name, scopes, createdAt, expiresAt, lastUsedAt }: ApiToken): TokenCard {
  return {
    id,
    name,
    scopes: [...scopes],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(lastUsedAt ? { lastUsedAt: lastUsedAt.toISOString() } : {}),
  };
}
