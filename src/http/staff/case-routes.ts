import express from 'express';
import type { z } from 'zod';
import type { Changed } from '../../cases/case-service.js';
import { cleanText } from '../../core/text.js';
import {
  BulkBody,
  CasesQuery,
  MergeBody,
  MoveBody,
  ProgressBody,
  RecategoriseBody,
  ReportBody,
  ReviewedBody,
  UnmergeBody,
} from '../../staff/api/case.js';
import { NoteBody } from '../../staff/api/conversation.js';
import type { CaseAccess } from '../../staff/case-access.js';
import type { DoBulk } from '../../staff/case-bulk.js';
import type { CaseDeeds, Decided } from '../../staff/case-deeds.js';
import type { CaseList } from '../../staff/case-list.js';
import type { ViewCase } from '../../staff/case-view.js';
import type { KeepNote } from '../../staff/keep-note.js';
import { keyOf, paramOf } from './console-parts.js';
import type { Gate } from './gate.js';
import { parseInput } from './read-input.js';
import { send } from './send.js';
import type { WriteInput, WriteOnce } from './write-once.js';

export interface CaseRoutesDeps {
  readonly list: CaseList;
  readonly view: ViewCase;
  readonly deeds: CaseDeeds;
  readonly doBulk: DoBulk;
  readonly access: CaseAccess;
  readonly keepNote: Pick<KeepNote, 'onCase'>;
  readonly gate: Pick<Gate, 'actorOf'>;
  readonly writeOnce: WriteOnce;
}

/** Cases: lists, one opened, and what staff do with them. */
export function createCaseRoutes(deps: CaseRoutesDeps): express.Router {
  const { list, view, deeds, gate, writeOnce } = deps;
  const router = express.Router();

  router.get('/cases', async (request, response) => {
    const query = parseInput(CasesQuery, request.query);
    send(response, { status: 200, body: await list.page(gate.actorOf(response), query) });
  });

  router.get('/cases/:number', async (request, response) => {
    send(response, { status: 200, body: await view(gate.actorOf(response), numberIn(request.params.number)) });
  });

  router.get('/cases/:number/similar', async (request, response) => {
    send(response, { status: 200, body: await list.similar(gate.actorOf(response), numberIn(request.params.number)) });
  });

  /** A deed on one case, on the revision that was on screen. */
  const deed = <S extends z.ZodType<{ seenRev: number }>>(
    name: string,
    schema: S,
    work: (input: WriteInput<z.output<S>>, at: Decided) => Promise<Changed>,
  ) =>
    router.post(
      `/cases/:number/${name}`,
      writeOnce(schema, async (input) => {
        const number = numberIn(paramOf(input.request, 'number'));
        const { found } = await work(input, { number, key: keyOf(input), seenRev: input.body.seenRev });
        return { status: 200, body: { number, rev: found.rev, status: found.status } };
      }),
    );

  deed('move', MoveBody, ({ actor, body: { seenRev: _, ...wish } }, at) => deeds.move(actor, at, cleaned(wish)));
  deed('progress', ProgressBody, ({ actor, body }, at) => deeds.progress(actor, at, cleanText(body.text)));
  deed('recategorise', RecategoriseBody, ({ actor, body }, at) => deeds.recategorise(actor, at, body));
  deed('merge', MergeBody, ({ actor, body }, at) => deeds.merge(actor, at, numberIn(body.into)));
  deed('unmerge', UnmergeBody, ({ actor, body }, at) => deeds.unmerge(actor, at, cleanText(body.reason)));
  deed('reviewed', ReviewedBody, ({ actor, body }, at) => deeds.reviewed(actor, at, cleanText(body.note)));
  deed('report', ReportBody, ({ actor, body: { seenRev: _, ...edit } }, at) => deeds.edit(actor, at, cleaned(edit)));

  router.post(
    '/cases/:number/notes',
    writeOnce(NoteBody, async (input) => {
      const { actor, body, request } = input;
      const number = numberIn(paramOf(request, 'number'));
      await deps.access.open(actor, number);
      const note = await deps.keepNote.onCase(actor, number, keyOf(input), cleanText(body.text), body.mentions);
      return { status: 201, body: note };
    }),
  );

  router.post(
    '/cases/bulk',
    writeOnce(BulkBody, async (input) => ({
      status: 200,
      body: await deps.doBulk(input.actor, keyOf(input), input.body),
    })),
  );

  return router;
}

/** Case numbers are written in capitals, whatever somebody typed. */
function numberIn(text: string): string {
  return text.toUpperCase();
}

/** Texts as they may be stored and shown. */
function cleaned<T extends object>(fields: T): T {
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? cleanText(value) : value,
  ]);
  return Object.fromEntries(entries) as T;
}
