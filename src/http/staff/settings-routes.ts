import express from 'express';
import { z } from 'zod';
import { SavedViews } from '../../staff/api/inbox.js';
import { CannedAnswer } from '../../staff/api/settings.js';
import type { Audit } from '../../staff/audit.js';
import type { Canned } from '../../staff/canned.js';
import { demand } from '../../staff/rights.js';
import type { SavedViewStore } from '../../staff/saved-views.js';
import { newId } from '../../staff/secret.js';
import type { ReadSettings } from '../../staff/settings.js';
import type { ReadShift } from '../../staff/shift.js';
import { localeOf, paramOf } from './console-parts.js';
import type { Gate } from './gate.js';
import { parseInput } from './read-input.js';
import { DONE, send } from './send.js';
import type { WriteOnce } from './write-once.js';

const CannedBody = CannedAnswer.omit({ id: true });
const CannedId = CannedAnswer.pick({ id: true });

export interface SettingsRoutesDeps {
  readonly settings: ReadSettings;
  readonly shift: ReadShift;
  readonly savedViews: SavedViewStore;
  readonly canned: Canned;
  readonly audit: Pick<Audit, 'append'>;
  readonly gate: Pick<Gate, 'actorOf'>;
  readonly writeOnce: WriteOnce;
}

/** What the page is set up with: the office's lists, one's own filters, ready answers; and how the shift goes. */
export function createSettingsRoutes(deps: SettingsRoutesDeps): express.Router {
  const { gate, writeOnce, canned, savedViews } = deps;
  const router = express.Router();

  router.get('/settings', async (request, response) => {
    send(response, { status: 200, body: await deps.settings(gate.actorOf(response), localeOf(request)) });
  });

  router.get('/shift', async (_request, response) => {
    send(response, { status: 200, body: await deps.shift(gate.actorOf(response)) });
  });

  router.get('/saved-views', async (_request, response) => {
    send(response, { status: 200, body: await savedViews.of(gate.actorOf(response).staffId) });
  });

  router.put(
    '/saved-views',
    writeOnce(SavedViews, async ({ actor, body }) => {
      await savedViews.keep(actor.staffId, body);
      return DONE;
    }),
  );

  router.get('/canned', async (_request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'canned', 'list');
    send(response, { status: 200, body: await canned.listFor(actor) });
  });

  router.post(
    '/canned',
    writeOnce(CannedBody, async ({ actor, body }) => {
      demand(actor, 'canned', 'write');
      const kept = await canned.keep({ id: newId(), ...body });
      await deps.audit.append({ by: actor.staffId, what: 'canned.made', subject: kept.id });
      return { status: 201, body: kept };
    }),
  );

  router.put(
    '/canned/:id',
    writeOnce(CannedBody, async ({ actor, body, request }) => {
      demand(actor, 'canned', 'write');
      const { id } = parseInput(CannedId, request.params);
      const kept = await canned.keep({ id, ...body });
      await deps.audit.append({ by: actor.staffId, what: 'canned.changed', subject: kept.id });
      return { status: 200, body: kept };
    }),
  );

  router.delete(
    '/canned/:id',
    writeOnce(z.strictObject({}), async ({ actor, request }) => {
      demand(actor, 'canned', 'manage');
      const id = paramOf(request, 'id');
      await canned.remove(id);
      await deps.audit.append({ by: actor.staffId, what: 'canned.removed', subject: id });
      return DONE;
    }),
  );

  return router;
}
