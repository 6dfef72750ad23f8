import express from 'express';
import { z } from 'zod';
import { AppError } from '../../core/errors.js';
import type { Account } from '../../staff/account.js';
import type { Invitation } from '../../staff/accounts.js';
import {
  AccountBody,
  type AccountCard,
  type AccountList,
  type AccountMade,
  AccountPatchBody,
  type InvitationAnswer,
} from '../../staff/api/accounts.js';
import { demand } from '../../staff/rights.js';
import { createOwn } from './auth-own.js';
import type { StaffAuthDeps } from './auth-routes.js';
import { send } from './send.js';

const Nothing = z.strictObject({});

/** The accounts of others: read by who oversees, changed by admins in person. */
export function createAccountRoutes({ staff, gate, writeOnce }: StaffAuthDeps): express.Router {
  const { accounts, store } = staff;
  const own = createOwn(staff, gate);
  const router = express.Router();
  router.use('/staff', gate.signedIn);

  router.get('/staff', async (_request, response) => {
    demand(gate.actorOf(response), 'staff', 'read');
    const body: AccountList = { staff: (await store.list()).map(toCard) };
    send(response, { status: 200, body });
  });

  router.get('/staff/:id', async (request, response) => {
    demand(gate.actorOf(response), 'staff', 'read');
    const account = await store.find(request.params.id);
    if (!account) throw new AppError('request.not_found', 'There is no such account');
    send(response, { status: 200, body: toCard(account) });
  });

  router.post(
    '/staff',
    writeOnce(AccountBody, async ({ actor, body, response }) => {
      demand(actor, 'staff', 'manage');
      own.sessionOf(response);
      const { account, invitation } = await accounts.invite(body, actor.staffId);
      const made: AccountMade = { account: toCard(account), invitation: toInvitation(invitation) };
      return { status: 201, body: made };
    }),
  );

  router.patch(
    '/staff/:id',
    writeOnce(AccountPatchBody, async ({ actor, body, request, response }) => {
      demand(actor, 'staff', 'manage');
      own.sessionOf(response);
      const id = String(request.params['id']);
      if (id === actor.staffId && (body.isActive === false || (body.role ?? actor.role) !== actor.role))
        throw new AppError('request.conflict', 'Another admin must do this to your own account');
      return { status: 200, body: toCard(await accounts.change(id, body, actor.staffId)) };
    }),
  );

  router.post(
    '/staff/:id/reset',
    writeOnce(Nothing, async ({ actor, request, response }) => {
      demand(actor, 'staff', 'manage');
      own.sessionOf(response);
      const id = String(request.params['id']);
      return { status: 200, body: toInvitation(await accounts.reset(id, actor.staffId)) };
    }),
  );

  return router;
}

function toInvitation({ token, expiresAt }: Invitation): InvitationAnswer {
  // behind the #: it reaches neither a server's log nor a Referer
  return { path: `/console/#/invite?token=${token}`, expiresAt: expiresAt.toISOString() };
}

function toCard(account: Account): AccountCard {
  const { _id: id, login, name, role, units, isActive, locale, capacity, presence, seenAt, createdAt } = account;
  return {
    id,
    login,
    name,
    role,
    units: [...units],
    isActive,
    locale,
    capacity,
    presence,
    ...(seenAt ? { seenAt: seenAt.toISOString() } : {}),
    createdAt: createdAt.toISOString(),
    hasPassword: account.passwordHash !== undefined,
    hasTotp: account.totp !== undefined,
  };
}
