import type { Calendar } from '../cases/calendar.js';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { turnIdOf } from '../core/ids.js';
import type { InOrder } from '../core/keyed-queue.js';
import { toBubbles } from '../flows/bubbles.js';
import type { Engine } from '../flows/engine.js';
import type { Texts } from '../flows/i18n.js';
import { type Answers, type EngineState, isIdle, type Locale, type Params } from '../flows/state.js';
import type { Bubble } from '../messages/message.js';
import type { Said } from './build-turn.js';
import type { Commit, Committed } from './commit.js';
import type { Decision } from './decide.js';
import { nextAfter, wakeLeft } from './next-after.js';
import type { Tip, Tips } from './tips.js';
import { engineStateOf } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const MAX_TRIES = 10;

/** News of a case for one conversation. */
export interface News {
  readonly conversationId: string;
  /** The turn's source key: telling it again changes nothing. */
  readonly key: string;
  readonly caseNumber: string;
  /** Key in locales/, and one to put below it. */
  readonly text: string;
  readonly footer?: string;
  readonly params: (locale: Locale) => Params;
  /** The flow that takes the answer, with what it starts from. */
  readonly asks?: { readonly flow: string; readonly answers: Answers };
  readonly template?: Bubble['template'];
  /** Files of this very conversation, to go with the text. */
  readonly attachments?: Bubble['attachments'];
}

/**
 * - `told`: it is a turn now, or was one before
 * - `busy`: it asks, and the chat is in the middle of something or in a person's hands; try again later
 * - `no_chat`: there is no such conversation
 */
export type Told = 'told' | 'busy' | 'no_chat';

export interface NoticeTurnDeps {
  readonly clock: Clock;
  readonly hours: Calendar;
  readonly inOrder: InOrder;
  readonly turns: Pick<TurnStore, 'find'>;
  readonly tips: Tips;
  readonly commit: Commit;
  readonly engine: Pick<Engine, 'advance'>;
  readonly texts: Texts;
}

/** Tells one conversation the news, as one turn. @throws {AppError} `store.unavailable`, `conversation.busy` */
export type TellNews = (news: News) => Promise<Told>;

/** Any number of processes may tell the same news at once: the turn's key lets one of them. */
export function createTellNews(deps: NoticeTurnDeps): TellNews {
  const { inOrder, turns, tips, commit } = deps;
  return (news) =>
    inOrder(news.conversationId, async () => {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        if (await turns.find(turnIdOf(news.conversationId, news.key))) return 'told';
        // a decision that may insert nothing is taken on a fresh tip
        if (news.asks) tips.forget(news.conversationId);
        const tip = await tips.get(news.conversationId);
        if (!tip) return 'no_chat';
        const state = engineStateOf(tip.after, tip);
        if (news.asks && (tip.after.mode !== 'bot' || !isIdle(state))) return 'busy';
        if (await commitNews(deps, commit, news, tip, state)) return 'told';
      }
      throw new AppError('conversation.busy', 'Too many turns at once in this conversation', { tries: MAX_TRIES });
    });
}

function commitNews(
  deps: NoticeTurnDeps,
  commit: Commit,
  news: News,
  tip: Tip,
  state: EngineState,
): Promise<Committed | undefined> {
  const at = deps.clock.now();
  const seq = tip.seq + 1;
  const decision = news.asks ? asking(deps, news, news.asks, state, at) : plainly(deps, news, state);
  const { say } = decision;
  return commit({
    conversationId: news.conversationId,
    seq,
    at,
    source: { kind: 'notice', key: news.key },
    address: tip.address,
    ...(tip.displayName ? { displayName: tip.displayName } : {}),
    after: nextAfter(
      tip.after,
      {
        seq,
        at,
        by: 'notice',
        state: decision.state,
        say,
        promptDelayMs: 0,
        toldOf: { caseNumber: news.caseNumber, at, ...(news.template ? { unread: true } : {}) },
        ...(decision.wake ? { wake: decision.wake } : wakeLeft(tip.after, at)),
      },
      deps.hours,
    ),
    answers: decision.state.runs.map((run) => run.answers),
    say,
    effects: [],
    earlierKeys: tip.keys,
  });
}

function plainly({ texts }: NoticeTurnDeps, news: News, state: EngineState): Decision {
  const { locale } = state;
  const parts = [texts.format(locale, news.text, news.params(locale))];
  if (news.footer) parts.push(texts.format(locale, news.footer));
  return { state, say: [said({ text: parts.join('\n\n') }, news)], effects: [] };
}

/** Starts the flow that takes the answer; the news stands in the place of its first question. */
function asking(
  { engine, texts }: NoticeTurnDeps,
  news: News,
  { flow, answers }: NonNullable<News['asks']>,
  state: EngineState,
  at: Date,
): Decision {
  const started = engine.advance(state, { type: 'start', at: at.toISOString(), flow, answers });
  const { locale } = started.state;
  const question = started.effects.findLast((effect) => effect.type === 'reply');
  if (!question || started.effects.some((effect) => effect.type === 'read')) {
    throw new AppError('flow.invalid', `Flow ${flow} must ask at once when a notice starts it`, { flow });
  }
  const bubbles = toBubbles([{ ...question, text: news.text, params: news.params(locale) }], locale, texts);
  return {
    state: started.state,
    say: bubbles.map(({ kind: _, ...bubble }) => said(bubble, news)),
    effects: [],
    ...(started.wake ? { wake: started.wake } : {}),
  };
}

/** A notice is no prompt: an old question confuses, old news still informs. */
function said(bubble: Bubble, { template, attachments }: News): Said {
  const more = { ...(template ? { template } : {}), ...(attachments?.length ? { attachments } : {}) };
  return { bubble: { ...bubble, ...more }, kind: 'notice' };
}
