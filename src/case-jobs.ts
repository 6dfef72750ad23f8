import type { Db } from 'mongodb';
import { createCaseErasure } from './cases/case-erasure.js';
import type { CaseRules } from './cases/case-rules.js';
import type { CaseStore } from './cases/case-store.js';
import type { LevelHolders } from './cases/escalation.js';
import { loadRetention } from './cases/retention-rules.js';
import { createDataRequests } from './conversations/data-requests.js';
import { createEraseOld } from './conversations/erase-old.js';
import type { Points } from './conversations/points.js';
import type { TurnStore } from './conversations/turn-store.js';
import type { Clock } from './core/clock.js';
import type { Keys } from './core/crypto.js';
import type { Logger } from './core/log.js';
import { completeCases } from './jobs/complete-cases.js';
import { sweepDataRequests } from './jobs/data-request-sweep.js';
import { startLoop } from './jobs/loop.js';
import { runRetention } from './jobs/retention.js';
import { createRetentionRuns, type RetentionRun } from './jobs/retention-runs.js';
import { retimeCases } from './jobs/retime.js';
import { sweepClocks } from './jobs/sla-sweep.js';
import type { Alerts } from './staff/alerts.js';
import type { Audit } from './staff/audit.js';
import { anchorAudit } from './staff/audit-anchors.js';
import type { FileStore } from './store/files.js';

const CLOCK_SWEEP_MS = 5000;
const DATA_REQUEST_SWEEP_MS = 60 * 1000;
const RETIME_MS = 60 * 60 * 1000;
const RETENTION_MS = 60 * 60 * 1000;
const FILE_SWEEP_MS = 60 * 60 * 1000;
const SCAN_SWEEP_MS = 60 * 1000;
const ANCHOR_MS = 60 * 60 * 1000;
/** An upload that no turn or case refers to by then was given up by its sender. */
const FILE_KEEP_MS = 14 * 24 * 60 * 60 * 1000;

export interface CaseJobsDeps {
  readonly db: Db;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly points: Points;
  readonly rules: CaseRules;
  readonly flowsDir: string;
  readonly cases: CaseStore;
  readonly turns: TurnStore;
  readonly files: Pick<FileStore, 'release' | 'sweepUnreferenced' | 'scanWaiting'>;
  readonly audit: Audit;
  /** The file outside the database in which the audit log's newest hash is noted. */
  readonly anchors: string;
  readonly alerts: Alerts;
  readonly holdersOf: (unit: string) => Promise<LevelHolders>;
}

/** What is done with cases and data by itself, as time passes. */
export interface CaseJobs {
  /** Does what the clocks of cases want done; runs by itself every five seconds. */
  readonly sweepClocks: () => Promise<number>;
  /** Puts requests for data that are nearly due or late before somebody; once a minute by itself. */
  readonly sweepDataRequests: () => Promise<number>;
  /** Erases what is past its time; once a day by itself. */
  readonly runRetention: (key?: string) => Promise<RetentionRun | undefined>;
  /** Works deadlines out anew if the calendars have changed. */
  readonly retime: () => Promise<number>;
  /** What an earlier version or a changed calendar left to be done, then everything again and again. @returns a stop */
  start(): () => Promise<void>;
}

export function createCaseJobs(deps: CaseJobsDeps): CaseJobs {
  const { db, keys, clock, log, points, rules, cases, holdersOf, alerts } = deps;
  const sweep = () => sweepClocks({ cases, rules, keys, clock, log, holdersOf, points });
  const retime = () => retimeCases({ db, cases, rules, keys, clock, log });
  const retention = (key?: string) =>
    runRetention(
      {
        rules: loadRetention(deps.flowsDir),
        cases: createCaseErasure({ db, keys, releaseFiles: deps.files.release }),
        turns: createEraseOld({ db, turns: deps.turns, keys }),
        runs: createRetentionRuns(db),
        audit: deps.audit,
        clock,
        log,
        home: rules.home,
      },
      key,
    );
  const dataRequests = () =>
    sweepDataRequests({
      requests: createDataRequests(db),
      clock,
      log,
      holders: () => holdersOf(rules.routing.helpdesk),
      onLate: ({ _id, conversationId, alert }, staffIds) => {
        const at = alert?.at ?? clock.now();
        const facts = { what: 'data_request', subject: conversationId, at } as const;
        for (const staffId of staffIds)
          void alerts.raise({ ...facts, _id: `${_id}:${at.getTime()}:${staffId}`, staffId });
      },
    });

  const sweepFiles = () =>
    deps.files.sweepUnreferenced(new Date(clock.now().getTime() - FILE_KEEP_MS), cases.refersToFile);

  return {
    sweepClocks: sweep,
    sweepDataRequests: dataRequests,
    runRetention: retention,
    retime,
    start() {
      const atStart = [
        retime().catch((error: unknown) => log.warn({ err: error }, 'deadlines could not be worked out anew')),
        completeCases({ db, rules, keys, log }).catch((error: unknown) =>
          log.warn({ err: error }, 'cases of an earlier version could not be completed'),
        ),
      ];
      const stops = [
        startLoop({ clock, log }, 'clocks', CLOCK_SWEEP_MS, sweep),
        startLoop({ clock, log }, 'data requests', DATA_REQUEST_SWEEP_MS, dataRequests),
        startLoop({ clock, log }, 'retention', RETENTION_MS, () => retention()),
        startLoop({ clock, log }, 'retime', RETIME_MS, retime),
        startLoop({ clock, log }, 'files', FILE_SWEEP_MS, sweepFiles),
        startLoop({ clock, log }, 'scans', SCAN_SWEEP_MS, deps.files.scanWaiting),
        startLoop({ clock, log }, 'audit anchor', ANCHOR_MS, () => anchorAudit(deps.audit, deps.anchors, clock)),
      ];
      return async () => {
        await Promise.all([...atStart, ...stops.map((stop) => stop())]);
      };
    },
  };
}
