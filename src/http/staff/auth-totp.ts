import express from 'express';
import { AppError } from '../../core/errors.js';
import { ConfirmByPassword, TotpConfirmBody } from '../../staff/api/auth.js';
import { createOwn } from './auth-own.js';
import type { StaffAuthDeps } from './auth-routes.js';
import { readInput } from './read-input.js';
import { DONE, send } from './send.js';

/** The optional second factor of oneself. */
export function createTotpRoutes({ staff, gate, audit }: StaffAuthDeps): express.Router {
  const { secondFactor } = staff;
  const own = createOwn(staff, gate);
  const router = express.Router();

  router.post('/totp/enrol', gate.signedIn, async (request, response) => {
    const { password } = await readInput(request, ConfirmByPassword);
    const account = await own.accountOf(response);
    await own.confirm(account, password, 'password');
    if (account.totp) throw new AppError('request.conflict', 'Turn the second factor off first');
    send(response, { status: 200, body: await secondFactor.offer(account) });
  });

  router.post('/totp/confirm', gate.signedIn, async (request, response) => {
    const { code } = await readInput(request, TotpConfirmBody);
    const account = await own.accountOf(response);
    const recoveryCodes = await secondFactor.confirm(account, code.replace(/\s/g, ''));
    await audit.append({ by: account._id, what: 'staff.totp_on', subject: account._id });
    send(response, { status: 200, body: { recoveryCodes } });
  });

  router.post('/totp/disable', gate.signedIn, async (request, response) => {
    const { password } = await readInput(request, ConfirmByPassword);
    const account = await own.accountOf(response);
    await own.confirm(account, password, 'password');
    await secondFactor.turnOff(account._id);
    await audit.append({ by: account._id, what: 'staff.totp_off', subject: account._id });
    send(response, DONE);
  });

  return router;
}
