import { type Case, type CaseNotice, caseFilesOf, type NoticeValues, type Reporter } from '../cases/case.js';
import { type CaseRules, calendarOf } from '../cases/case-rules.js';
import type { CaseStore } from '../cases/case-store.js';
import { openValues } from '../cases/case-update.js';
import { type NoticeReporter, type PlannedNotice, planNotices, stillHolds } from '../cases/notice-matrix.js';
import type { ShowValues } from '../cases/notice-params.js';
import type { ParkedNotice, ParkedStore } from '../cases/parked-store.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import type { News, TellNews } from '../conversations/notice-turn.js';
import type { Points } from '../conversations/points.js';
import type { FindReach } from '../conversations/reach.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { createKeyedQueue } from '../core/keyed-queue.js';
import type { Logger } from '../core/log.js';
import type { Answers } from '../flows/state.js';
import type { Attachment } from '../messages/message.js';
import { isStoreAway } from '../store/connect.js';
import type { CopyFile } from '../store/copy-file.js';

const MAX_PER_SWEEP = 200;
/** More say no more, and a phone buzzes for each. */
const MAX_PROOF_SHOWN = 3;
/** A chat in the middle of something is looked at again after this long. */
const BUSY_RETRY_MS = 20_000;
const FAILED_RETRY_MS = 10 * 60 * 1000;
/** After this long a notice that asks is told without asking: the answer can still be given in words. */
const ASK_PATIENCE_MS = 24 * 60 * 60 * 1000;

/** What waits under which key, until when. */
interface Later {
  readonly key: string;
  readonly at: Date;
}

export interface NoticeRelayDeps {
  readonly cases: CaseStore;
  readonly reporters: ReporterStore;
  readonly parked: ParkedStore;
  readonly rules: CaseRules;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly findReach: FindReach;
  readonly tell: TellNews;
  readonly showValues: ShowValues;
  /** Gives a chat its own copy of a file that another owner has. */
  readonly copyFile: CopyFile;
  readonly points: Points;
}

/** Brings what happened to cases to those who reported them. Any number of processes may do it at once. */
export interface NoticeRelay {
  /** A case has something to tell: tells it soon, without being waited for. */
  kick(number: string): void;
  /** Tells what was left untold, and what was parked and is due. @returns how many cases and parked notices */
  sweep(): Promise<number>;
  /** Resolves when what was kicked is done. */
  drain(): Promise<void>;
}

/**
 * One turn a reporter of each pending notice, then the entry is taken away.
 *
 * Whatever is repeated after a crash, or done by two processes, collides on the turn's key: nobody is told twice. What
 * can't be told now is parked under that very key before the entry goes.
 */
export function createNoticeRelay(deps: NoticeRelayDeps): NoticeRelay {
  const { cases, reporters, parked, rules, keys, clock, log } = deps;
  const inOrder = createKeyedQueue();
  const running = new Set<Promise<unknown>>();

  const planFor = async (found: Case, notice: CaseNotice, reporter: Reporter) => {
    const reach = await deps.findReach(reporter.conversationId);
    if (!reach) return undefined;
    const { conversationId, audience, stopped = false } = reporter;
    const who: NoticeReporter = { conversationId, audience, stopped, anonim: found.naming.anonim, ...reach };
    const { offsetMs } = calendarOf(found.unit, clock.now(), rules);
    const facts = { ...notice, restricted: found.restricted, offsetMs };
    return planNotices(facts, [who], rules.notices, clock.now());
  };

  /** Pictures of a result for whoever is told the result itself. */
  const proofFor = async (found: Case, planned: PlannedNotice, { proof = [] }: NoticeValues): Promise<Attachment[]> => {
    if (!planned.params.includes('result')) return [];
    const pictures = proof.filter(({ kind, fileId }) => kind === 'image' && fileId).slice(0, MAX_PROOF_SHOWN);
    const from = caseFilesOf(found._id);
    const copies = await Promise.all(pictures.map((each) => deps.copyFile(from, planned.conversationId, each)));
    const sent = copies.filter((each) => each !== undefined);
    const fileIds = sent.flatMap(({ fileId }) => fileId ?? []);
    if (fileIds.length > 0) await cases.addProofCopies(found._id, fileIds);
    return sent;
  };

  const newsOf = async (found: Case, notice: CaseNotice, planned: PlannedNotice, mayAsk: boolean): Promise<News> => {
    const values = openValues(keys, notice);
    const { key, conversationId, text, asks, footer, template } = planned;
    const answers: Answers = { number: found._id, ...(values.question ? { question: values.question } : {}) };
    const params: News['params'] = (locale) => deps.showValues(found, values, locale);
    return {
      conversationId,
      key,
      caseNumber: found._id,
      text,
      params,
      attachments: await proofFor(found, planned, values),
      ...(asks && mayAsk ? { asks: { flow: asks, answers } } : {}),
      ...(footer || (asks && !mayAsk) ? { footer: footer ?? rules.notices.footer } : {}),
      ...(template
        ? {
            template: {
              name: template.name,
              locale: template.locale,
              params: template.params.map((name) => String(params(template.locale)[name] ?? '')),
            },
          }
        : {}),
    };
  };

  /** @returns when to look again; undefined once nothing more is owed to this reporter */
  const tellOne = async (
    found: Case,
    notice: CaseNotice,
    reporter: Reporter,
    waitingSince: Date,
  ): Promise<Later | undefined> => {
    const plan = await planFor(found, notice, reporter);
    const [planned] = plan?.notices ?? [];
    const isBlocked = plan?.skipped.some(({ reason }) => reason === 'blocked') ?? false;
    const now = clock.now();
    if (isBlocked !== (reporter.unreachableSince !== undefined)) {
      await reporters.setUnreachable(found._id, reporter.conversationId, isBlocked ? now : undefined);
    }
    if (!planned) return undefined;
    if (planned.notBefore > now) return { key: planned.key, at: planned.notBefore };
    const mayAsk = now.getTime() - waitingSince.getTime() < ASK_PATIENCE_MS;
    const told = await deps.tell(await newsOf(found, notice, planned, mayAsk));
    return told === 'busy' ? { key: planned.key, at: new Date(now.getTime() + BUSY_RETRY_MS) } : undefined;
  };

  /** Who can't be told for a reason of their own must keep neither other reporters nor other cases waiting. */
  const orLater = async (key: string, caseNumber: string, telling: Promise<Later | undefined>) => {
    try {
      return await telling;
    } catch (error) {
      if (isStoreAway(error)) throw error;
      log.error({ caseNumber, err: error }, 'a reporter could not be told, will retry');
      return { key, at: new Date(clock.now().getTime() + FAILED_RETRY_MS) };
    }
  };

  const tellAll = async (found: Case, notice: CaseNotice): Promise<void> => {
    if (stillHolds(notice.event, found.status, rules.notices)) {
      for (const reporter of await reporters.of(found._id)) {
        const key = `${notice.id}:${reporter.conversationId}`;
        const later = await orLater(key, found._id, tellOne(found, notice, reporter, clock.now()));
        if (!later) continue;
        await parked.park({
          _id: later.key,
          caseNumber: found._id,
          conversationId: reporter.conversationId,
          notice,
          dueAt: later.at,
          waitingSince: clock.now(),
        });
      }
    }
    await deps.points('notice_told', { _id: notice.id, seq: 0 });
    await cases.removeNotice(found._id, notice.id);
  };

  const relayCase = (number: string): Promise<void> =>
    inOrder(number, async () => {
      const found = await cases.find(number);
      for (const notice of found?.notices ?? []) if (found) await tellAll(found, notice);
    });

  const relayParked = async ({ _id, caseNumber, conversationId, notice, waitingSince }: ParkedNotice) => {
    const found = await cases.find(caseNumber);
    const reporter = await reporters.find(caseNumber, conversationId);
    const holds = found && reporter && stillHolds(notice.event, found.status, rules.notices);
    const later = holds && (await orLater(_id, caseNumber, tellOne(found, notice, reporter, waitingSince)));
    if (later) await parked.postpone(_id, later.at);
    else await parked.remove(_id);
  };

  const safely = async (number: string, work: () => Promise<void>) => {
    // the entry stays, and the next sweep finds it
    await work().catch((error: unknown) =>
      log.warn({ caseNumber: number, err: error }, 'notice could not be told yet'),
    );
  };

  return {
    kick(number) {
      const run = safely(number, () => relayCase(number)).finally(() => running.delete(run));
      running.add(run);
    },
    async sweep() {
      const now = clock.now();
      const numbers = await cases.withNotices(now, MAX_PER_SWEEP);
      await Promise.all(numbers.map((number) => safely(number, () => relayCase(number))));
      const due = await parked.due(now, MAX_PER_SWEEP);
      await Promise.all(due.map((each) => safely(each.caseNumber, () => relayParked(each))));
      return numbers.length + due.length;
    },
    async drain() {
      await Promise.all(running);
    },
  };
}
