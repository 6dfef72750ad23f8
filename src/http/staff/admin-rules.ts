import express from 'express';
import type { Actor } from '../../staff/actor.js';
import {
  type CalendarView,
  type CategoriesView,
  HolidayBody,
  HolidayRemoveBody,
  KeywordsBody,
  type SlaView,
  type TemplatesView,
  type ToneView,
  type UnitsView,
} from '../../staff/api/admin.js';
import type { FileKept } from '../../staff/api/admin-files.js';
import { demand } from '../../staff/rights.js';
import type { TenantChange } from '../../staff/tenant-change.js';
import { createTenantHolidays } from '../../staff/tenant-holidays.js';
import { holidaysPath } from '../../staff/tenant-paths.js';
import { readCalendars, readTemplates, readYear } from '../../staff/tenant-raw.js';
import { calendarView, categoriesView, slaView, templatesView, unitsView } from '../../staff/tenant-views.js';
import { type AdminFileDeps, demandFile } from './admin-files.js';
import { paramOf } from './console-parts.js';
import { send } from './send.js';

/** What the office's files say, laid out for pages and forms, and the changes that forms make most. */
export function createAdminRuleRoutes(deps: AdminFileDeps): express.Router {
  const { gate, writeOnce, data, states, change, people } = deps;
  const { live } = data;
  const holidays = createTenantHolidays(data, change);
  const router = express.Router();
  const fileFor = async (path: string, actor: Actor) => states.stateOf(path, actor, await people());

  router.get('/units', async (_request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'unit', 'read');
    const known = await people();
    const file = states.stateOf('units.yaml', actor, known);
    const body: UnitsView = { file, ...unitsView(live.rules.routing, known.activeIn) };
    send(response, { status: 200, body });
  });

  router.get('/categories', async (_request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'category', 'read');
    const file = await fileFor('categories.yaml', actor);
    const body: CategoriesView = { file, ...categoriesView(live.current().categories, live.rules.routing) };
    send(response, { status: 200, body });
  });

  router.get('/sla', async (_request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'sla', 'read');
    const body: SlaView = { file: await fileFor('sla.yaml', actor), ...slaView(live.rules.sla) };
    send(response, { status: 200, body });
  });

  router.get('/calendar', async (_request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'sla', 'read');
    const known = await people();
    const years = data.years().flatMap((year) => {
      const path = holidaysPath(year);
      const text = data.textOf(path);
      return text === undefined ? [] : [{ file: states.stateOf(path, actor, known), ...readYear(text) }];
    });
    const body: CalendarView = {
      file: states.stateOf('calendars.yaml', actor, known),
      ...calendarView(readCalendars(data.textOf('calendars.yaml') ?? ''), live.rules.calendars.warnings),
      years,
    };
    send(response, { status: 200, body });
  });

  router.get('/templates', async (_request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'template', 'read');
    const file = await fileFor('templates.yaml', actor);
    const body: TemplatesView = { file, ...templatesView(readTemplates(data.textOf('templates.yaml') ?? '')) };
    send(response, { status: 200, body });
  });

  router.get('/tone', async (_request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'settings', 'read');
    const body: ToneView = { file: await fileFor('tone.yaml', actor), rules: [...live.tone()] };
    send(response, { status: 200, body });
  });

  const kept = async (path: string, actor: Actor, done: Awaited<ReturnType<TenantChange['write']>>) => {
    const body: FileKept = { file: await fileFor(path, actor), ...done };
    return { status: 200, body };
  };

  router.put(
    '/categories/:id/keywords',
    writeOnce(KeywordsBody, async ({ actor, request, body: { weight, words, seenVersion } }) => {
      const path = 'categories.yaml';
      demandFile(actor, path, 'write');
      const at = ['categories', paramOf(request, 'id'), 'rules', weight];
      const edit =
        words.length === 0 ? ({ do: 'remove', at } as const) : ({ do: 'set', at, value: words.join(', ') } as const);
      return kept(path, actor, await change.edit(path, [edit], { by: actor.staffId, seenVersion }));
    }),
  );

  router.post(
    '/holidays',
    writeOnce(HolidayBody, async ({ actor, body: { seenVersion, ...day } }) => {
      demand(actor, 'sla', 'write');
      const done = await holidays.add(day, { by: actor.staffId, seenVersion });
      return kept(holidaysPath(Number(day.on.slice(0, 4))), actor, done);
    }),
  );

  router.post(
    '/holidays/remove',
    writeOnce(HolidayRemoveBody, async ({ actor, body: { on, seenVersion } }) => {
      demand(actor, 'sla', 'write');
      const done = await holidays.remove(on, { by: actor.staffId, seenVersion });
      return kept(holidaysPath(Number(on.slice(0, 4))), actor, done);
    }),
  );

  return router;
}
