import type { Locale } from '../flows/state.js';
import type { ChannelType } from '../messages/message.js';
import type { NoticeAsk, NoticeEvent, NoticeParam } from './notice-events.js';
import type { NoticeRules } from './notice-rules.js';
import type { CaseStatus } from './status.js';

const MS_PER_DAY = 86_400_000;
const MS_PER_HOUR = 3_600_000;
/** The window may close while the message is under way. */
const WINDOW_MARGIN_MS = 5 * 60_000;

/** Something that happened to a case and that its reporters may have to hear. */
export interface NoticeFacts {
  /** Unique to the event; part of each notice's key, so that the same event is never told twice. */
  readonly id: string;
  readonly event: NoticeEvent;
  /** Only a restricted circle may read the case: nothing of it may show on a locked screen. */
  readonly restricted: boolean;
  /** Of the case's office; quiet hours are local. */
  readonly offsetMs: number;
  /** The conversation whose own act it tells of: its reporter is awake, so no quiet hours hold the answer back. */
  readonly causedIn?: string;
}

/** One who hears of a case. */
export interface NoticeReporter {
  readonly conversationId: string;
  readonly audience: 'complainant' | 'supporter';
  readonly anonim: boolean;
  readonly channel: ChannelType;
  readonly locale: Locale;
  /** Said that they want no more notices; they can still ask for the status. */
  readonly stopped: boolean;
  /** The platform said that nothing reaches them any more. */
  readonly blocked: boolean;
  readonly lastInboundAt: Date;
}

/** One notice to one conversation; the caller fills in the values of `params` and sends it as a turn. */
export interface PlannedNotice {
  /** `<event id>/<conversation id>`: the turn's source key, so that planning again changes nothing. */
  readonly key: string;
  readonly conversationId: string;
  readonly audience: NoticeReporter['audience'];
  /** Keys in locales/; `footer` goes below the text in the same bubble. */
  readonly text: string;
  readonly footer?: string;
  readonly params: readonly NoticeParam[];
  /** The flow that takes the answer. */
  readonly asks?: NoticeAsk;
  /** It asks, so it waits until the chat is idle and in the bot's hands. */
  readonly waitsUntilIdle: boolean;
  /** Not earlier than this: now, or the end of the quiet hours. */
  readonly notBefore: Date;
  /** Sent instead of the text, because the channel's window will be closed then. */
  readonly template?: { readonly name: string; readonly locale: Locale; readonly params: readonly NoticeParam[] };
}

export interface NoticePlan {
  readonly notices: readonly PlannedNotice[];
  /** Who isn't told, and why; `blocked` is for staff to see, since somebody is waiting without knowing. */
  readonly skipped: readonly {
    readonly conversationId: string;
    readonly reason: 'not_for_them' | 'stopped' | 'blocked' | 'told_already';
  }[];
}

/**
 * Decides who is told of an event, in which words, and when. Pure: the same event and reporters give the same plan.
 *
 * One conversation hears an event once, as complainant if it is both (somebody's two reports were merged).
 */
export function planNotices(
  facts: NoticeFacts,
  reporters: readonly NoticeReporter[],
  rules: NoticeRules,
  now: Date,
): NoticePlan {
  const notices: PlannedNotice[] = [];
  const skipped: NoticePlan['skipped'][number][] = [];
  const told = new Set<string>();
  const complainantsFirst = reporters.toSorted(
    (a, b) => Number(b.audience === 'complainant') - Number(a.audience === 'complainant'),
  );
  for (const reporter of complainantsFirst) {
    const { conversationId } = reporter;
    const notice = told.has(conversationId) ? 'told_already' : planOne(facts, reporter, rules, now);
    if (typeof notice === 'string') {
      skipped.push({ conversationId, reason: notice });
      continue;
    }
    told.add(conversationId);
    notices.push(notice);
  }
  return { notices, skipped };
}

function planOne(
  facts: NoticeFacts,
  reporter: NoticeReporter,
  rules: NoticeRules,
  now: Date,
): PlannedNotice | 'not_for_them' | 'stopped' | 'blocked' {
  const row = rules.events[facts.event];
  const said = row[reporter.audience];
  if (!said) return 'not_for_them';
  if (reporter.blocked) return 'blocked';
  if (reporter.stopped) return 'stopped';
  const kind = rules.channels[reporter.channel];
  const isQuietKept = kind !== 'pull' && !row.urgent && facts.causedIn !== reporter.conversationId;
  const notBefore = isQuietKept ? endOfQuiet(now, facts.offsetMs, rules) : now;
  // what is fetched is read on a page its reader has opened; what is pushed lights up on any table
  const isNeutral = kind !== 'pull' && (reporter.anonim || facts.restricted);
  const template =
    kind === 'windowed' && !isWindowOpen(reporter, notBefore, rules)
      ? templateFor(said.asks, isNeutral, reporter.locale, rules)
      : undefined;
  const asks = template && !template.asks ? undefined : said.asks;
  return {
    key: `${facts.id}/${reporter.conversationId}`,
    conversationId: reporter.conversationId,
    audience: reporter.audience,
    text: isNeutral ? rules.neutral[said.asks ?? 'plain'] : said.text,
    params: isNeutral ? [] : said.params,
    ...(!isNeutral && !said.asks && { footer: rules.footer }),
    ...(asks && { asks }),
    waitsUntilIdle: asks !== undefined,
    notBefore,
    ...(template && { template: template.use }),
  };
}

function isWindowOpen({ lastInboundAt }: NoticeReporter, at: Date, rules: NoticeRules): boolean {
  return at.getTime() + WINDOW_MARGIN_MS < lastInboundAt.getTime() + rules.windowHours * MS_PER_HOUR;
}

function templateFor(
  asks: NoticeAsk | undefined,
  isNeutral: boolean,
  locale: Locale,
  rules: NoticeRules,
): { use: NonNullable<PlannedNotice['template']>; asks: boolean } {
  const { templates } = rules;
  const own = asks && !isNeutral ? templates[asks] : undefined;
  const { name, params } = own ?? (isNeutral ? templates.neutral : templates.plain);
  const [first = 'id'] = templates.locales;
  return {
    use: { name, params, locale: templates.locales.includes(locale) ? locale : first },
    asks: own !== undefined,
  };
}

/** `now` outside the quiet hours, else the instant at which they end. */
function endOfQuiet(now: Date, offsetMs: number, { quietHours: { from, to } }: NoticeRules): Date {
  const localMs = now.getTime() + offsetMs;
  const timeMs = localMs % MS_PER_DAY;
  const midnightMs = now.getTime() - timeMs;
  const isOverNight = from > to;
  if (isOverNight ? timeMs < from && timeMs >= to : timeMs < from || timeMs >= to) return now;
  return new Date(midnightMs + to + (isOverNight && timeMs >= from ? MS_PER_DAY : 0));
}

/** Whether an event may still be told when its turn comes: a reminder isn't sent once what it waits for has come. */
export function stillHolds(event: NoticeEvent, status: CaseStatus, rules: NoticeRules): boolean {
  return rules.events[event].holdsWhile?.includes(status) ?? true;
}
