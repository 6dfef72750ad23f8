import express from 'express';
import type { CaseLists } from '../../cases/case-lists.js';
import type { CaseStore } from '../../cases/case-store.js';
import type { RetentionPeriod, RetentionRules } from '../../cases/retention-rules.js';
import type { DataRequests } from '../../conversations/data-requests.js';
import type { DeadLetters } from '../../conversations/dead-letters.js';
import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import {
  type AuditPage,
  AuditQuery,
  type AuditVerdictView,
  type DeadLetterList,
  DeadLettersQuery,
  type ResendAnswer,
  ResendBody,
  type RetentionView,
  type ReviewsView,
} from '../../staff/api/admin.js';
import type { Audit, AuditAnchor } from '../../staff/audit.js';
import type { ListAudit } from '../../staff/audit-list.js';
import type { People } from '../../staff/people.js';
import { demand } from '../../staff/rights.js';
import type { Gate } from './gate.js';
import { parseInput } from './read-input.js';
import { send } from './send.js';
import type { WriteOnce } from './write-once.js';

const MAX_LISTED = 200;
const MAX_REVIEWS = 100;
const MAX_RUNS = 50;

export interface RetentionRunRow {
  readonly _id: string;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  readonly counts: RetentionView['runs'][number]['counts'];
}

export interface AdminOversightDeps {
  readonly gate: Pick<Gate, 'actorOf'>;
  readonly writeOnce: WriteOnce;
  readonly clock: Clock;
  readonly people: () => Promise<People>;
  readonly audit: Pick<Audit, 'append' | 'verify'>;
  readonly listAudit: ListAudit;
  /** What was noted of the audit log outside the database. */
  readonly anchors: () => Promise<readonly AuditAnchor[]>;
  readonly deadLetters: DeadLetters;
  readonly retentionRules: RetentionRules;
  /** The newest runs of erasure, newest first. */
  readonly listRuns: (limit: number) => Promise<readonly RetentionRunRow[]>;
  readonly caseLists: Pick<CaseLists, 'list'>;
  readonly cases: Pick<CaseStore, 'findAll'>;
  readonly dataRequests: Pick<DataRequests, 'listOpen'>;
}

/** What whoever answers for the service looks over: undelivered messages, the audit log, erasure, open reviews. */
export function createAdminOversightRoutes(deps: AdminOversightDeps): express.Router {
  const { gate, writeOnce, clock, people, audit, deadLetters } = deps;
  const router = express.Router();

  router.get('/dead-letters', async (request, response) => {
    demand(gate.actorOf(response), 'dead_letter', 'read');
    const { days } = parseInput(DeadLettersQuery, request.query);
    const since = new Date(clock.now().getTime() - days * 86_400_000);
    const found = await deadLetters.list(since, MAX_LISTED);
    const body: DeadLetterList = { letters: found.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })) };
    send(response, { status: 200, body });
  });

  router.post(
    '/dead-letters/resend',
    writeOnce(ResendBody, async ({ actor, body: { ids } }) => {
      demand(actor, 'dead_letter', 'write');
      const body: ResendAnswer = { sent: [], refused: [] };
      for (const id of ids) {
        try {
          await deadLetters.resend(id);
          await audit.append({ by: actor.staffId, what: 'message.resent', subject: id });
          body.sent.push(id);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          body.refused.push({ id, code: error.code, message: error.message });
        }
      }
      return { status: 200, body };
    }),
  );

  router.get('/audit', async (request, response) => {
    demand(gate.actorOf(response), 'audit', 'read');
    const { from, to, cursor, ...filter } = parseInput(AuditQuery, request.query);
    const [{ entries, next }, known] = await Promise.all([
      deps.listAudit({ ...filter, from: toDate(from), to: toDate(to), before: cursor }),
      people(),
    ]);
    const body: AuditPage = {
      entries: entries.map(({ _id: seq, at, by, what, subject, details = {} }) => {
        const byName = known.nameOf(by);
        return {
          seq,
          at: at.toISOString(),
          by,
          ...(byName === undefined ? {} : { byName }),
          what,
          ...(subject === undefined ? {} : { subject }),
          details,
        };
      }),
      ...(next === undefined ? {} : { cursor: next }),
    };
    send(response, { status: 200, body });
  });

  router.post('/audit/verify', async (_request, response) => {
    demand(gate.actorOf(response), 'audit', 'read');
    const verdict = await audit.verify(await deps.anchors());
    const body: AuditVerdictView = verdict.ok
      ? { ok: true, entries: verdict.entries }
      : { ok: false, at: verdict.at, why: verdict.why };
    send(response, { status: 200, body });
  });

  router.get('/retention', async (_request, response) => {
    demand(gate.actorOf(response), 'retention', 'read');
    const runs = await deps.listRuns(MAX_RUNS);
    const body: RetentionView = {
      rules: retentionRows(deps.retentionRules),
      runs: runs.map(({ _id: id, startedAt, finishedAt, counts }) => ({
        id,
        startedAt: startedAt.toISOString(),
        ...(finishedAt ? { finishedAt: finishedAt.toISOString() } : {}),
        counts,
      })),
    };
    send(response, { status: 200, body });
  });

  router.get('/reviews', async (_request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'retention', 'read');
    const [{ rows }, requests, known] = await Promise.all([
      deps.caseLists.list(actor, { order: 'review' }, { limit: MAX_REVIEWS }),
      deps.dataRequests.listOpen(MAX_REVIEWS),
      people(),
    ]);
    const found = await deps.cases.findAll(rows.map(({ _id }) => _id));
    const body: ReviewsView = {
      cases: found
        .flatMap(({ _id: number, reviewAt, history }) => {
          if (!reviewAt) return [];
          const by = history.findLast(({ what, at }) => what === 'revealed' && at >= reviewAt)?.by.id;
          const byName = by === undefined ? undefined : known.nameOf(by);
          const why = by === undefined ? ('rated' as const) : ('revealed' as const);
          return [
            {
              number,
              since: reviewAt.toISOString(),
              why,
              ...(by === undefined ? {} : { by }),
              ...(byName === undefined ? {} : { byName }),
            },
          ];
        })
        .sort((a, b) => a.since.localeCompare(b.since)),
      dataRequests: requests.map(({ _id: id, kind, at, dueAt, conversationId }) => ({
        id,
        kind,
        at: at.toISOString(),
        ...(dueAt ? { dueAt: dueAt.toISOString() } : {}),
        conversationId,
      })),
    };
    send(response, { status: 200, body });
  });

  return router;
}

function toDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function retentionRows(rules: RetentionRules): RetentionView['rules'] {
  const row = (what: 'cases' | 'files' | 'turns', of: string, { years, basis, unverified }: RetentionPeriod) => ({
    ...{ what, of, years, basis, unverified },
  });
  const ofCases = (what: 'cases' | 'files') => [
    row(what, 'default', rules[what].default),
    ...[...Object.entries(rules[what].kinds), ...Object.entries(rules[what].categories)].map(([of, period]) =>
      row(what, of, period),
    ),
  ];
  return [...ofCases('cases'), ...ofCases('files'), row('turns', 'default', rules.turns.default)];
}
