import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { createAdminApi } from './admin-api.js';
import { createAlertSide } from './alert-side.js';
import { type CaseJobs, createCaseJobs } from './case-jobs.js';
import { timeZoneOf } from './cases/calendar.js';
import { type CaseLists, createCaseLists } from './cases/case-lists.js';
import { type CaseMerge, createCaseMerge } from './cases/case-merge.js';
import { type CaseReads, createCaseReads } from './cases/case-reads.js';
import { type CaseService, type CaseServiceDeps, createCaseService } from './cases/case-service.js';
import { type CaseStore, createCaseStore } from './cases/case-store.js';
import { createShowChronology } from './cases/chronology.js';
import { type CircleStore, createCircleStore } from './cases/circle-store.js';
import { createOpensByCode } from './cases/code-tries.js';
import { keepConsentTexts, loadConsent } from './cases/consent.js';
import { createDescribeCase, createShowDay } from './cases/describe-case.js';
import type { LevelHolders } from './cases/escalation.js';
import { createShowValues } from './cases/notice-params.js';
import { createParkedStore } from './cases/parked-store.js';
import { createReporterStore, type ReporterStore } from './cases/reporter-store.js';
import { loadRetention } from './cases/retention-rules.js';
import { type PushLane, partsOf } from './channels/push-lane.js';
import { createWebchatRoutes } from './channels/webchat/webchat.js';
import { createExtract } from './classification/extract.js';
import { loadFaq } from './classification/faq.js';
import { loadLanguageGuess } from './classification/language.js';
import { loadRegions } from './classification/regions.js';
import type { Config } from './config.js';
import { createConsoleApi } from './console-api.js';
import { type ConversationJobs, createConversationJobs } from './conversation-jobs.js';
import { type Conversations, createConversations } from './conversations/conversations.js';
import { noPoints, type Points } from './conversations/points.js';
import { createQuarantine } from './conversations/quarantine.js';
import type { Clock } from './core/clock.js';
import type { Keys } from './core/crypto.js';
import type { Logger } from './core/log.js';
import { createEngine, type Engine } from './flows/engine.js';
import { loadTexts } from './flows/i18n.js';
import { loadFlows } from './flows/load.js';
import { createHttpServer } from './http/server.js';
import { startLoop } from './jobs/loop.js';
import { createNoticeRelay } from './jobs/notice-relay.js';
import { createLaneSide } from './lane-side.js';
import { type OpenStore, openStore } from './open-store.js';
import type { LaneOffer } from './push-lanes.js';
import { type Alerts, createAlerts, raiseAll } from './staff/alerts.js';
import { type Audit, createAudit } from './staff/audit.js';
import { overdueAlertsOfTurn } from './staff/feed-alerts.js';
import type { Passwords } from './staff/password.js';
import { createReveal, type Reveal } from './staff/reveal.js';
import type { Staff } from './staff/staff.js';
import type { TenantData } from './staff/tenant-data.js';
import { createStaffSide } from './staff-side.js';
import { createClamdScan } from './store/clamd.js';
import { createCopyFile } from './store/copy-file.js';
import { createFileStore, type FileStore } from './store/files.js';
import { createReadiness } from './store/readiness.js';
import { ensureIndexes } from './store/schemas.js';
import { openTenant } from './tenant.js';

const WEBCHAT_ACCOUNT = 'main';
const NOTICE_SWEEP_MS = 1000;
const TENANT_REFRESH_MS = 5000;

export interface AppDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  /** The folder that holds flows/, locales/ and dist/. */
  readonly root: string;
  readonly points?: Points;
  /** A store that runs already (another process of this data folder); none is started then. */
  readonly storeUri?: string;
  /** Looks for cases about the same matter before one is filed; not done when left out. */
  readonly offersSimilar?: boolean;
  /** Wraps the flow engine; for tracing, and for tests of what a fault in a flow comes to. */
  readonly aroundEngine?: (engine: Engine) => Engine;
  /** Who of a unit could take a case; its agents when left out. */
  readonly staffOf?: CaseServiceDeps['staffOf'];
  /** Who of a unit hears of lateness. */
  readonly holdersOf?: (unit: string) => Promise<LevelHolders>;
  /** How passwords are hashed; argon2id at its full cost when left out. */
  readonly passwords?: Passwords;
  /** Channel accounts that are pushed to, made from what the app offers them. */
  readonly pushLanes?: (offered: LaneOffer) => readonly PushLane[];
}

/** The running service. */
export interface App
  extends Pick<CaseJobs, 'sweepClocks' | 'runRetention' | 'sweepDataRequests'>,
    Pick<ConversationJobs, 'handBackChats'> {
  readonly keys: Keys;
  /** True when the keys were made at this start: people must be told to back them up. */
  readonly madeKeys: boolean;
  readonly warnings: readonly string[];
  readonly conversations: Conversations;
  readonly alerts: Alerts;
  readonly cases: CaseStore;
  readonly caseService: CaseService;
  readonly reporters: ReporterStore;
  /** Cases as staff may see them. */
  readonly caseLists: CaseLists;
  /** The office's own data files. */
  readonly tenant: TenantData;
  readonly circles: CircleStore;
  readonly caseMerge: CaseMerge;
  readonly reads: CaseReads;
  readonly audit: Audit;
  readonly staff: Staff;
  readonly reveal: Reveal;
  /** Tells staff who aren't looking; runs by itself every two seconds. */
  readonly deliverAlerts: () => Promise<number>;
  /** Tells what cases still have to tell; runs by itself every second. */
  readonly relayNotices: () => Promise<number>;
  readonly files: FileStore;
  readonly connection: Connection;
  readonly port: number;
  /** Stops taking in, finishes what is under way, then closes the store. */
  stop(): Promise<void>;
}

/** Opens the store, wires everything top to bottom, and starts serving. Starting is recovery: there is no other way. */
export async function startApp(deps: AppDeps): Promise<App> {
  const store = await openStore(deps);
  try {
    return await startOn(store, deps);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function startOn(
  { keys, generated, connection, ownDir, close }: OpenStore,
  {
    config,
    log,
    clock,
    root,
    points = noPoints,
    aroundEngine,
    pushLanes,
    passwords,
    offersSimilar = false,
    ...given
  }: AppDeps,
): Promise<App> {
  await ensureIndexes(connection);
  const db = connection.getClient().db(connection.name);

  // data of flows and rules
  const flowsDir = join(root, 'flows');
  const localesDir = join(root, 'locales');
  const modelsDir = join(config.DATA_DIR, 'models');
  const tenant = await openTenant({ db, clock, log, flowsDir, localesDir, modelsDir, zone: config.TENANT_ZONE });
  const { rules, classify, findDanger, categories } = tenant.data.live;
  const texts = loadTexts(localesDir);
  const flows = loadFlows(flowsDir, localesDir, categories);
  const consentOf = loadConsent(flowsDir, texts);
  await keepConsentTexts(db, consentOf, texts, clock.now());
  const timeZone = timeZoneOf(rules.home.zone);
  const extract = createExtract();
  const made = createEngine({
    flows,
    texts,
    classify,
    findDanger,
    extract,
    findAnswer: loadFaq(join(flowsDir, 'faq.yaml'), tenant.data.live.current().categories.lexicon),
    guessLanguage: loadLanguageGuess(join(flowsDir, 'languages')),
    findRegion: loadRegions(config.REGIONS_CSV ?? join(flowsDir, 'regions.csv'), config.REGIONS_CSV !== undefined),
    timeZone,
  });
  const engine = aroundEngine?.(made) ?? made;

  // staff, then conversations and cases
  const audit = createAudit(db, clock);
  const side = createStaffSide({ db, keys, clock, log, config, unitIds: tenant.data.live.unitIds, audit, passwords });
  const { staffOf, holdersOf } = { ...side.staff.roster, ...given };
  const alerts = createAlerts({ db, clock, log });
  const laneSide = createLaneSide({ db, keys, clock, log, config, audit, alerts, points });
  const address = config.CLAMAV_ADDRESS;
  const scan = address === undefined ? undefined : createClamdScan({ address, clock });
  const files = createFileStore(db, clock, keys, scan && { scan, log });
  const cases = createCaseStore(db);
  const circles = createCircleStore(db);
  const reporters = createReporterStore(db);
  const showDay = createShowDay(timeZone);
  const caseService = createCaseService({
    cases,
    rules,
    keys,
    clock,
    staffOf,
    namedFor: async (circle) => (await circles.all()).get(circle) ?? [],
    onNotice: (number) => relay.kick(number),
    onChanged: (number) => consoleApi.feed.caseChanged(number),
  });
  const opensByCode = createOpensByCode({ db, keys, clock });
  const reads = createCaseReads({
    offersSimilar,
    cases,
    reporters,
    rules,
    keys,
    opensByCode,
    showDay,
    describe: createDescribeCase({ texts, flows, showDay, rules, keys }),
    showChronology: createShowChronology({ texts, flows, showDay, rules, keys }),
    findAsked: (conversationId, seq) => conversations.findAsked(conversationId, seq),
  });
  const conversations: Conversations = createConversations({
    db,
    keys,
    clock,
    log,
    points: laneSide.points,
    engine,
    waitingFlow: flows.globals.waiting,
    onOverdue: (turn) => raiseAll(alerts, overdueAlertsOfTurn(turn)),
    texts,
    cases,
    senders: laneSide.senders,
    fetchers: laneSide.fetchers,
    reporters,
    rules,
    service: caseService,
    opensByCode,
    consentOf,
    reads,
    chatLinks: (token) => lanes.flatMap((each) => each.linkTo?.(token) ?? []),
  });
  const relay = createNoticeRelay({
    cases,
    reporters,
    parked: createParkedStore(db),
    rules,
    keys,
    clock,
    log,
    findReach: conversations.findReach,
    tell: conversations.tell,
    showValues: createShowValues(texts, flows, rules),
    copyFile: createCopyFile(files),
    points,
  });
  const anchors = join(config.DATA_DIR, 'audit', 'anchors.txt');
  const jobs = createCaseJobs({
    ...{ db, keys, clock, log, points, rules, flowsDir, cases, files, audit, anchors, alerts, holdersOf },
    turns: conversations.turns,
  });
  const { retime } = jobs;
  const tell = (lane: string, hour: number) => laneSide.alert(lane, 'quarantined', hour);
  const quarantine = createQuarantine({ db, keys, clock, log, tell });
  const reveal = createReveal({ service: caseService, reporters, turns: conversations.turns, keys, rules, audit });
  const caseLists = createCaseLists({ db, keys, rules, clock });
  const caseMerge = createCaseMerge({ cases, reporters, service: caseService, rules, keys, clock });
  const alertSide = createAlertSide({
    ...{ db, keys, clock, log, config, side, alerts, audit, conversations },
    offsetMs: rules.home.offsetMs,
    lanes: () => lanes,
  });
  const consoleApi = createConsoleApi({
    ...{ db, keys, clock, log, rules, texts, flows, flowsDir, cases, caseLists, caseService, caseMerge },
    ...{ reads, reporters, circles, conversations, files, audit, reveal, alerts, side, categories },
    ...{ siteName: config.TENANT_NAME, tone: tenant.data.live.tone, looking: alertSide.looking },
  });
  const adminApi = createAdminApi({
    ...{ db, clock, log, side, tenant, conversations, cases, caseLists, audit, anchors, flows, extract, retime },
    retentionRules: loadRetention(flowsDir),
  });
  const receive = laneSide.counted(alertSide.before(conversations.receive));
  const lanes: readonly PushLane[] =
    pushLanes?.({
      keys,
      files,
      db,
      texts,
      receive,
      quarantine,
      conversations,
      senderOf: (lane) => laneSide.senders.get(lane),
      count: laneSide.count,
      alert: laneSide.alert,
      noteReachable: conversations.rows.noteReachable,
      readFlows: tenant.data.read,
    }) ?? [];
  laneSide.add(lanes, conversations.turns);

  const conversationJobs = createConversationJobs({
    ...{ db, conversations, clock, log, ownDir },
    roster: side.staff.roster,
  });
  await conversationJobs.recover();

  const webchat = createWebchatRoutes({
    account: WEBCHAT_ACCOUNT,
    keys,
    clock,
    log,
    receive,
    transcript: conversations.transcript,
    watch: conversations.live.watch,
    files,
  });
  const http = createHttpServer({
    log,
    clock,
    isReady: createReadiness(db, clock, () => partsOf(lanes)),
    routers: [
      { path: '/api/webchat', router: webchat, uploads: ['/api/webchat/files'] },
      ...side.routers,
      consoleApi.router,
      adminApi.router,
      alertSide.router,
      ...laneSide.routers(side.gate),
      ...lanes.flatMap((each) => (each.routes ? [each.routes] : [])),
    ],
    pagesDir: join(root, 'dist', 'console'),
    siteName: config.TENANT_NAME,
    trustedProxies: config.TRUSTED_PROXIES,
  });
  const { port } = await http.listen(config.HTTP_PORT, config.HTTP_HOST);

  const stopLanes = laneSide.start(receive);
  const stopJobs = [
    jobs.start(),
    conversationJobs.start(),
    alertSide.start(),
    startLoop({ clock, log }, 'data files', TENANT_REFRESH_MS, async () => (await tenant.data.refresh()) && retime()),
    startLoop({ clock, log }, 'model', TENANT_REFRESH_MS, async () => tenant.data.live.refreshModel()),
    startLoop({ clock, log }, 'notices', NOTICE_SWEEP_MS, relay.sweep),
  ];
  const stopTail = conversations.live.tail(conversations.rows, clock, log);

  return {
    keys,
    madeKeys: generated,
    warnings: rules.calendars.warnings,
    conversations,
    alerts,
    cases,
    caseService,
    reporters,
    reads,
    audit,
    staff: side.staff,
    reveal,
    caseLists,
    tenant: tenant.data,
    circles,
    caseMerge,
    handBackChats: conversationJobs.handBackChats,
    deliverAlerts: alertSide.deliver,
    relayNotices: relay.sweep,
    sweepClocks: jobs.sweepClocks,
    runRetention: jobs.runRetention,
    sweepDataRequests: jobs.sweepDataRequests,
    files,
    connection,
    port,
    async stop() {
      stopTail();
      await Promise.all([consoleApi.stop(), adminApi.stop()]);
      await http.close();
      await Promise.all(lanes.map((each) => each.close?.()));
      await Promise.all([...stopLanes, ...stopJobs].map((stop) => stop()));
      await relay.drain();
      await conversations.drain();
      laneSide.stop();
      await close();
    },
  };
}
