import express from 'express';
import type { Db } from 'mongodb';
import type { CaseLists } from './cases/case-lists.js';
import type { CaseMerge } from './cases/case-merge.js';
import type { CaseReads } from './cases/case-reads.js';
import type { CaseRules } from './cases/case-rules.js';
import type { CaseService } from './cases/case-service.js';
import type { CaseStore } from './cases/case-store.js';
import type { CircleStore } from './cases/circle-store.js';
import type { ReporterStore } from './cases/reporter-store.js';
import type { Category } from './classification/categories.js';
import type { Conversations } from './conversations/conversations.js';
import type { Clock } from './core/clock.js';
import type { Keys } from './core/crypto.js';
import type { Logger } from './core/log.js';
import type { Flows } from './flows/flow.js';
import type { Texts } from './flows/i18n.js';
import type { MountedRouter } from './http/server.js';
import { createCaseRoutes } from './http/staff/case-routes.js';
import { createConversationRoutes } from './http/staff/conversation-routes.js';
import { createExportRoutes } from './http/staff/export-routes.js';
import { createFileRoutes, UPLOAD_PATHS } from './http/staff/file-routes.js';
import { createInboxRoutes } from './http/staff/inbox-routes.js';
import { createLiveRoutes } from './http/staff/live-routes.js';
import { createSettingsRoutes } from './http/staff/settings-routes.js';
import { createSlowWalks } from './http/staff/slow-walks.js';
import type { Alerts } from './staff/alerts.js';
import type { ToneRule } from './staff/api/settings.js';
import type { Audit } from './staff/audit.js';
import { createNoteRead } from './staff/audit-reads.js';
import { createCanned } from './staff/canned.js';
import { createCaseAccess } from './staff/case-access.js';
import { createDoBulk } from './staff/case-bulk.js';
import { createCaseDeeds } from './staff/case-deeds.js';
import { createCaseList } from './staff/case-list.js';
import { createViewCase } from './staff/case-view.js';
import { createChatAccess } from './staff/chat-access.js';
import { createChatDeeds } from './staff/chat-deeds.js';
import { createChatView } from './staff/chat-view.js';
import { createCircles } from './staff/circles.js';
import { loadConsoleLabels } from './staff/console-labels.js';
import { createDirectory } from './staff/directory.js';
import { createExportCases } from './staff/export-cases.js';
import { createFeed, type Feed } from './staff/feed.js';
import { tailDeliveries } from './staff/feed-deliveries.js';
import { createResumeFeed } from './staff/feed-resume.js';
import { createBuildRows } from './staff/feed-rows.js';
import { tailFeed } from './staff/feed-tail.js';
import { createInbox } from './staff/inbox.js';
import { createKeepNote } from './staff/keep-note.js';
import { loadCanned } from './staff/load-canned.js';
import type { Looking } from './staff/looking.js';
import { createFindReceipts } from './staff/message-receipts.js';
import { createMisses } from './staff/misses.js';
import { createFileNewCase } from './staff/new-case.js';
import { createNotePresence } from './staff/note-presence.js';
import { createNotes } from './staff/notes.js';
import { createStaffFiles } from './staff/read-file.js';
import type { Reveal } from './staff/reveal.js';
import { createRevealChat } from './staff/reveal-chat.js';
import { createSavedViews } from './staff/saved-views.js';
import { createReadSettings } from './staff/settings.js';
import { createReadShift } from './staff/shift.js';
import { createViewers } from './staff/viewers.js';
import type { StaffSide } from './staff-side.js';
import type { FileStore } from './store/files.js';

export interface ConsoleApiDeps {
  readonly db: Db;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rules: CaseRules;
  readonly texts: Texts;
  readonly flows: Flows;
  /** The folder of the data files. */
  readonly flowsDir: string;
  readonly conversations: Conversations;
  readonly cases: CaseStore;
  readonly caseLists: CaseLists;
  readonly caseService: CaseService;
  readonly caseMerge: CaseMerge;
  readonly reads: CaseReads;
  readonly categories: ReadonlyMap<string, Category>;
  readonly reporters: ReporterStore;
  readonly siteName: string;
  readonly tone: () => readonly ToneRule[];
  readonly looking: Pick<Looking, 'begin'>;
  readonly circles: CircleStore;
  readonly files: FileStore;
  readonly audit: Audit;
  readonly reveal: Reveal;
  readonly alerts: Alerts;
  readonly side: Pick<StaffSide, 'staff' | 'gate' | 'writeOnce'>;
}

/** What the staff console talks to. */
export interface ConsoleApi {
  readonly router: MountedRouter;
  readonly feed: Feed;
  /** Stops telling what changes. */
  stop(): Promise<void>;
}

/** Wires the routes behind the console: `/api/staff` but for signing in. */
export function createConsoleApi(deps: ConsoleApiDeps): ConsoleApi {
  const { db, keys, clock, log, rules, conversations, cases, reporters, alerts } = deps;
  const { gate, writeOnce, staff } = deps.side;
  const { turns, rowScope } = conversations;
  const labels = loadConsoleLabels(deps.flowsDir);
  const directory = createDirectory(staff.roster.cards, clock);
  const circles = createCircles({ store: deps.circles, rules, clock });
  const notes = createNotes({ db, keys, clock });
  const viewers = createViewers({ db, clock });
  const noteRead = createNoteRead({ db, audit: deps.audit, clock });
  const access = createChatAccess({ db, turns, cases, reporters, circles, clock });
  const inbox = createInbox({ db, turns, cases, reporters, circles, directory, keys, clock });
  const buildRows = createBuildRows({ db, turns, cases, directory, keys, clock });
  const feed = createFeed({ buildRows, cases, rowScope, viewers, alerts, circles, directory, keys, clock, log });
  const resume = createResumeFeed({
    ...{ db, feed, buildRows, notes, circles, directory, keys, clock },
    flushRows: conversations.rows.drain,
  });
  const findReceipts = createFindReceipts(db);
  const view = createChatView({
    ...{ access, turns, notes, viewers, directory, noteRead, keys, clock },
    resolveFiles: conversations.resolveFiles,
    findReceipts,
    texts: deps.texts,
    flows: deps.flows,
    labels,
  });
  const deeds = createChatDeeds({
    ...{ db, access, circles, directory, rules, alerts, clock },
    staff: conversations.staff,
    files: deps.files,
    onChanged: feed.changed,
  });

  const caseAccess = createCaseAccess({ lists: deps.caseLists, circles });
  const keepNote = createKeepNote({ notes, access, directory, alerts, keys, onNoted: feed.noted });
  const categoryOf = (id: string) => deps.categories.get(id);
  const caseDeeds = createCaseDeeds({
    ...{ db, access: caseAccess, directory, rules, categoryOf, keys, clock },
    service: deps.caseService,
    merge: deps.caseMerge,
    files: deps.files,
  });
  const fileNewCase = createFileNewCase({
    ...{ access, turns, cases, categoryOf, clock },
    staff: conversations.staff,
    reads: deps.reads,
    files: deps.files,
    kinds: new Set(labels.kinds('id').map(({ id }) => id)),
    texts: deps.texts,
  });
  const staffFiles = createStaffFiles({
    ...{ db, files: deps.files, chats: access, cases: caseAccess, lists: deps.caseLists, noteRead },
  });
  const canned = createCanned(db, loadCanned(deps.flowsDir));
  const listing = { lists: deps.caseLists, directory, keys, clock };

  const router = express.Router();
  router.use(gate.signedIn);
  const misses = createMisses({ alerts, audit: deps.audit, clock });
  router.use(/^\/(cases|conversations|files)\/[^/]+/, createSlowWalks(misses, gate));
  router.use(
    createInboxRoutes({ inbox, gate }),
    createConversationRoutes({
      ...{ view, deeds, gate, writeOnce },
      ...{ keepNote, fileNewCase },
      notePresence: createNotePresence({ access, viewers, onChanged: feed.viewersChanged }),
      reveal: createRevealChat({ db, access, reveal: deps.reveal, audit: deps.audit, keys, clock }),
    }),
    createExportRoutes({ exportCases: createExportCases({ ...listing, audit: deps.audit }), gate }),
    createCaseRoutes({
      ...{ gate, writeOnce, keepNote, access: caseAccess, deeds: caseDeeds },
      list: createCaseList({ ...listing, access: caseAccess, cases }),
      view: createViewCase({ access: caseAccess, reporters, notes, directory, noteRead, keys, clock }),
      doBulk: createDoBulk(caseDeeds),
    }),
    createFileRoutes({ files: staffFiles, gate }),
    createSettingsRoutes({
      ...{ gate, writeOnce, canned, audit: deps.audit, savedViews: createSavedViews(db) },
      settings: createReadSettings({
        ...{ rules, labels, directory, canned, clock, siteName: deps.siteName, tone: deps.tone },
        ...{ categories: deps.categories, texts: deps.texts },
      }),
      shift: createReadShift({
        ...{ db, cases, circles, directory, clock, lists: deps.caseLists, handovers: conversations.handovers },
      }),
    }),
    createLiveRoutes({ feed: followed(feed, deps.looking), resume, counts: inbox.counts, gate, clock, log }),
  );

  const unwatch = conversations.live.watchAll(feed);
  const unwatchAlerts = alerts.watch(feed.alerted);
  const stopTails = [
    tailFeed({ db, feed, notes, alerts, viewers, clock, log }),
    tailDeliveries({ db, feed, viewers, findReceipts, clock, log }),
  ];
  return {
    router: { path: '/api/staff', router, uploads: [UPLOAD_PATHS] },
    feed,
    async stop() {
      unwatch();
      unwatchAlerts();
      for (const stop of stopTails) stop();
      await feed.drain();
    },
  };
}

/** The feed, with whoever follows it counted as looking. */
function followed(feed: Pick<Feed, 'follow'>, looking: Pick<Looking, 'begin'>): Pick<Feed, 'follow'> {
  return {
    follow(reader) {
      const end = looking.begin(reader.actor.staffId);
      const unfollow = feed.follow(reader);
      return () => {
        end();
        unfollow();
      };
    },
  };
}
