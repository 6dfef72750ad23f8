import type { Calendar } from '../cases/calendar.js';
import { readLinkToken } from '../cases/link-tokens.js';
import { AppError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { countWords, STORY_WORDS } from '../flows/answers/free-text.js';
import type { EngineState, Input } from '../flows/state.js';
import { IDLE, isIdle } from '../flows/state.js';
import type { Bubble, InboundMessage } from '../messages/message.js';
import { AlreadyCommitted } from './already-committed.js';
import type { Said, TurnDraft } from './build-turn.js';
import type { Decide, Decision } from './decide.js';
import type { EarlierForms } from './earlier-forms.js';
import { nextAfter, START, wakeLeft } from './next-after.js';
import type { Reply } from './receive.js';
import { PHONE } from './staff-turn.js';
import type { Tip } from './tips.js';
import type { TurnAfter } from './turn.js';
import { engineStateOf } from './turn-content.js';

/** On push channels the question after free text or a photo waits this long, so that three quick messages get one. */
const PROMPT_DELAY_MS = 1500;

export interface ReplyDeps {
  readonly decide: Decide;
  /** Office hours, in which people wait and are waited for. */
  readonly hours: Calendar;
  readonly log: Logger;
  /** True where the citizen fetches the answer. */
  readonly isPulled: (message: InboundMessage) => boolean;
  /** Danger numbers for a text that names a danger, whoever holds the conversation; nothing to say when it names none. */
  readonly alarm: (state: EngineState, text: string) => { readonly state: EngineState; readonly say: readonly Said[] };
  /** Words with which someone who waits for a person goes back to the bot. */
  readonly leavesQueue: (text: string, locale: EngineState['locale']) => boolean;
  /** The state without that question. */
  readonly endWait: (state: EngineState) => EngineState;
  /** True when a message picks an option of the question put to those who wait in vain. */
  readonly picksInQueue: (state: EngineState, input: Input) => boolean;
  readonly earlierForms: EarlierForms;
  /** Said when an earlier message was edited while a report is open, and the change can't be offered. */
  readonly editNoted: (locale: EngineState['locale']) => Bubble;
  /** Said when a flow failed: nothing of the state was changed. */
  readonly apology: (locale: EngineState['locale']) => Bubble;
}

/** Decides what a citizen's message comes to, by who holds the conversation. */
export function createReply(deps: ReplyDeps): Reply {
  return async (conversationId, tip, message, now) => {
    // before anything is decided: no case number is to be spent on it
    if (tip?.keys.includes(message.externalId)) throw new AlreadyCommitted();
    const seq = (tip?.seq ?? 0) + 1;
    const before = tip?.after ?? undefined;
    const state = before ? engineStateOf(before, { answers: tip?.answers ?? [] }) : IDLE;
    const mode = before?.mode ?? START.mode;
    const waits = mode === 'queued' || before?.staffId === PHONE;
    const unread = message.choice ? undefined : tip?.unreadNews;
    const token = readLinkToken(message);
    // whoever was sent a template alone can't have answered a question that they haven't read
    const isOpening = unread !== undefined && !token && !isIdle(state) && countWords(message.text) < STORY_WORDS;
    const input: Input = isOpening ? { type: 'resume', at: now.toISOString() } : inputOf(message, tip, now, token);
    const context = { conversationId, now, locale: state.locale, channel: message.address.channel };
    // "lanjut" picks an option of whoever is asked how to go on, before it leaves the queue by itself
    const picks = mode === 'queued' && deps.picksInQueue(state, input);
    const backToBot = waits && !picks && deps.leavesQueue(message.text, state.locale);
    const isHeard = (mode === 'bot' || backToBot || picks) && !message.edited;
    const from = backToBot ? deps.endWait(state) : state;
    const ask = (given: Input) => safely(deps, { state: from, input: given, context }, conversationId, seq);
    const heard = isHeard
      ? await ask(input)
      : await offerEdit(deps, { conversationId, mode, state, message, now, ask });
    const isIdleThumb = message.reaction !== undefined && (isIdle(state) || (heard?.state.misses ?? 0) > state.misses);
    const decision = heard && !isIdleThumb ? heard : quietly(deps, { state, before, message, now });

    const say = unread ? [{ bubble: { text: unread }, kind: 'reply' as const }, ...decision.say] : decision.say;
    const promptDelayMs = deps.isPulled(message) || message.choice ? 0 : PROMPT_DELAY_MS;
    const after = nextAfter(
      before,
      {
        seq,
        at: now,
        by: 'citizen',
        sentAt: message.sentAt,
        state: decision.state,
        say,
        promptDelayMs,
        ...(decision.wake ? { wake: decision.wake } : {}),
        ...(decision.handover ? { handover: decision.handover } : {}),
        ...((backToBot || (heard && picks)) && !decision.handover ? { mode: 'bot' as const } : {}),
      },
      deps.hours,
    );
    const displayName = message.displayName ?? tip?.displayName;
    const draft: TurnDraft = {
      conversationId,
      seq,
      at: now,
      source: { kind: 'citizen', key: message.externalId },
      address: message.address,
      ...(displayName ? { displayName } : {}),
      inbound: message,
      after,
      answers: decision.state.runs.map((run) => run.answers),
      say,
      effects: decision.effects,
      promptDelayMs,
      earlierKeys: tip?.keys ?? [],
    };
    return draft;
  };
}

/** Takes up a case that was offered in another chat. */
const LINK_FLOW = 'link';

function inputOf(message: InboundMessage, tip: Tip | undefined, now: Date, token: string | undefined): Input {
  if (token) return { type: 'start', at: now.toISOString(), flow: LINK_FLOW, answers: { token } };
  const flaws = [...new Set(message.attachments.flatMap(({ condition }) => condition ?? []))];
  return {
    type: 'message',
    at: now.toISOString(),
    text: message.text,
    attachments: message.attachments.filter(({ refused }) => !refused),
    early: isEarly(message, tip),
    ...aboutOf(tip, now),
    ...(message.choice ? { choice: message.choice } : {}),
    ...(message.location ? { location: message.location } : {}),
    ...(message.unsupported ? { unsupported: true } : {}),
    ...(message.attachments.some(({ refused }) => refused) ? { tooLarge: true } : {}),
    ...(flaws.length > 0 ? { flaws } : {}),
  };
}

/** News this old is no longer what somebody writes about without saying so. */
const NEWS_FRESH_MS = 7 * 24 * 60 * 60 * 1000;

function aboutOf(tip: Tip | undefined, now: Date): { readonly about?: string } {
  const toldOf = tip?.after.toldOf;
  return toldOf && now.getTime() - toldOf.at.getTime() < NEWS_FRESH_MS ? { about: toldOf.caseNumber } : {};
}

/** Platforms count whole seconds, so a message less than one second before its question may well be its answer. */
const CLOCK_TOLERANCE_MS = 1000;

/** True when it was written, or its button offered, before the question that is open now. */
function isEarly(message: InboundMessage, tip: Tip | undefined): boolean {
  if (!tip) return message.choice !== undefined;
  const { askedSeq, askedAt } = tip.after;
  if (message.choice) return message.choice.seq !== askedSeq;
  if (message.seenSeq !== undefined) return message.seenSeq < askedSeq;
  return message.sentAt.getTime() + CLOCK_TOLERANCE_MS < askedAt.getTime();
}

/** A message on which the flow fails still becomes a turn: apology, same place, and the flag that staff look for. */
async function safely(
  deps: ReplyDeps,
  asked: { state: EngineState; input: Input; context: Parameters<Decide>[2] },
  conversationId: string,
  seq: number,
): Promise<Decision> {
  try {
    return await deps.decide(asked.state, asked.input, asked.context);
  } catch (error) {
    if (isRedeliverable(error)) throw error;
    deps.log.error({ conversationId, seq, err: error }, 'flow failed on a message');
    return { state: asked.state, say: [{ bubble: deps.apology(asked.state.locale), kind: 'reply' }], effects: [] };
  }
}

/** Changes a report that isn't sent yet, if the changed message went into it. */
const EDITED_FLOW = 'edited';

/** @returns undefined when the change is of nothing that still counts */
async function offerEdit(
  deps: ReplyDeps,
  taken: {
    conversationId: string;
    mode: TurnAfter['mode'];
    state: EngineState;
    message: InboundMessage;
    now: Date;
    ask: (input: Input) => Promise<Decision>;
  },
): Promise<Decision | undefined> {
  const { mode, state, message, now } = taken;
  if (!message.edited || mode !== 'bot' || isIdle(state) || message.text === '') return undefined;
  const before = await deps.earlierForms(taken.conversationId, message.edited.of);
  const { text } = message;
  const offered = await taken.ask({ type: 'edit', at: now.toISOString(), flow: EDITED_FLOW, before, text });
  return offered.say.length > 0 ? offered : undefined;
}

/** The store is away, or a newer version runs elsewhere: not the message's fault. */
function isRedeliverable(error: unknown): boolean {
  if (!(error instanceof AppError)) return false;
  return (
    error.code === 'store.unavailable' || error.code === 'flow.newer_version' || error.code === 'store.newer_schema'
  );
}

/**
 * Takes a message down and says nothing but danger numbers: while a person holds the conversation or is awaited, for a
 * thumb where yes or no isn't asked, and for an edited message, which is never an answer by itself. Whoever is in the
 * middle of a report that it can't be offered for is told how it gets into it.
 */
function quietly(
  deps: ReplyDeps,
  taken: { state: EngineState; before: TurnAfter | undefined; message: InboundMessage; now: Date },
): Decision {
  const { state, before, message, now } = taken;
  const warned = deps.alarm(state, message.text);
  const tellHow = message.edited && before?.mode === 'bot' && !isIdle(state);
  return {
    state: warned.state,
    say: tellHow ? [...warned.say, { bubble: deps.editNoted(state.locale), kind: 'reply' }] : warned.say,
    effects: [],
    ...wakeLeft(before, now),
  };
}
