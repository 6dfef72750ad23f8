import express from 'express';
import type { Db } from 'mongodb';
import type { CaseLists } from './cases/case-lists.js';
import type { CaseStore } from './cases/case-store.js';
import type { RetentionRules } from './cases/retention-rules.js';
import type { Extract } from './classification/types.js';
import type { Conversations } from './conversations/conversations.js';
import { createDataRequests } from './conversations/data-requests.js';
import type { Clock } from './core/clock.js';
import type { Logger } from './core/log.js';
import type { Flows } from './flows/flow.js';
import type { MountedRouter } from './http/server.js';
import { createAdminFileRoutes } from './http/staff/admin-files.js';
import { createAdminFlowRoutes } from './http/staff/admin-flows.js';
import { createAdminOversightRoutes } from './http/staff/admin-oversight.js';
import { createAdminRuleRoutes } from './http/staff/admin-rules.js';
import { createRetentionRuns } from './jobs/retention-runs.js';
import type { Audit } from './staff/audit.js';
import { readAnchors } from './staff/audit-anchors.js';
import { createListAudit } from './staff/audit-list.js';
import { createFlowCounts } from './staff/flow-counts.js';
import { readPeople } from './staff/people.js';
import { createTenantChange } from './staff/tenant-change.js';
import type { TenantData } from './staff/tenant-data.js';
import type { TenantFiles } from './staff/tenant-files.js';
import { createTenantStates } from './staff/tenant-states.js';
import { createTryText } from './staff/try-text.js';
import type { StaffSide } from './staff-side.js';

export interface AdminApiDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly side: Pick<StaffSide, 'staff' | 'gate' | 'writeOnce'>;
  readonly tenant: { readonly data: TenantData; readonly files: TenantFiles };
  readonly conversations: Pick<Conversations, 'deadLetters' | 'live'>;
  readonly cases: CaseStore;
  readonly caseLists: CaseLists;
  readonly audit: Audit;
  /** The file in which the audit log is anchored. */
  readonly anchors: string;
  readonly retentionRules: RetentionRules;
  readonly flows: Flows;
  readonly extract: Extract;
  readonly retime: () => Promise<number>;
}

/** What the console's admin pages talk to. */
export interface AdminApi {
  readonly router: MountedRouter;
  stop(): Promise<void>;
}

/** Wires `/api/staff/admin`, and counts the steps people come to. */
export function createAdminApi(deps: AdminApiDeps): AdminApi {
  const { db, clock, log, audit, conversations } = deps;
  const { gate, writeOnce, staff } = deps.side;
  const { data, files } = deps.tenant;
  const people = () => readPeople(staff.store);
  const { home } = data.live.rules;
  const counts = createFlowCounts({ db, clock, log, home });
  const unwatch = conversations.live.watchAll({ committed: counts.committed, changed: () => undefined });
  const change = createTenantChange({ data, files, audit, clock, retime: deps.retime });
  const ruleDeps = { gate, writeOnce, data, files, states: createTenantStates(data), change, people };
  const router = express.Router();
  router.use(gate.signedIn);
  router.use(
    createAdminFileRoutes(ruleDeps),
    createAdminRuleRoutes(ruleDeps),
    createAdminFlowRoutes({
      ...{ gate, clock, counts },
      flows: deps.flows,
      tryText: createTryText({ live: data.live, extract: deps.extract, clock, home }),
    }),
    createAdminOversightRoutes({
      ...{ gate, writeOnce, clock, people, audit },
      listAudit: createListAudit(db),
      anchors: () => readAnchors(deps.anchors),
      deadLetters: conversations.deadLetters,
      retentionRules: deps.retentionRules,
      listRuns: createRetentionRuns(db).list,
      caseLists: deps.caseLists,
      cases: deps.cases,
      dataRequests: createDataRequests(db),
    }),
  );
  return {
    router: { path: '/api/staff/admin', router },
    async stop() {
      unwatch();
      await counts.stop();
    },
  };
}
