import express from 'express';
import { AvailabilityBody, MePatch, PasswordBody, PresenceChange } from '../../staff/api/auth.js';
import { toMe } from './auth-me-card.js';
import { createOwn } from './auth-own.js';
import type { StaffAuthDeps } from './auth-routes.js';
import { readInput } from './read-input.js';
import { DONE, send } from './send.js';

/** Oneself: who one is, language, password, at work or away. */
export function createMeRoutes({ staff, gate, keys, writeOnce }: StaffAuthDeps): express.Router {
  const { accounts, limits } = staff;
  const own = createOwn(staff, gate);
  const router = express.Router();

  router.get('/me', gate.signedIn, async (_request, response) => {
    const account = await own.accountOf(response);
    const { credential } = gate.seatOf(response);
    send(response, { status: 200, body: toMe(account, credential, keys, limits.idleMs) });
  });

  router.patch(
    '/me',
    gate.signedIn,
    writeOnce(MePatch, async ({ actor, body, response }) => {
      own.sessionOf(response);
      await accounts.setLocale(actor.staffId, body.locale);
      return DONE;
    }),
  );

  // not kept for sending again: passwords are in no store, not even hashed by a body's hash
  router.post('/me/password', gate.signedIn, async (request, response) => {
    const body = await readInput(request, PasswordBody);
    const account = await own.accountOf(response);
    await own.confirm(account, body.current, 'current');
    await accounts.changePassword(account, body.password, own.sessionOf(response));
    send(response, DONE);
  });

  router.post(
    '/me/presence',
    gate.signedIn,
    writeOnce(PresenceChange, async ({ actor, body, response }) => {
      own.sessionOf(response);
      await accounts.setPresence(actor.staffId, body.presence);
      return DONE;
    }),
  );

  router.put(
    '/me/availability',
    gate.signedIn,
    writeOnce(AvailabilityBody, async ({ actor, body, response }) => {
      own.sessionOf(response);
      await accounts.setPresence(actor.staffId, body.isAvailable ? 'available' : 'away');
      return DONE;
    }),
  );

  return router;
}
