import express from 'express';
import { z } from 'zod';
import { AppError } from '../../core/errors.js';
import type { Actor } from '../../staff/actor.js';
import type { AlertSettingsStore } from '../../staff/alert-settings.js';
import { type MyAlerts, MyAlertsBody, type TelegramCode } from '../../staff/api/my-alerts.js';
import type { Audit } from '../../staff/audit.js';
import type { TelegramLinks } from '../../staff/links-telegram.js';
import type { Gate } from './gate.js';
import { DONE, send } from './send.js';
import type { WriteOnce } from './write-once.js';

const Nothing = z.strictObject({});

/** Where and of what the person who asks is told while they aren't looking: their own affair, so no right is needed. */
export function createMyAlertRoutes(deps: {
  readonly gate: Pick<Gate, 'actorOf'>;
  readonly writeOnce: WriteOnce;
  readonly settings: AlertSettingsStore;
  readonly links: TelegramLinks;
  readonly audit: Pick<Audit, 'append'>;
  readonly can: { readonly telegram: boolean; readonly email: boolean };
  /** A link that opens the bot with a code, once the bot's name is known. */
  readonly linkTo: (code: string) => string | undefined;
}): express.Router {
  const { gate, writeOnce, settings, links, audit, can } = deps;
  const router = express.Router();

  const showOf = async (staffId: string): Promise<MyAlerts> => {
    const { kinds, telegram, email, emailAddress, quietHours, telegramAddress } = await settings.of(staffId);
    return {
      ...{ kinds: [...kinds], telegram, email },
      ...(emailAddress === undefined ? {} : { emailAddress }),
      ...(quietHours ? { quietHours } : {}),
      telegramLinked: telegramAddress !== undefined,
      canTelegram: can.telegram,
      canEmail: can.email,
    };
  };

  router.get('/me/alerts', async (_request, response) => {
    const actor = gate.actorOf(response);
    demandPerson(actor);
    send(response, { status: 200, body: await showOf(actor.staffId) });
  });

  router.put(
    '/me/alerts',
    writeOnce(MyAlertsBody, async ({ actor, body: { emailAddress, quietHours, ...plain } }) => {
      demandPerson(actor);
      const { staffId } = actor;
      await settings.choose(staffId, {
        ...plain,
        ...(emailAddress === undefined ? {} : { emailAddress }),
        ...(quietHours ? { quietHours } : {}),
      });
      await audit.append({ by: staffId, what: 'staff.alerts_chosen', subject: staffId });
      return { status: 200, body: await showOf(staffId) };
    }),
  );

  router.post(
    '/me/telegram-code',
    writeOnce(Nothing, async ({ actor }) => {
      demandPerson(actor);
      const { staffId } = actor;
      const { code, expiresAt } = await links.makeCode(staffId);
      const link = deps.linkTo(code);
      const body: TelegramCode = {
        code,
        send: `/start ${code}`,
        ...(link === undefined ? {} : { link }),
        expiresAt: expiresAt.toISOString(),
      };
      return { status: 201, body };
    }),
  );

  router.delete(
    '/me/telegram',
    writeOnce(Nothing, async ({ actor }) => {
      demandPerson(actor);
      const { staffId } = actor;
      await settings.unlinkTelegram(staffId);
      await audit.append({ by: staffId, what: 'staff.telegram_unlinked', subject: staffId });
      return DONE;
    }),
  );

  return router;
}

/** A program that acts for somebody must not lead their alerts elsewhere. @throws {AppError} `request.forbidden` */
function demandPerson({ via }: Actor): void {
  if (via !== 'session') throw new AppError('request.forbidden', 'Only the person themselves may do this, signed in');
}
