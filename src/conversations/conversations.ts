import type { Db } from 'mongodb';
import { timeZoneOf } from '../cases/calendar.js';
import type { CaseReads } from '../cases/case-reads.js';
import type { CaseRules } from '../cases/case-rules.js';
import type { CaseService } from '../cases/case-service.js';
import type { CaseStore } from '../cases/case-store.js';
import type { OpensByCode } from '../cases/code-tries.js';
import type { ConsentOf } from '../cases/consent.js';
import { createLinkTokens } from '../cases/link-tokens.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import { createSurveyStore } from '../cases/survey-store.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { createKeyedQueue } from '../core/keyed-queue.js';
import type { Logger } from '../core/log.js';
import { textAnswer } from '../flows/answers/typed-answers.js';
import { toBubbles } from '../flows/bubbles.js';
import type { Engine } from '../flows/engine.js';
import type { Texts } from '../flows/i18n.js';
import type { Answers, EngineState, FlowEffect, Params } from '../flows/state.js';
import type { ChatEntry, Received } from '../messages/chat-entry.js';
import type { FetchAttachment } from '../messages/fetch.js';
import { type InboundMessage, PULL_CHANNELS } from '../messages/message.js';
import { createTries } from '../store/tries.js';
import { createApply } from './apply.js';
import type { Delivery, Said, TurnDraft } from './build-turn.js';
import { laneOf } from './build-turn.js';
import { createCommit } from './commit.js';
import { createDataRequests } from './data-requests.js';
import { createDeadLetters, type DeadLetters } from './dead-letters.js';
import { createDecide } from './decide.js';
import { createEarlierForms } from './earlier-forms.js';
import { createEffects } from './effects.js';
import { createErase } from './erase.js';
import { createNoteFailedLater, type NoteFailedLater } from './failed-later.js';
import { createFetches } from './fetches.js';
import { createFileLinks, type FileLinks } from './file-links.js';
import { createFindAsked, type FindAsked } from './find-asked.js';
import { createHandoverLog, type HandoverLog } from './handover-log.js';
import type { LaneSender } from './lane-sender.js';
import { createLinkReads, LINK_TRIES_WINDOW_MS, type LinkingDeps } from './linking.js';
import { createLive, type Live } from './live.js';
import { markFetched } from './mark-fetched.js';
import { createTellNews, type TellNews } from './notice-turn.js';
import type { Points } from './points.js';
import { createQueueRead, createShowTime } from './queue-read.js';
import { createFindReach, type FindReach } from './reach.js';
import { createReceive } from './receive.js';
import { type Reconciled, reconcile } from './reconcile.js';
import { sweepEffects } from './recover.js';
import { createReply } from './reply.js';
import { createRepairRows, type RepairRows } from './row-repair.js';
import { createRowScope, type RowScope } from './row-scope.js';
import { createRows, type Rows } from './rows.js';
import { createStaffTurns, type StaffTurns } from './staff-turn.js';
import { sayAside } from './system-turn.js';
import { createTellUnusableFile } from './tell-unusable-file.js';
import { sweepTimers } from './timers.js';
import { createTips, type Tip } from './tips.js';
import { transcriptOf } from './transcript.js';
import type { Turn } from './turn.js';
import { engineStateOf } from './turn-content.js';
import { createTurnStore, type TurnStore } from './turn-store.js';

const TRANSCRIPT_LIMIT = 500;
/** Words that bring somebody who waits for a person back to the bot; names of word lists in locales/. */
const BACK_WORDS = ['global_menu', 'global_cancel', 'global_resume'];

export interface ConversationsDeps {
  readonly db: Db;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly points: Points;
  readonly engine: Engine;
  /** The flow that asks those who wait for a person in vain. */
  readonly waitingFlow: string;
  readonly texts: Texts;
  readonly cases: CaseStore;
  readonly reads: CaseReads;
  readonly reporters: ReporterStore;
  readonly chatLinks: LinkingDeps['chatLinks'];
  readonly rules: CaseRules;
  readonly service: CaseService;
  readonly opensByCode: OpensByCode;
  readonly consentOf: ConsentOf;
  /** Senders of the lanes this process may hold, by lane. */
  readonly senders: ReadonlyMap<string, LaneSender>;
  /** How files still at a platform are fetched, by lane. */
  readonly fetchers: ReadonlyMap<string, FetchAttachment>;
  /** Told of somebody who waits for a person in vain; must not throw. */
  readonly onOverdue: (turn: Turn) => void;
}

/** Everything that happens in conversations, wired: what channels, staff routes and jobs call. */
export interface Conversations {
  readonly receive: (message: InboundMessage) => Promise<Received>;
  readonly transcript: (conversationId: string, afterSeq: number) => Promise<readonly ChatEntry[]>;
  readonly staff: StaffTurns;
  readonly deadLetters: DeadLetters;
  readonly noteFailedLater: NoteFailedLater;
  /** News of a case as a turn. */
  readonly tell: TellNews;
  readonly findReach: FindReach;
  readonly findAsked: FindAsked;
  readonly live: Live;
  readonly rows: Rows;
  readonly rowScope: RowScope;
  /** Attachments with the files they have become so far. */
  readonly resolveFiles: FileLinks['resolve'];
  readonly handovers: HandoverLog;
  readonly turns: TurnStore;
  readonly sweepTimers: () => Promise<number>;
  readonly sweepEffects: () => Promise<number>;
  readonly sweepFiles: () => Promise<number>;
  readonly repairRows: RepairRows;
  /** After a restore; see {@link reconcile}. */
  readonly reconcile: (madeAt: Date) => Promise<Reconciled>;
  readonly drain: () => Promise<void>;
}

export function createConversations(deps: ConversationsDeps): Conversations {
  const { db, keys, clock, log, engine, texts, senders, points } = deps;
  const turns = createTurnStore(db, clock);
  const tips = createTips(turns, keys);
  const hours = deps.rules.home;
  const handovers = createHandoverLog(db);
  const rows = createRows({ db, turns, handovers, clock, log });
  const live = createLive();
  const rowScope = createRowScope({ db, cases: deps.cases, reporters: deps.reporters, clock });
  const inOrder = createKeyedQueue();
  const links = createFileLinks({ db, clock, onLinked: deps.cases.giveFile, onRefused: deps.cases.refuseFile });
  const stopped = new AbortController();
  const fetches = createFetches({
    turns,
    links,
    keys,
    clock,
    log,
    inOrder,
    fetchers: deps.fetchers,
    signal: stopped.signal,
    onUnusable: (turn, why) => tellUnusableFile(turn, why),
  });

  const sayIn = (effects: readonly FlowEffect[], locale: EngineState['locale']): Said[] =>
    toBubbles(effects, locale, texts).map(({ kind, ...bubble }) => ({ bubble, kind }));

  const sayTo = (text: string, tip: Tip, params: Params = {}): Said => ({
    bubble: { text: texts.format(tip.after.locale, text, params) },
    kind: 'reply',
  });

  const linking = {
    tokens: createLinkTokens({ db, keys }),
    tries: createTries({ db, clock, windowMs: LINK_TRIES_WINDOW_MS }),
    cases: deps.cases,
    reporters: deps.reporters,
    chatLinks: deps.chatLinks,
  };
  const showTime = createShowTime(timeZoneOf(hours.zone));
  const decide = createDecide({
    advance: (state, input) => engine.advance(state, input),
    toBubbles: (effects, locale) => toBubbles(effects, locale, texts),
    reads: {
      ...deps.reads,
      ...createLinkReads(linking),
      queue: createQueueRead({ db, hours, log: handovers, showTime }),
    },
    clock,
  });

  const commit = createCommit({
    keys,
    turns,
    tips,
    deliveryOf: (draft, earlierOwed) => deliveryOf(senders, draft, earlierOwed),
    epochOf: (draft) => senders.get(laneOf(draft.address))?.held(),
    points,
    onCommitted: [
      (committed) => senders.get(committed.turn.lane)?.accept(committed),
      fetches.accept,
      ({ turn }) => rows.touch(turn),
      ({ turn }) => live.changed(turn.conversationId),
      live.committed,
    ],
  });

  const tellUnusableFile = createTellUnusableFile({ inOrder, turns, tips, commit, clock, hours, texts });

  const apply = createApply({
    turns,
    clock,
    log,
    points,
    handlers: createEffects({
      keys,
      cases: deps.cases,
      reporters: deps.reporters,
      rules: deps.rules,
      service: deps.service,
      opensByCode: deps.opensByCode,
      consentOf: deps.consentOf,
      surveys: createSurveyStore(db, keys),
      requests: createDataRequests(db),
      erase: createErase({ turns, keys }),
      rowScope,
      links,
      linking,
    }),
    onSettled: (turn) => {
      senders.get(turn.lane)?.release(turn);
      live.changed(turn.conversationId);
    },
    onRefused: (turn, args) => tellRefusal(turn, args),
  });

  /** Tells what holds in the stead of what was wished. */
  const tellRefusal = async ({ conversationId, seq }: Turn, args: Answers) => {
    const number = textAnswer(args['number']);
    await sayAside({ commit, clock, hours, tips, turns }, conversationId, async (tip) => {
      const context = { conversationId, now: clock.now(), locale: tip.after.locale };
      const found = number ? await deps.reads.find_case({ number }, context) : { found: false as const };
      const said = found.found
        ? sayTo('failure.case_moved', tip, found.answers as Params)
        : sayTo('failure.refused', tip);
      return { key: `refused:${seq}`, say: [said] };
    });
  };

  const resume = (tip: Tip): Said[] => {
    const advance = engine.advance(engine.endWait(engineStateOf(tip.after, tip)), {
      type: 'resume',
      at: clock.now().toISOString(),
    });
    return sayIn(advance.effects, advance.state.locale);
  };

  const isPulled = ({ address }: InboundMessage) => PULL_CHANNELS.has(address.channel);

  const reply = createReply({
    isPulled,
    decide,
    hours,
    log,
    picksInQueue: (state, input) => state.runs.at(-1)?.flow === deps.waitingFlow && engine.picks(state, input),
    endWait: engine.endWait,
    alarm: (state, text) => {
      const warned = engine.warn(state, text);
      return { state: warned.state, say: sayIn(warned.effects, state.locale) };
    },
    leavesQueue: (text) => BACK_WORDS.some((name) => texts.spoken(name).has(text.trim().toLowerCase())),
    earlierForms: createEarlierForms(turns, keys),
    editNoted: (locale) => ({ text: texts.format(locale, 'reply.edit_noted') }),
    apology: (locale) => ({ text: texts.format(locale, 'failure.apology') }),
  });

  return {
    turns,
    rows,
    rowScope,
    resolveFiles: links.resolve,
    handovers,
    live,
    receive: createReceive({
      keys,
      clock,
      log,
      inOrder,
      turns,
      tips,
      reply,
      commit,
      apply,
      points,
      onRepeated(turn) {
        rows.touch(turn);
        live.changed(turn.conversationId);
      },
      isPulled,
    }),
    async transcript(conversationId, afterSeq) {
      const found = await turns.after(conversationId, afterSeq, TRANSCRIPT_LIMIT);
      markFetched({ turns, clock, log }, found);
      return transcriptOf(keys, found);
    },
    tell: createTellNews({ clock, hours, inOrder, turns, tips, commit, engine, texts }),
    findReach: createFindReach(turns),
    findAsked: createFindAsked(turns, keys),
    deadLetters: createDeadLetters({ turns, tips, keys, clock, hours, inOrder, commit }),
    noteFailedLater: createNoteFailedLater({ turns, tips, keys, clock, hours, inOrder, commit }),
    staff: createStaffTurns({
      keys,
      clock,
      hours,
      inOrder,
      turns,
      tips,
      commit,
      apply,
      resume,
      endWait: engine.endWait,
      say: sayTo,
    }),
    reconcile: (madeAt) => reconcile({ db, turns, keys, clock, apply }, madeAt),
    sweepFiles: fetches.sweep,
    repairRows: createRepairRows({ db, turns, rows, clock }),
    sweepEffects: () => sweepEffects({ turns, keys, clock, log, inOrder, apply }),
    sweepTimers: () =>
      sweepTimers({
        rows,
        tips,
        inOrder,
        decide,
        commit,
        apply,
        clock,
        log,
        refreshRow: async (conversationId) => {
          const turn = await turns.tip(conversationId);
          if (turn) rows.touch(turn);
        },
        hours,
        waitingFlow: deps.waitingFlow,
        say: sayTo,
        onOverdue: deps.onOverdue,
      }),
    async drain() {
      stopped.abort();
      await turns.drain();
      await rows.drain();
    },
  };
}

function deliveryOf(senders: ReadonlyMap<string, LaneSender>, draft: TurnDraft, earlierOwed: boolean): Delivery {
  if (PULL_CHANNELS.has(draft.address.channel) || draft.isDelivered) return { type: 'pull' };
  // a process without this lane leaves the message to the one that holds it
  const epoch = earlierOwed ? undefined : senders.get(laneOf(draft.address))?.bornEpoch(draft.conversationId);
  return { type: 'push', ...(epoch === undefined ? {} : { epoch }) };
}
